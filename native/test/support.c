/* What the C tests share. */
#include "support.h"

_Noreturn void fail(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
  exit(1);
}

void check_equal(const char *file, int line, const char *what, int64_t actual, int64_t expected) {
  if (actual != expected) {
    fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, what, (long long)actual,
            (long long)expected);
    exit(1);
  }
}

/* ---- cases ---- */

enum { PAIR_HOLDS = 65536 };

static bool chosen(int argc, char **argv, const char *name) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], name) == 0) {
      return true;
    }
  }
  return argc <= 1;
}

int run_cases(int argc, char **argv, const struct test_case *cases, size_t count) {
  int passed = 0;
  prepare_process();
  if (jev_engine_status(test_engine()) != 0) {
    char reason[256] = "";
    jev_engine_reason(test_engine(), at(reason), sizeof reason);
    printf("left out: engine %d cannot be used here: %s\n", (int)test_engine(), reason);
    return SKIPPED;
  }
  for (size_t i = 0; i < count; i++) {
    if (!chosen(argc, argv, cases[i].name)) {
      continue;
    }
    int before = open_descriptors();
    cases[i].run();
    CHECK_EQ(open_descriptors(), before);
    printf("ok %s\n", cases[i].name);
    fflush(stdout);
    passed++;
  }
  printf("%d passed\n", passed);
  return passed > 0 ? 0 : 1;
}

/* ---- rings ---- */

static int32_t setting(const char *name, int32_t otherwise) {
  const char *value = getenv(name);
  return value == NULL ? otherwise : (int32_t)strtol(value, NULL, 10);
}

int32_t test_engine(void) { return setting("JEVENT_TEST_ENGINE", first_engine()); }

int32_t test_flags(void) { return setting("JEVENT_TEST_FLAGS", 0); }

bool engine_has(int32_t feature) { return (jev_engine_features(test_engine()) & feature) != 0; }

bool system_lacks(enum ability ability, const char *name) {
  const char *reason = missing(ability);
  if (reason != NULL) {
    printf("left out: %s: %s\n", name, reason);
  }
  return reason != NULL;
}

bool engine_lacks(int32_t feature, const char *name) {
  if (!engine_has(feature)) {
    printf("left out: %s: engine %d lacks feature %d\n", name, (int)test_engine(), (int)feature);
    return true;
  }
  return false;
}

int64_t with_making_ready(int64_t calls) { return calls + (missing(NONBLOCKING_PER_CALL) != NULL ? 1 : 0); }

int64_t of_engine(struct by_engine numbers) {
  switch (test_engine()) {
    case JEV_ENGINE_KQUEUE:
      return numbers.kqueue;
    case JEV_ENGINE_EVPORT:
      return numbers.evport;
    case JEV_ENGINE_DEVPOLL:
      return numbers.devpoll;
    case JEV_ENGINE_IO_URING:
      return numbers.io_uring;
    case JEV_ENGINE_POLL:
    case JEV_ENGINE_SELECT:
      return numbers.poll;
    case JEV_ENGINE_IOCP:
      return numbers.iocp;
    default:
      return numbers.epoll;
  }
}

struct ring open_ring(void) {
  return open_ring_of(256, 16, 16384);
}

struct ring open_ring_of(int32_t entries, int32_t buffers, int32_t buffer_size) {
  return ring_of(jev_create(test_engine(), entries, buffers, buffer_size, test_flags()));
}

struct ring ring_of(int64_t handle) {
  struct ring ring = {.handle = handle};
  CHECK(ring.handle > 0);
  uint8_t *block = (uint8_t *)(intptr_t)jev_block(ring.handle); /* NOLINT */
  ring.header = (struct jev_header *)(void *)block;
  ring.submissions = (struct jev_submission *)(void *)(block + ring.header->submissions_offset);
  ring.completions = (struct jev_completion *)(void *)(block + ring.header->completions_offset);
  ring.slab = block + ring.header->slab_offset;
  return ring;
}

