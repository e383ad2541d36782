/*
 * The functions of the contract as native methods of org.jevent.internal.engine.ring.Shim. They are
 * registered with the JVM by jev_register, which JNA calls, or by JNI_OnLoad, which the JVM calls. The types
 * and the places in the tables of functions are those of the JNI specification, which fixes them. No jni.h is
 * needed, which machines without a JDK do not have.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "jevent.h"

/* The calling convention of a JVM on 32-bit Windows. */
#if defined(_WIN32) && !defined(_WIN64)
#define JEV_JNI __stdcall
#else
#define JEV_JNI
#endif

/* Places in the environment's table. */
enum {
  GET_VERSION = 4,
  FIND_CLASS = 6,
  EXCEPTION_CLEAR = 17,
  DELETE_LOCAL_REF = 23,
  NEW_LOCAL_REF = 25,
  GET_STATIC_METHOD_ID = 113,
  CALL_STATIC_VOID_METHOD_A = 143,
  NEW_STRING_UTF = 167,
  REGISTER_NATIVES = 215,
  GET_JAVA_VM = 219,
  NEW_WEAK_GLOBAL_REF = 226,
  NEW_DIRECT_BYTE_BUFFER = 229,
  GET_DIRECT_BUFFER_ADDRESS = 230,
};

/* A place in the table of the JVM itself. */
enum { GET_ENV = 6 };

enum { JNI_VERSION = 0x00010008 };

typedef void (*jni_function)(void);

/* An environment, as the JVM itself, points to a table of functions. */
typedef jni_function **jni_environment;

union jni_value {
  int32_t number;
  int64_t wide; /* the specification's size */
  void *object;
};

struct jni_native_method {
  const char *name;
  const char *signature;
  jni_function function;
};

typedef int32_t(JEV_JNI *get_version)(jni_environment env);
typedef void *(JEV_JNI *find_class)(jni_environment env, const char *name);
typedef void(JEV_JNI *exception_clear)(jni_environment env);
typedef int32_t(JEV_JNI *register_natives)(jni_environment env, void *owner,
                                           const struct jni_native_method *methods, int32_t count);
typedef void(JEV_JNI *delete_reference)(jni_environment env, void *reference);
typedef void *(JEV_JNI *new_reference)(jni_environment env, void *object);
typedef void *(JEV_JNI *get_method)(jni_environment env, void *owner, const char *name,
                                    const char *signature);
typedef void(JEV_JNI *call_static_void)(jni_environment env, void *owner, void *method,
                                        const union jni_value *arguments);
typedef void *(JEV_JNI *new_string)(jni_environment env, const char *text);
typedef int32_t(JEV_JNI *get_java_vm)(jni_environment env, jni_environment *vm);
typedef void *(JEV_JNI *new_direct_byte_buffer)(jni_environment env, void *address, int64_t capacity);
typedef void *(JEV_JNI *get_direct_buffer_address)(jni_environment env, void *buffer);
typedef int32_t(JEV_JNI *get_env)(jni_environment vm, jni_environment *env, int32_t version);

#define CALL(env, type, place) ((type)(*(env))[place])

#define CALLER jni_environment env, void *owner
#define TEXT(address) ((const char *)(intptr_t)(address)) /* NOLINT */

/* ---- the methods: name in Java, signature, type, parameters, function of the contract, arguments ---- */

/* They identify the library, and never change, so that any version can be asked. */
#define IDENTITY(METHOD)                                            \
  METHOD(abiVersion, "()I", int32_t, (CALLER), jev_abi_version, ()) \
  METHOD(layout, "(I)J", int64_t, (CALLER, int32_t key), jev_layout, (key))

