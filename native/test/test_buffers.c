/* The buffers that RECEIVE takes: who shares one, who gets several, who keeps one, and none being left. */

#include "support.h"

enum { SLOT = 3 };

static void keep(struct ring *ring, uint32_t buffer) { submit(ring, JEV_OP_RETAIN, 0, 0, buffer, 0, 0); }

static void give_back(struct ring *ring, uint32_t buffer) {
  submit(ring, JEV_OP_RELEASE, 0, 0, buffer, 0, 0);
}

/* What the last jev_enter has brought is the bytes of fill() from `total` on. */
static void check_content(const struct ring *ring, int64_t total) {
  for (uint32_t i = 0; i < ring->header->completed; i++) {
    const struct jev_completion *got = &ring->completions[i];
    CHECK((uint32_t)got->result <= ring->header->buffer_size);
    for (int32_t at = 0; at < got->result; at++) {
      CHECK_EQ(ring->slab[got->value + at], (total + at) % 251);
    }
    total += got->result;
  }
}

static void a_limit_beyond_the_buffer_takes_several(void) {
  enum { SIZE = 4096, LIMIT = 4 * SIZE, ALL = 4 * LIMIT + 1000 };
  static const int32_t MUCH = 4 * SIZE; /* so that io_uring leaves the rest to the shim */
  struct ring ring = open_ring_of(64, 16, SIZE);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, SIZE);
  fill(fds[1], MUCH);
  for (int64_t total = 0; total < MUCH;) {
    int32_t sum = received_at_once(&ring);
    check_content(&ring, total);
    total += sum;
  }
  expect_nothing(&ring);
  receive(&ring, SLOT, LIMIT);
  fill(fds[1], ALL);
  int whole = 0;
  for (int64_t total = 0; total < ALL;) {
    int32_t sum = received_at_once(&ring);
    check_content(&ring, total);
    CHECK(sum <= LIMIT);
    whole += sum == LIMIT && ring.header->completed == LIMIT / SIZE ? 1 : 0;
    total += sum;
  }
  CHECK_EQ(whole, ALL / LIMIT);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* What finds no buffer stays with the system, and no slot gets more than a batch. */
static void no_limit_takes_more_than_there_is_room_for(void) {
  enum { BUFFERS = 3, SIZE = 1024, ALL = 20000 };
  struct ring ring = open_ring_of(64, BUFFERS, SIZE);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], ALL);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, INT64_MAX);
  for (int64_t total = 0; total < ALL;) {
    int32_t sum = received_at_once(&ring);
    check_content(&ring, total);
    CHECK(ring.header->completed <= BUFFERS);
    total += sum;
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void small_payloads_share_a_buffer(void) {
  enum { COUNT = 40 };
  if (test_engine() == JEV_ENGINE_IO_URING) {
    puts("left out: small payloads share a buffer: the kernel reports twenty at a time");
    return;
  }
  struct ring ring = open_ring_of(256, 4, 16384);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    receive(&ring, i, 16384);
  }
  expect_nothing(&ring);
  for (uint32_t i = 0; i < COUNT; i++) {
    char text[32];
    snprintf(text, sizeof text, "connection %u", (unsigned)i);
    put(fds[i][1], text);
  }
  CHECK_EQ(enter(&ring, SECOND), COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    char text[32];
    CHECK_EQ(ring.completions[i].value % 64, 0);
    CHECK_EQ(ring.completions[i].aux, ring.completions[0].aux);
    snprintf(text, sizeof text, "connection %u", (unsigned)ring.completions[i].slot);
    expect_bytes(&ring, ring.completions[i].slot, text);
  }
  close_pairs(&ring, fds, COUNT);
}

