/*
 * A JVM agent that records what GraalVM's compiler must be configured with. It records classes and members
 * that native code looks up or binds, and what the library and JNA look up by reflection or as a resource.
 * What the JDK does for itself is left out.
 *
 * Loaded with -agentpath:libjava_uses.so=FILE; a line is KIND CLASS NAME DESCRIPTOR, where what does not
 * apply is a dash.
 */
#include <dlfcn.h>
#include <jvmti.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *output;
static jvmtiEnv *jvmti;
static char *java_home;
static jniNativeInterface genuine;

static void put(const char *kind, const char *type, const char *name, const char *descriptor) {
  fprintf(output, "%s %s %s %s\n", kind, type, name, descriptor);
}

/* Of a class; empty where there is none. The caller deallocates it. */
static char *signature_of(jclass type) {
  char *signature = NULL;
  if (type == NULL || (*jvmti)->GetClassSignature(jvmti, type, &signature, NULL) != JVMTI_ERROR_NONE) {
    signature = NULL;
  }
  return signature;
}

static void release(char *text) {
  if (text != NULL) {
    (*jvmti)->Deallocate(jvmti, (unsigned char *)text);
  }
}

static void put_member(const char *kind, jclass type, const char *name, const char *descriptor) {
  char *signature = signature_of(type);
  if (signature != NULL) {
    put(kind, signature, name, descriptor);
  }
  release(signature);
}

/* Native code that came with the JDK knows its classes without help. */
static int of_jdk(void *caller) {
  Dl_info library;
  return dladdr(caller, &library) == 0 || library.dli_fname == NULL ||
         strncmp(library.dli_fname, java_home, strlen(java_home)) == 0;
}

#define CALLER __builtin_return_address(0)

static jclass JNICALL find_class(JNIEnv *env, const char *name) {
  if (!of_jdk(CALLER)) {
    put("jni-class", name, "-", "-");
  }
  return genuine.FindClass(env, name);
}

#define LOOK_UP(function, type, kind, genuine_function)                                               \
  static type JNICALL function(JNIEnv *env, jclass owner, const char *name, const char *descriptor) { \
    if (!of_jdk(CALLER)) {                                                                            \
      put_member(kind, owner, name, descriptor);                                                      \
    }                                                                                                 \
    return genuine.genuine_function(env, owner, name, descriptor);                                    \
  }

LOOK_UP(method_id, jmethodID, "jni-method", GetMethodID)
LOOK_UP(static_method_id, jmethodID, "jni-method", GetStaticMethodID)
LOOK_UP(field_id, jfieldID, "jni-field", GetFieldID)
LOOK_UP(static_field_id, jfieldID, "jni-field", GetStaticFieldID)

static jint JNICALL register_natives(JNIEnv *env, jclass owner, const JNINativeMethod *methods, jint count) {
  if (!of_jdk(CALLER)) {
    for (jint i = 0; i < count; i++) {
      put_member("jni-native", owner, methods[i].name, methods[i].signature);
    }
  }
  return genuine.RegisterNatives(env, owner, methods, count);
}

static void watch_jni(void) {
  jniNativeInterface *table = NULL;
  (*jvmti)->GetJNIFunctionTable(jvmti, &table);
  genuine = *table;
  table->FindClass = find_class;
  table->GetMethodID = method_id;
  table->GetStaticMethodID = static_method_id;
  table->GetFieldID = field_id;
  table->GetStaticFieldID = static_field_id;
  table->RegisterNatives = register_natives;
  (*jvmti)->SetJNIFunctionTable(jvmti, table);
  (*jvmti)->Deallocate(jvmti, (unsigned char *)table);
}

/* What looks things up by name in Java. The class in question, or the resource, is a parameter of it. */
static const struct look_up {
  const char *owner;
  const char *name;
  const char *descriptor;
  const char *kind;
  int named; /* the first parameter is a name */
} LOOK_UPS[] = {
    {"java/lang/Class", "getDeclaredMethods", "()[Ljava/lang/reflect/Method;", "all-methods", 0},
    {"java/lang/Class", "getMethods", "()[Ljava/lang/reflect/Method;", "all-methods", 0},
    {"java/lang/Class", "getDeclaredFields", "()[Ljava/lang/reflect/Field;", "all-fields", 0},
    {"java/lang/Class", "getFields", "()[Ljava/lang/reflect/Field;", "all-fields", 0},
    {"java/lang/Class", "getDeclaredConstructor", "([Ljava/lang/Class;)Ljava/lang/reflect/Constructor;",
     "constructor", 0},
    {"java/lang/Class", "getConstructor", "([Ljava/lang/Class;)Ljava/lang/reflect/Constructor;",
     "constructor", 0},
    {"java/lang/Class", "getDeclaredMethod",
     "(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;", "method", 1},
    {"java/lang/Class", "getMethod", "(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;",
     "method", 1},
    {"java/lang/Class", "getDeclaredField", "(Ljava/lang/String;)Ljava/lang/reflect/Field;", "field", 1},
    {"java/lang/Class", "getField", "(Ljava/lang/String;)Ljava/lang/reflect/Field;", "field", 1},
    {"java/lang/Class", "getResource", "(Ljava/lang/String;)Ljava/net/URL;", "resource", 1},
    {"java/lang/Class", "getResourceAsStream", "(Ljava/lang/String;)Ljava/io/InputStream;", "resource", 1},
    {"java/lang/ClassLoader", "getResource", "(Ljava/lang/String;)Ljava/net/URL;", "resource", 1},
    {"java/lang/ClassLoader", "getResourceAsStream", "(Ljava/lang/String;)Ljava/io/InputStream;", "resource",
     1},
};