#define CONTRACT(METHOD, VOID)                                                                               \
  METHOD(errno, "(I)I", int32_t, (CALLER, int32_t key), jev_errno, (key))                                    \
  METHOD(engineStatus, "(I)I", int32_t, (CALLER, int32_t engine), jev_engine_status, (engine))               \
  METHOD(engineReason, "(IJI)I", int32_t, (CALLER, int32_t engine, int64_t out, int32_t size),               \
         jev_engine_reason, (engine, out, size))                                                             \
  METHOD(engineEmulated, "(I)I", int32_t, (CALLER, int32_t engine), jev_engine_emulated, (engine))           \
  METHOD(engineFeatures, "(I)I", int32_t, (CALLER, int32_t engine), jev_engine_features, (engine))           \
  METHOD(create, "(IIIII)J", int64_t,                                                                        \
         (CALLER, int32_t engine, int32_t entries, int32_t buffers, int32_t buffer_size, int32_t flags),     \
         jev_create, (engine, entries, buffers, buffer_size, flags))                                         \
  METHOD(block, "(J)J", int64_t, (CALLER, int64_t ring), jev_block, (ring))                                  \
  METHOD(blockSize, "(J)J", int64_t, (CALLER, int64_t ring), jev_block_size, (ring))                         \
  METHOD(enter, "(JJ)I", int32_t, (CALLER, int64_t ring, int64_t timeout), jev_enter, (ring, timeout))       \
  METHOD(wakeup, "(J)I", int32_t, (CALLER, int64_t ring), jev_wakeup, (ring))                                \
  METHOD(watchSignal, "(JII)I", int32_t, (CALLER, int64_t ring, int32_t signal, int32_t on),                 \
         jev_watch_signal, (ring, signal, on))                                                               \
  METHOD(check, "(II)I", int32_t, (CALLER, int32_t engine, int32_t fd), jev_check, (engine, fd))             \
  METHOD(alloc, "(J)J", int64_t, (CALLER, int64_t size), jev_alloc, (size))                                  \
  METHOD(socket, "(II)I", int32_t, (CALLER, int32_t family, int32_t type), jev_socket, (family, type))       \
  METHOD(socketpair, "(IIJ)I", int32_t, (CALLER, int32_t family, int32_t type, int64_t out), jev_socketpair, \
         (family, type, out))                                                                                \
  METHOD(pipe, "(J)I", int32_t, (CALLER, int64_t out), jev_pipe, (out))                                      \
  METHOD(open, "(JI)I", int32_t, (CALLER, int64_t path, int32_t write), jev_open, (path, write))             \
  METHOD(duplicate, "(I)I", int32_t, (CALLER, int32_t fd), jev_duplicate, (fd))                              \
  METHOD(close, "(I)I", int32_t, (CALLER, int32_t fd), jev_close, (fd))                                      \
  METHOD(bind, "(IJ)I", int32_t, (CALLER, int32_t fd, int64_t address), jev_bind, (fd, address))             \
  METHOD(listen, "(II)I", int32_t, (CALLER, int32_t fd, int32_t backlog), jev_listen, (fd, backlog))         \
  METHOD(accept, "(IJ)I", int32_t, (CALLER, int32_t fd, int64_t address), jev_accept, (fd, address))         \
  METHOD(connect, "(IJ)I", int32_t, (CALLER, int32_t fd, int64_t address), jev_connect, (fd, address))       \
  METHOD(shutdown, "(II)I", int32_t, (CALLER, int32_t fd, int32_t how), jev_shutdown, (fd, how))             \
  METHOD(localAddress, "(IJ)I", int32_t, (CALLER, int32_t fd, int64_t address), jev_local_address,           \
         (fd, address))                                                                                      \
  METHOD(peerAddress, "(IJ)I", int32_t, (CALLER, int32_t fd, int64_t address), jev_peer_address,             \
         (fd, address))                                                                                      \
  METHOD(read, "(IJJ)J", int64_t, (CALLER, int32_t fd, int64_t memory, int64_t length), jev_read,            \
         (fd, memory, length))                                                                               \
  METHOD(readAt, "(IJJJ)J", int64_t, (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t position), \
         jev_read_at, (fd, memory, length, position))                                                        \
  METHOD(write, "(IJJ)J", int64_t, (CALLER, int32_t fd, int64_t memory, int64_t length), jev_write,          \
         (fd, memory, length))                                                                               \
  METHOD(receiveFrom, "(IJJJ)J", int64_t,                                                                    \
         (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t address), jev_receive_from,            \
         (fd, memory, length, address))                                                                      \
  METHOD(sendTo, "(IJJJ)J", int64_t, (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t address),  \
         jev_send_to, (fd, memory, length, address))                                                         \
  METHOD(setOption, "(III)I", int32_t, (CALLER, int32_t fd, int32_t option, int32_t value), jev_set_option,  \
         (fd, option, value))                                                                                \
  METHOD(getOption, "(II)I", int32_t, (CALLER, int32_t fd, int32_t option), jev_get_option, (fd, option))    \
  METHOD(signalNumber, "(I)I", int32_t, (CALLER, int32_t index), jev_signal_number, (index))                 \
  METHOD(raise, "(I)I", int32_t, (CALLER, int32_t signal), jev_raise, (signal))                              \
  METHOD(dnsConfig, "(JI)I", int32_t, (CALLER, int64_t out, int32_t size), jev_dns_config, (out, size))      \
  VOID(destroy, "(J)V", (CALLER, int64_t ring), jev_destroy, (ring))                                         \
  VOID(free, "(JJ)V", (CALLER, int64_t address, int64_t size), jev_free, (address, size))                    \
  VOID(fail, "(J)V", (CALLER, int64_t message), jev_fail, (TEXT(message)))