/* A slot that shared a buffer gets a whole one when its data turns out to be large. */
static void large_payloads_get_a_whole_buffer(void) {
  struct ring ring = open_ring_of(64, 4, 16384);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 16384);
  for (int i = 0; i < 3; i++) {
    fill(fds[1], 16384);
    expect_result(&ring, JEV_RECEIVED, SLOT, 16384);
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void retained_buffers_keep_their_bytes(void) {
  struct ring ring = open_ring_of(64, 2, 1024);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  put(fds[1], "keep me");
  const struct jev_completion *got = expect(&ring, JEV_RECEIVED, SLOT);
  int64_t offset = got->value;
  uint32_t buffer = got->aux;
  keep(&ring, buffer);
  for (int i = 0; i < 5; i++) {
    put(fds[1], "other bytes");
    got = expect(&ring, JEV_RECEIVED, SLOT);
    CHECK(got->aux != buffer);
  }
  CHECK(memcmp(ring.slab + offset, "keep me", 7) == 0);
  give_back(&ring, buffer);
  expect_nothing(&ring);
  give_back(&ring, buffer);
  expect_refusal(&ring, JEV_OP_RELEASE, 0, -EINVAL);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Two receives share a buffer; each that is kept counts. */
static void retaining_is_counted(void) {
  struct ring ring = open_ring_of(64, 1, 4096);
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  put(first[1], "first");
  put(second[1], "second");
  attach(&ring, 0, first[0]);
  attach(&ring, 1, second[0]);
  receive(&ring, 0, 1024);
  receive(&ring, 1, 1024);
  expect_bytes(&ring, 0, "first");
  expect_bytes(&ring, 1, "second");
  keep(&ring, 0);
  keep(&ring, 0);
  expect_nothing(&ring);
  put(first[1], "more");
  expect_nothing(&ring);
  give_back(&ring, 0);
  expect_nothing(&ring);
  CHECK(memcmp(ring.slab, "first", 5) == 0);
  give_back(&ring, 0);
  expect_bytes(&ring, 0, "more");
  detach_and_close(&ring, 0);
  detach_and_close(&ring, 1);
  jev_close(first[1]);
  jev_close(second[1]);
  close_ring(&ring);
}

/* With every buffer retained, receiving pauses without spinning, and goes on when one is released. */
static void receiving_waits_for_a_buffer(void) {
  enum { BUFFERS = 3 };
  struct ring ring = open_ring_of(64, BUFFERS, 1024);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], 10 * 1024);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  for (int i = 0; i < BUFFERS; i++) {
    const struct jev_completion *got = expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
    keep(&ring, got->aux);
  }
  expect_nothing(&ring);
  uint64_t waits = ring.header->waits;
  CHECK_EQ(enter(&ring, 30000000), 0);
  CHECK_EQ(ring.header->waits, waits + 1); /* it slept */
  receive(&ring, SLOT, 1024);              /* asking again does not help */
  expect_nothing(&ring);
  give_back(&ring, 1);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  for (uint32_t i = 0; i < BUFFERS; i += 2) {
    give_back(&ring, i);
  }
  for (int i = BUFFERS + 1; i < 10; i++) {
    expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_slot_that_waits_for_a_buffer_can_be_detached_and_used_again(void) {
  struct ring ring = open_ring_of(64, 1, 1024);
  int32_t fds[2];
  stream_pair(fds);
  fill(fds[1], 3 * 1024);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  keep(&ring, 0);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 1024);
  expect_nothing(&ring);
  give_back(&ring, 0);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  expect_result(&ring, JEV_RECEIVED, SLOT, 1024);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* More is ready than the slab holds: all of it arrives, over several calls. */
static void a_small_slab_serves_many(void) {
  enum { COUNT = 50 };
  struct ring ring = open_ring_of(256, 2, 1024);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    receive(&ring, i, 1024);
    fill(fds[i][1], 1000);
  }
  for (int32_t left = COUNT * 1000; left > 0;) {
    int32_t bytes = received_at_once(&ring);
    CHECK(bytes > 0);
    left -= bytes;
  }
  close_pairs(&ring, fds, COUNT);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_limit_beyond_the_buffer_takes_several),
      CASE(no_limit_takes_more_than_there_is_room_for),
      CASE(small_payloads_share_a_buffer),
      CASE(large_payloads_get_a_whole_buffer),
      CASE(retained_buffers_keep_their_bytes),
      CASE(retaining_is_counted),
      CASE(receiving_waits_for_a_buffer),
      CASE(a_slot_that_waits_for_a_buffer_can_be_detached_and_used_again),
      CASE(a_small_slab_serves_many),
  };
  return RUN_CASES(CASES);
}