void close_ring(struct ring *ring) {
  CHECK_EQ(ring->header->completed, ring->next); /* nothing happened that the test did not look at */
  jev_destroy(ring->handle);
  ring->handle = 0;
}

void submit(struct ring *ring, uint16_t op, uint16_t flags, uint32_t slot, int64_t a, int64_t b, int64_t c) {
  CHECK(ring->header->submitted < ring->header->submissions_capacity);
  ring->submissions[ring->header->submitted++] =
      (struct jev_submission){.op = op, .flags = flags, .slot = slot, .a = a, .b = b, .c = c};
}

void receive(struct ring *ring, uint32_t slot, int64_t limit) {
  submit(ring, JEV_OP_RECEIVE, 0, slot, limit, 0, 0);
}

void attach(struct ring *ring, uint32_t slot, int32_t fd) { submit(ring, JEV_OP_ATTACH, 0, slot, fd, 0, 0); }

int32_t enter(struct ring *ring, int64_t timeout) {
  int32_t count = jev_enter(ring->handle, timeout);
  CHECK(count >= 0);
  CHECK_EQ(ring->header->completed, count);
  CHECK(ring->header->completed <= ring->header->completions_capacity);
  ring->next = 0;
  return count;
}

int32_t received_at_once(struct ring *ring) {
  int32_t bytes = 0;
  CHECK(enter(ring, SECOND) >= 0);
  for (uint32_t i = 0; i < ring->header->completed; i++) {
    CHECK_EQ(ring->completions[i].op, JEV_RECEIVED);
    CHECK(ring->completions[i].result > 0);
    bytes += ring->completions[i].result;
  }
  ring->next = ring->header->completed;
  return bytes;
}

struct jev_completion *next_completion(struct ring *ring) {
  int64_t end = now() + (int64_t)PATIENCE * SECOND;
  while (ring->next == ring->header->completed) {
    if (now() > end) {
      fail(__FILE__, __LINE__, "a completion within the time allowed");
    }
    enter(ring, ring->header->more != 0 ? 0 : SECOND);
  }
  return &ring->completions[ring->next++];
}

struct jev_completion *expect(struct ring *ring, uint16_t op, uint32_t slot) {
  struct jev_completion *completion = next_completion(ring);
  CHECK_EQ(completion->op, op);
  CHECK_EQ(completion->slot, slot);
  return completion;
}

struct jev_completion *expect_any(struct ring *ring, uint16_t op) {
  struct jev_completion *completion = next_completion(ring);
  CHECK_EQ(completion->op, op);
  return completion;
}

struct jev_completion *expect_result(struct ring *ring, uint16_t op, uint32_t slot, int32_t result) {
  struct jev_completion *completion = expect(ring, op, slot);
  CHECK_RESULT(completion->result, result);
  return completion;
}

void expect_nothing(struct ring *ring) {
  CHECK_EQ(ring->next, ring->header->completed);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(enter(ring, 0), 0);
  }
  CHECK_EQ(enter(ring, 2000000), 0);
}

void let_it_go_on(struct ring *ring) {
  if (ring->next == ring->header->completed) {
    enter(ring, 1000000);
  } else {
    sleep_for(1000000);
  }
}

void expect_refusal(struct ring *ring, uint16_t op, uint32_t slot, int32_t error) {
  CHECK_EQ(expect_result(ring, JEV_FAILED, slot, error)->aux, op);
}

void expect_bytes(struct ring *ring, uint32_t slot, const char *text) {
  const struct jev_completion *completion = expect_result(ring, JEV_RECEIVED, slot, (int32_t)strlen(text));
  CHECK_EQ(completion->value / ring->header->buffer_size, completion->aux);
  CHECK(memcmp(ring->slab + completion->value, text, strlen(text)) == 0);
}