#define DEFINE(name, signature, type, parameters, function, arguments) \
  static type JEV_JNI name##_method parameters {                       \
    (void)env;                                                         \
    (void)owner;                                                       \
    return function arguments;                                         \
  }

#define DEFINE_VOID(name, signature, parameters, function, arguments) \
  static void JEV_JNI name##_method parameters {                      \
    (void)env;                                                        \
    (void)owner;                                                      \
    function arguments;                                               \
  }

IDENTITY(DEFINE)
CONTRACT(DEFINE, DEFINE_VOID)

/* Memory as a buffer, and back. */

static void *JEV_JNI view_method(CALLER, int64_t address, int64_t size) {
  (void)owner;
  return CALL(env, new_direct_byte_buffer, NEW_DIRECT_BYTE_BUFFER)(env,
                                                                   (void *)(intptr_t)address, /* NOLINT */
                                                                   size);
}

static int64_t JEV_JNI address_method(CALLER, void *buffer) {
  (void)owner;
  return (int64_t)(uintptr_t)CALL(env, get_direct_buffer_address, GET_DIRECT_BUFFER_ADDRESS)(env, buffer);
}

/* ---- calling back ---- */

/* The class that messages are reported to. This does not keep it from being unloaded. */
static struct {
  jni_environment vm;
  void *owner;
  void *logged;
  void *failed;
} listener;

/* Calls a static method, if this thread and the class still belong to the JVM. */
static void call_back(void *method, const char *text, int32_t severity, int32_t result) {
  jni_environment env = NULL;
  if (CALL(listener.vm, get_env, GET_ENV)(listener.vm, &env, JNI_VERSION) != 0) {
    return;
  }
  void *owner = CALL(env, new_reference, NEW_LOCAL_REF)(env, listener.owner);
  if (owner == NULL) {
    return;
  }
  void *message = CALL(env, new_string, NEW_STRING_UTF)(env, text);
  const union jni_value arguments[] = {{.object = message}, {.number = severity}, {.number = result}};
  CALL(env, call_static_void, CALL_STATIC_VOID_METHOD_A)(env, owner, method, arguments);
  CALL(env, exception_clear, EXCEPTION_CLEAR)(env);
  CALL(env, delete_reference, DELETE_LOCAL_REF)(env, message);
  CALL(env, delete_reference, DELETE_LOCAL_REF)(env, owner);
}