#define COUNT (sizeof LOOK_UPS / sizeof LOOK_UPS[0])

static jmethodID watched[COUNT];

/* Whether the library or JNA called what the thread is in. */
static int called_by_us(jthread thread) {
  jmethodID caller = NULL;
  jlocation location = 0;
  jclass owner = NULL;
  if ((*jvmti)->GetFrameLocation(jvmti, thread, 1, &caller, &location) != JVMTI_ERROR_NONE ||
      (*jvmti)->GetMethodDeclaringClass(jvmti, caller, &owner) != JVMTI_ERROR_NONE) {
    return 0;
  }
  char *signature = signature_of(owner);
  int us = signature != NULL &&
           (strncmp(signature, "Lcom/sun/jna/", 13) == 0 || strncmp(signature, "Lorg/jevent/", 12) == 0);
  release(signature);
  return us;
}

/* The signatures of the classes in an array, as those of parameters; what is too long is cut. */
static void describe(JNIEnv *env, jobjectArray types, char *out, size_t size) {
  jsize count = types == NULL ? 0 : genuine.GetArrayLength(env, types);
  snprintf(out, size, "(");
  for (jsize i = 0; i <= count; i++) {
    size_t used = strlen(out);
    char *signature = i == count ? NULL : signature_of(genuine.GetObjectArrayElement(env, types, i));
    snprintf(out + used, size - used, "%s", i == count ? ")" : signature);
    release(signature);
  }
}

static void put_look_up(JNIEnv *env, jthread thread, const struct look_up *look_up) {
  jobject about = NULL;
  jobject name = NULL;
  jobject types = NULL;
  char parameters[512] = "-";
  (*jvmti)->GetLocalObject(jvmti, thread, 0, 0, &about);
  if (look_up->named) {
    (*jvmti)->GetLocalObject(jvmti, thread, 0, 1, &name);
  }
  if (strstr(look_up->descriptor, "[Ljava/lang/Class;)") != NULL) {
    (*jvmti)->GetLocalObject(jvmti, thread, 0, look_up->named + 1, &types);
    describe(env, types, parameters, sizeof parameters);
  }
  const char *text = name == NULL ? NULL : genuine.GetStringUTFChars(env, name, NULL);
  if (strcmp(look_up->kind, "resource") == 0) {
    put("resource", "-", text == NULL ? "-" : text, "-");
  } else {
    put_member(look_up->kind, about, text == NULL ? "-" : text, parameters);
  }
  if (text != NULL) {
    genuine.ReleaseStringUTFChars(env, name, text);
  }
}

static void JNICALL reached(jvmtiEnv *environment, JNIEnv *env, jthread thread, jmethodID method,
                            jlocation location) {
  (void)environment;
  (void)location;
  for (size_t i = 0; i < COUNT; i++) {
    if (watched[i] == method && called_by_us(thread)) {
      put_look_up(env, thread, &LOOK_UPS[i]);
    }
  }
}

static void JNICALL started(jvmtiEnv *environment, JNIEnv *env, jthread thread) {
  (void)environment;
  (void)thread;
  watch_jni();
  for (size_t i = 0; i < COUNT; i++) {
    jclass owner = genuine.FindClass(env, LOOK_UPS[i].owner);
    watched[i] = genuine.GetMethodID(env, owner, LOOK_UPS[i].name, LOOK_UPS[i].descriptor);
    (*jvmti)->SetBreakpoint(jvmti, watched[i], 0);
  }
}

static void JNICALL ended(jvmtiEnv *environment, JNIEnv *env) {
  (void)environment;
  (void)env;
  put("end", "-", "-", "-");
  fflush(output);
}

JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *options, void *reserved) {
  (void)reserved;
  jvmtiCapabilities abilities = {.can_generate_breakpoint_events = 1, .can_access_local_variables = 1};
  jvmtiEventCallbacks callbacks = {.VMInit = started, .VMDeath = ended, .Breakpoint = reached};
  output = options == NULL ? NULL : fopen(options, "w");
  if (output == NULL || (*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_11) != JNI_OK ||
      (*jvmti)->GetSystemProperty(jvmti, "java.home", &java_home) != JVMTI_ERROR_NONE ||
      (*jvmti)->AddCapabilities(jvmti, &abilities) != JVMTI_ERROR_NONE ||
      (*jvmti)->SetEventCallbacks(jvmti, &callbacks, sizeof callbacks) != JVMTI_ERROR_NONE) {
    return JNI_ERR;
  }
  (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, NULL);
  (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_VM_DEATH, NULL);
  (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_BREAKPOINT, NULL);
  return JNI_OK;
}