void detach_and_close(struct ring *ring, uint32_t slot) {
  submit(ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, slot, 0, 0, 0);
  expect_result(ring, JEV_DETACHED, slot, 0);
}

void close_pairs(struct ring *ring, int32_t (*fds)[2], uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    detach_and_close(ring, i);
    jev_close(fds[i][1]);
  }
  close_ring(ring);
}

/* ---- descriptors ---- */

/* However much the loopback holds, tests that fill a pair fill it. */
void stream_pair(int32_t *fds) {
  CHECK_EQ(jev_socketpair(JEV_FAMILY_UNIX, JEV_STREAM, at(fds)), 0);
  for (int i = 0; i < 2 && missing(LOCAL_PAIRS) != NULL; i++) {
    CHECK_EQ(jev_set_option(fds[i], JEV_OPT_SEND_BUFFER, PAIR_HOLDS), 0);
    CHECK_EQ(jev_set_option(fds[i], JEV_OPT_RECEIVE_BUFFER, PAIR_HOLDS), 0);
  }
}

void put(int32_t fd, const char *text) {
  CHECK_EQ(jev_write(fd, at(text), (int64_t)strlen(text)), strlen(text));
}

void fill(int32_t fd, int32_t count) {
  const size_t bytes = (size_t)count;
  uint8_t *data = malloc(bytes);
  CHECK(data != NULL);
  for (size_t i = 0; i < bytes; i++) {
    data[i] = (uint8_t)(i % 251);
  }
  CHECK_EQ(jev_write(fd, at(data), (int64_t)bytes), bytes);
  free(data);
}

int64_t read_soon(int32_t fd, void *bytes, size_t size) {
  CHECK(becomes_ready(fd, false));
  return jev_read(fd, at(bytes), (int64_t)size);
}

/* Over TCP the first bytes after a close would leave still: the peer resets the connection instead. */
void break_pair(const int32_t *fds) {
  if (missing(LOCAL_PAIRS) == NULL) {
    CHECK_EQ(jev_close(fds[1]), 0);
  } else {
    close_with_reset(fds[1]);
    CHECK(becomes_ready(fds[0], false));
  }
}

void check_broken(int64_t result) {
  bool reset = errno_of(result) == ECONNRESET || errno_of(result) == ECONNABORTED;
  if (missing(LOCAL_PAIRS) == NULL || !reset) {
    CHECK_RESULT(result, -EPIPE);
  }
}

struct jev_address loopback(uint16_t port) {
  return (struct jev_address){.family = JEV_FAMILY_INET, .port = port, .length = 4, .bytes = {127, 0, 0, 1}};
}

struct jev_address unix_address(const char *path, size_t length) {
  struct jev_address address = {.family = JEV_FAMILY_UNIX, .length = (uint32_t)length};
  CHECK(length <= sizeof address.bytes);
  memcpy(address.bytes, path, length);
  return address;
}

int32_t listen_on_loopback(struct jev_address *address) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK(fd >= 0);
  *address = loopback(0);
  CHECK_EQ(jev_bind(fd, at(address)), 0);
  CHECK_EQ(jev_listen(fd, 128), 0);
  CHECK_EQ(jev_local_address(fd, at(address)), 0);
  CHECK(address->port != 0);
  return fd;
}

void tcp_pair(int32_t *a, int32_t *b) {
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  *b = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK(*b >= 0);
  int32_t result = jev_connect(*b, at(&address));
  CHECK(result == 0 || errno_of(result) == EINPROGRESS);
  CHECK(becomes_ready(listener, false));
  *a = jev_accept(listener, 0);
  CHECK(*a >= 0);
  CHECK_EQ(jev_close(listener), 0);
}

void close_with_reset(int32_t fd) {
  CHECK_EQ(jev_set_option(fd, JEV_OPT_LINGER, 0), 0);
  CHECK_EQ(jev_close(fd), 0);
}