static void log_back(int32_t severity, const char *message, int32_t result) {
  call_back(listener.logged, message, severity, result);
}

static void fail_back(const char *message) { call_back(listener.failed, message, 0, 0); }

/* Whether messages and failures are reported to the class. */
static void JEV_JNI report_method(CALLER, uint8_t messages, uint8_t fatal) {
  if (listener.owner == NULL) {
    listener.logged =
        CALL(env, get_method, GET_STATIC_METHOD_ID)(env, owner, "logged", "(Ljava/lang/String;II)V");
    listener.failed =
        CALL(env, get_method, GET_STATIC_METHOD_ID)(env, owner, "failed", "(Ljava/lang/String;)V");
    if (listener.logged == NULL || listener.failed == NULL ||
        CALL(env, get_java_vm, GET_JAVA_VM)(env, &listener.vm) != 0) {
      return; /* an exception is pending */
    }
    listener.owner = CALL(env, new_reference, NEW_WEAK_GLOBAL_REF)(env, owner);
  }
  jev_set_log(messages != 0 ? log_back : NULL);
  jev_set_fatal(fatal != 0 ? fail_back : NULL);
}

/* ---- registering them ---- */

#define ENTRY(name, signature, type, parameters, function, arguments) \
  {#name, signature, (jni_function)name##_method},
#define ENTRY_VOID(name, signature, parameters, function, arguments) \
  {#name, signature, (jni_function)name##_method},

static const struct jni_native_method IDENTITY_METHODS[] = {IDENTITY(ENTRY)};

static const struct jni_native_method CONTRACT_METHODS[] = {
    CONTRACT(ENTRY, ENTRY_VOID){"view", "(JJ)Ljava/nio/ByteBuffer;", (jni_function)view_method},
    {"address", "(Ljava/nio/ByteBuffer;)J", (jni_function)address_method},
    {"report", "(ZZ)V", (jni_function)report_method},
};

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof *(array)))

/* The JVM throws NoSuchMethodError for a method that the class does not have. */
static bool registered(jni_environment env, void *owner, const struct jni_native_method *methods,
                       int32_t count) {
  bool done = CALL(env, register_natives, REGISTER_NATIVES)(env, owner, methods, count) == 0;
  if (!done) {
    CALL(env, exception_clear, EXCEPTION_CLEAR)(env);
  }
  return done;
}

int32_t jev_register(void *environment, void *owner) {
  jni_environment env = environment;
  if (CALL(env, get_version, GET_VERSION)(env) < JNI_VERSION) {
    return -ENOSYS;
  }
  return registered(env, owner, IDENTITY_METHODS, COUNT(IDENTITY_METHODS)) &&
                 registered(env, owner, CONTRACT_METHODS, COUNT(CONTRACT_METHODS))
             ? 0
             : -EINVAL;
}

/* The name that a JVM looks for on 32-bit Windows; GCC and Clang would decorate it differently. */
#if defined(_WIN32) && !defined(_WIN64) && defined(__GNUC__)
#define JEV_NAMED(name) __asm__("_" #name)
#else
#define JEV_NAMED(name)
#endif

JEV_EXPORT int32_t JEV_JNI JNI_OnLoad(jni_environment vm, void *reserved) JEV_NAMED(JNI_OnLoad);

/* A class that does not have all the methods finds out by asking for the version. */
int32_t JEV_JNI JNI_OnLoad(jni_environment vm, void *reserved) {
  (void)reserved;
  jni_environment env = NULL;
  if (CALL(vm, get_env, GET_ENV)(vm, &env, JNI_VERSION) != 0) {
    return JNI_VERSION;
  }
  void *owner = CALL(env, find_class, FIND_CLASS)(env, "org/jevent/internal/engine/ring/Shim");
  if (owner == NULL) {
    CALL(env, exception_clear, EXCEPTION_CLEAR)(env);
  } else {
    (void)jev_register((void *)env, owner);
  }
  return JNI_VERSION;
}
