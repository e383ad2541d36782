/* What the library registers with a JVM, with tables of functions in the place of the JVM's. */
#include <errno.h>

#include "support.h"

int32_t JNI_OnLoad(void *vm, void *reserved);

/* Places in the tables, of JNI's specification, and their size. */
enum {
  GET_VERSION = 4,
  FIND_CLASS = 6,
  GET_ENV = 6,
  EXCEPTION_CLEAR = 17,
  REGISTER_NATIVES = 215,
  NEW_DIRECT_BYTE_BUFFER = 229,
  GET_DIRECT_BUFFER_ADDRESS = 230,
  FUNCTIONS = 235
};

enum { MAX_METHODS = 64, VERSION = 0x00010008 };

typedef void (*function)(void);

struct method {
  const char *name;
  const char *signature;
  function function;
};

struct buffer {
  void *address;
  int64_t capacity;
};

static struct buffer made;
static int32_t version = VERSION;
static struct method methods[MAX_METHODS];
static int32_t method_count;
static int32_t refused_from = MAX_METHODS; /* the class has no more methods */
static int exceptions;
static int an_owner;
static function environment[FUNCTIONS];
static function *env = environment;

static int32_t get_version(void *caller) {
  CHECK(caller == &env);
  return version;
}

static void *find_class(void *caller, const char *name) {
  CHECK(caller == &env);
  CHECK(strcmp(name, "org/jevent/internal/engine/ring/Shim") == 0);
  return refused_from > 0 ? &an_owner : NULL;
}

static void exception_clear(void *caller) {
  CHECK(caller == &env);
  exceptions++;
}

static int32_t register_natives(void *caller, void *owner, const struct method *added, int32_t count) {
  CHECK(caller == &env && owner == &an_owner);
  CHECK(method_count + count <= MAX_METHODS);
  if (method_count + count > refused_from) {
    return -1;
  }
  memcpy(methods + method_count, added, (size_t)count * sizeof *added);
  method_count += count;
  return 0;
}

static void *new_direct_byte_buffer(void *caller, void *address, int64_t capacity) {
  CHECK(caller == &env);
  made = (struct buffer){.address = address, .capacity = capacity};
  return &made;
}

static void *get_direct_buffer_address(void *caller, void *buffer) {
  CHECK(caller == &env);
  return ((struct buffer *)buffer)->address;
}

static int32_t get_env(void *vm, function ***out, int32_t asked) {
  CHECK(vm != NULL);
  CHECK_EQ(asked, VERSION);
  *out = &env;
  return 0;
}

static void start(void) {
  environment[GET_VERSION] = (function)get_version;
  environment[FIND_CLASS] = (function)find_class;
  environment[EXCEPTION_CLEAR] = (function)exception_clear;
  environment[REGISTER_NATIVES] = (function)register_natives;
  environment[NEW_DIRECT_BYTE_BUFFER] = (function)new_direct_byte_buffer;
  environment[GET_DIRECT_BUFFER_ADDRESS] = (function)get_direct_buffer_address;
  version = VERSION;
  method_count = 0;
  refused_from = MAX_METHODS;
  exceptions = 0;
}

static function method(const char *name, const char *signature) {
  for (int32_t i = 0; i < method_count; i++) {
    if (strcmp(methods[i].name, name) == 0) {
      CHECK(strcmp(methods[i].signature, signature) == 0);
      return methods[i].function;
    }
  }
  fprintf(stderr, "%s is not registered\n", name);
  abort();
}

#define METHOD(type, name, signature) ((type)method(name, signature))

typedef int32_t (*no_argument)(void *, void *);
typedef int32_t (*of_int)(void *, void *, int32_t);
typedef int64_t (*long_of_int)(void *, void *, int32_t);
typedef int32_t (*of_long)(void *, void *, int64_t);
typedef int64_t (*long_of_long)(void *, void *, int64_t);
typedef int32_t (*of_longs)(void *, void *, int64_t, int64_t);
typedef void (*none_of_long)(void *, void *, int64_t);
typedef int64_t (*of_ints)(void *, void *, int32_t, int32_t, int32_t, int32_t, int32_t);
typedef void *(*view)(void *, void *, int64_t, int64_t);
typedef int64_t (*address)(void *, void *, void *);

