/* What a JVM calls when it binds the library itself, with a table of functions in the place of its
 * environment. */
#include "support.h"

int32_t Java_org_jevent_engine_ring_Shim_abiVersion(void *env, void *owner);
int64_t Java_org_jevent_engine_ring_Shim_layout(void *env, void *owner, int32_t key);
int32_t Java_org_jevent_engine_ring_Shim_engineStatus(void *env, void *owner, int32_t engine);
int64_t Java_org_jevent_engine_ring_Shim_create(void *env, void *owner, int32_t engine, int32_t entries,
                                                int32_t buffers, int32_t buffer_size, int32_t flags);
int64_t Java_org_jevent_engine_ring_Shim_block(void *env, void *owner, int64_t ring);
int32_t Java_org_jevent_engine_ring_Shim_enter(void *env, void *owner, int64_t ring, int64_t timeout);
int32_t Java_org_jevent_engine_ring_Shim_wakeup(void *env, void *owner, int64_t ring);
void Java_org_jevent_engine_ring_Shim_destroy(void *env, void *owner, int64_t ring);
void *Java_org_jevent_engine_ring_JniMemory_newBuffer(void *env, void *owner, int64_t address, int64_t size);
int64_t Java_org_jevent_engine_ring_JniMemory_addressOf(void *env, void *owner, void *buffer);

/* Places in the table, of JNI's specification, and the table's size. */
enum { NEW_DIRECT_BYTE_BUFFER = 229, GET_DIRECT_BUFFER_ADDRESS = 230, FUNCTIONS = 234 };

typedef void (*function)(void);

struct buffer {
  void *address;
  int64_t capacity;
};

static struct buffer made;

static void *new_direct_byte_buffer(void *env, void *address, int64_t capacity) {
  CHECK(env != NULL);
  made = (struct buffer){.address = address, .capacity = capacity};
  return &made;
}

static void *get_direct_buffer_address(void *env, void *buffer) {
  CHECK(env != NULL);
  return ((struct buffer *)buffer)->address;
}

static void calls_reach_the_contract(void) {
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_abiVersion(NULL, NULL), JEV_ABI_VERSION);
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_layout(NULL, NULL, 0), JEV_MAGIC);
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_engineStatus(NULL, NULL, test_engine()), 0);
  int64_t ring = Java_org_jevent_engine_ring_Shim_create(NULL, NULL, test_engine(), 64, 4, 4096, 0);
  CHECK(ring > 0);
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_block(NULL, NULL, ring), jev_block(ring));
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_wakeup(NULL, NULL, ring), 0);
  CHECK_EQ(Java_org_jevent_engine_ring_Shim_enter(NULL, NULL, ring, -1), 0);
  Java_org_jevent_engine_ring_Shim_destroy(NULL, NULL, ring);
}

static void memory_is_that_of_buffers(void) {
  function table[FUNCTIONS] = {0};
  function *env = table;
  table[NEW_DIRECT_BYTE_BUFFER] = (function)new_direct_byte_buffer;
  table[GET_DIRECT_BUFFER_ADDRESS] = (function)get_direct_buffer_address;
  /* Also where 32 bits would be taken for a sign. */
  const uintptr_t addresses[] = {4096, UINTPTR_MAX / 2 + 1, UINTPTR_MAX - 4095};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    int64_t address = (int64_t)addresses[i];
    void *buffer = Java_org_jevent_engine_ring_JniMemory_newBuffer(&env, NULL, address, 4096);
    CHECK(buffer == &made);
    CHECK_EQ(made.capacity, 4096);
    CHECK_EQ(Java_org_jevent_engine_ring_JniMemory_addressOf(&env, NULL, buffer), address);
  }
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(calls_reach_the_contract),
      CASE(memory_is_that_of_buffers),
  };
  return RUN_CASES(CASES);
}