static void calls_reach_the_contract(void) {
  start();
  CHECK_EQ(jev_register(&env, &an_owner), 0);
  CHECK_EQ(METHOD(no_argument, "abiVersion", "()I")(&env, &an_owner), JEV_ABI_VERSION);
  CHECK_EQ(METHOD(long_of_int, "layout", "(I)J")(&env, &an_owner, 0), JEV_MAGIC);
  CHECK_EQ(METHOD(of_int, "engineStatus", "(I)I")(&env, &an_owner, test_engine()), 0);
  int64_t ring = METHOD(of_ints, "create", "(IIIII)J")(&env, &an_owner, test_engine(), 64, 4, 4096, 0);
  CHECK(ring > 0);
  CHECK_EQ(METHOD(long_of_long, "block", "(J)J")(&env, &an_owner, ring), jev_block(ring));
  CHECK_EQ(METHOD(of_long, "wakeup", "(J)I")(&env, &an_owner, ring), 0);
  CHECK_EQ(METHOD(of_longs, "enter", "(JJ)I")(&env, &an_owner, ring, -1), 0);
  METHOD(none_of_long, "destroy", "(J)V")(&env, &an_owner, ring);
  CHECK_EQ(exceptions, 0);
}

static void memory_is_that_of_buffers(void) {
  start();
  CHECK_EQ(jev_register(&env, &an_owner), 0);
  /* Also where 32 bits would be taken for a sign. */
  const uintptr_t addresses[] = {4096, UINTPTR_MAX / 2 + 1, UINTPTR_MAX - 4095};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    int64_t expected = (int64_t)addresses[i];
    void *buffer = METHOD(view, "view", "(JJ)Ljava/nio/ByteBuffer;")(&env, &an_owner, expected, 4096);
    CHECK(buffer == &made);
    CHECK_EQ(made.capacity, 4096);
    CHECK_EQ(METHOD(address, "address", "(Ljava/nio/ByteBuffer;)J")(&env, &an_owner, buffer), expected);
  }
}

static void the_jvm_has_the_same_registered_when_it_loads_the_library(void) {
  start();
  function machine[FUNCTIONS] = {0};
  machine[GET_ENV] = (function)get_env;
  function *vm = machine;
  CHECK_EQ(JNI_OnLoad(&vm, NULL), VERSION);
  CHECK_EQ(METHOD(no_argument, "abiVersion", "()I")(&env, &an_owner), JEV_ABI_VERSION);
  CHECK(method("sendTo", "(IJJJ)J") != NULL);
  start();
  refused_from = 0; /* there is no such class: another program has loaded the library */
  CHECK_EQ(JNI_OnLoad(&vm, NULL), VERSION);
  CHECK_EQ(method_count, 0);
  CHECK_EQ(exceptions, 1);
}

static void a_class_of_another_version_can_ask_for_it(void) {
  start();
  refused_from = 10;
  CHECK_EQ(jev_register(&env, &an_owner), -EINVAL);
  CHECK_EQ(exceptions, 1);
  CHECK_EQ(method_count, 2);
  CHECK_EQ(METHOD(no_argument, "abiVersion", "()I")(&env, &an_owner), JEV_ABI_VERSION);
}

static void a_jvm_that_is_too_old_is_refused(void) {
  start();
  version = 0x00010006;
  CHECK_EQ(jev_register(&env, &an_owner), -ENOSYS);
  CHECK_EQ(method_count, 0);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(calls_reach_the_contract),
      CASE(memory_is_that_of_buffers),
      CASE(the_jvm_has_the_same_registered_when_it_loads_the_library),
      CASE(a_class_of_another_version_can_ask_for_it),
      CASE(a_jvm_that_is_too_old_is_refused),
  };
  return RUN_CASES(CASES);
}
