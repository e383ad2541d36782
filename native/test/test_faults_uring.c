/* io_uring: what the kernel may answer instead of taking what is submitted, and queues that are full. */
#include <unistd.h>

#include "faults/faults.h"
#include "support.h"

enum { SLOT = 3, ALWAYS = 1000 };

/* Until it would have to wait. */
static int64_t fill_up(int32_t fd) {
  static const uint8_t BYTES[65536];
  int64_t all = 0;
  int64_t count = jev_write(fd, at(BYTES), sizeof BYTES);
  while (count > 0) {
    all += count;
    count = jev_write(fd, at(BYTES), sizeof BYTES);
  }
  CHECK_EQ(count, -EAGAIN);
  return all;
}

static int64_t drain(int32_t fd) {
  static uint8_t bytes[65536];
  int64_t all = 0;
  int64_t count = jev_read(fd, at(bytes), sizeof bytes);
  while (count > 0) {
    all += count;
    count = jev_read(fd, at(bytes), sizeof bytes);
  }
  return all;
}

/* ---- the queue of what is to be done ---- */

/* More than it holds, while the kernel has no memory for any of it. */
static void what_the_kernel_does_not_take_waits(void) {
  enum { COUNT = 300 };
  faults_tiny_rings(4);
  struct ring ring = open_ring_of(4096, 16, 16384);
  int32_t fds[COUNT][2];
  CHECK_EQ(enter(&ring, 0), 0);
  faults_start(1, ALWAYS, FAULT_BIT(FAULT_AGAIN));
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    put(fds[i][1], "waits");
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, 0, i, JEV_READ, 0, 0);
  }
  CHECK_EQ(enter(&ring, 0), 0);
  faults_stop();
  bool reported[COUNT] = {false};
  for (uint32_t i = 0; i < COUNT; i++) {
    const struct jev_completion *ready = expect_any(&ring, JEV_READY);
    CHECK_EQ(ready->result, JEV_READ);
    CHECK(!reported[ready->slot]);
    reported[ready->slot] = true;
    submit(&ring, JEV_OP_POLL, 0, ready->slot, 0, 0, 0);
  }
  close_pairs(&ring, fds, COUNT);
}

/* Nothing of it leaves twice, and nothing is left behind. */
static void what_is_handed_over_in_part_goes_on(void) {
  enum { COUNT = 50, ROUNDS = 20 };
  struct ring ring = open_ring();
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
  }
  CHECK_EQ(enter(&ring, 0), 0);
  static const uint32_t KINDS[] = {FAULT_BIT(FAULT_SHORT), FAULT_BIT(FAULT_INTERRUPT),
                                   FAULT_BIT(FAULT_AGAIN)};
  for (uint32_t round = 0; round < ROUNDS; round++) {
    faults_start(round, 500, KINDS[round % 3]);
    for (uint32_t i = 0; i < COUNT; i++) {
      submit(&ring, JEV_OP_SEND, 0, i, at("once"), 4, 0);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
      const struct jev_completion *sent = expect_any(&ring, JEV_SENT);
      CHECK_EQ(sent->result, 0);
      CHECK_EQ(sent->value, 4);
    }
    faults_stop();
    for (uint32_t i = 0; i < COUNT; i++) {
      char text[8];
      CHECK_EQ(jev_read(fds[i][1], at(text), sizeof text), 4);
      CHECK(memcmp(text, "once", 4) == 0);
    }
  }
  close_pairs(&ring, fds, COUNT);
}

/* ---- the queue of what was done ---- */

/* The completion of a send found no room: that it did not leave is reported all the same. */
static void a_send_that_waits_while_the_queue_overflows_is_not_taken_for_sent(void) {
  enum { WATCHES = 200, MIN_HIDDEN = 40 };
  faults_tiny_rings(8);
  struct ring ring = open_ring_of(8, 16, 16384);
  int32_t fds[WATCHES][2];
  int32_t full[2];
  stream_pair(full);
  const int64_t before = fill_up(full[0]);
  for (uint32_t i = 0; i < WATCHES; i++) {
    stream_pair(fds[i]);
    attach(&ring, 100 + i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, 100 + i, JEV_READ, 0, 0);
    CHECK_EQ(enter(&ring, 0), 0);
  }
  attach(&ring, SLOT, full[0]);
  CHECK_EQ(enter(&ring, 0), 0);
  for (uint32_t i = 0; i < WATCHES; i++) {
    put(fds[i][1], "x");
  }
  int ready = 0;
  for (int i = 0; i < 8; i++) { /* the kernel completes more each time than there is room to report */
    ready += enter(&ring, SECOND);
    ring.next = ring.header->completed;
  }
  CHECK(ready < WATCHES - MIN_HIDDEN);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("later"), 5, 0);
  for (; ready < WATCHES; ready++) {
    expect_any(&ring, JEV_READY);
  }
  expect_nothing(&ring);
  CHECK_EQ(drain(full[1]), before);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 5);
  CHECK_EQ(drain(full[1]), 5);
  for (uint32_t i = 0; i < WATCHES; i++) {
    detach_and_close(&ring, 100 + i);
    jev_close(fds[i][1]);
  }
  detach_and_close(&ring, SLOT);
  jev_close(full[1]);
  close_ring(&ring);
}

/* ---- operations that fail for lack of something ---- */

/* The kernel reports that there is no buffer although none is in use: there is nothing to wait for. */
static void receiving_without_a_buffer_goes_on_when_none_is_lent(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  CHECK_EQ(enter(&ring, 0), 0);
  receive(&ring, SLOT, 4096);
  for (uint64_t seed = 1; seed < 20; seed++) {
    faults_start(seed, ALWAYS, FAULT_BIT(FAULT_MEMORY));
    int32_t count = enter(&ring, 0);
    faults_stop();
    if (count > 0) { /* it was another error, which ends it */
      CHECK_EQ(expect(&ring, JEV_RECEIVED, SLOT)->result, -ENOMEM);
      receive(&ring, SLOT, 4096);
    }
  }
  put(fds[1], "here it is");
  expect_bytes(&ring, SLOT, "here it is");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* What receives much waits for readiness, which cannot be watched at first. */
static void a_stream_that_could_not_be_watched_is_watched_once_more(void) {
  static const char MUCH[8192];
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 16384);
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(jev_write(fds[1], at(MUCH), sizeof MUCH), sizeof MUCH);
    for (int64_t left = sizeof MUCH; left > 0;) {
      left -= expect(&ring, JEV_RECEIVED, SLOT)->result;
    }
    if (i == 0) {
      expect_nothing(&ring);
    }
  }
  faults_start(1, ALWAYS, FAULT_BIT(FAULT_AGAIN));
  CHECK_EQ(enter(&ring, 0), 0); /* the watch is there, and has not been submitted */
  for (uint64_t seed = 1; seed < 6; seed++) {
    faults_start(seed, ALWAYS, FAULT_BIT(FAULT_MEMORY));
    CHECK_EQ(enter(&ring, 0), 0);
  }
  faults_stop();
  put(fds[1], "at last");
  expect_bytes(&ring, SLOT, "at last");
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* ---- another thread enters ---- */

struct visit {
  struct ring *ring;
  int32_t completed;
};

static void visit(void *argument) {
  struct visit *visit = argument;
  visit->completed = enter(visit->ring, 0);
}

static int32_t enter_elsewhere(struct ring *ring) {
  struct visit here = {.ring = ring};
  join_thread(start_thread(visit, &here));
  return here.completed;
}

/* The kernel was meant to close it, and had not received that before the ring was recreated. */
static void a_descriptor_is_closed_though_the_ring_is_recreated(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  char text[4];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  CHECK_EQ(enter(&ring, 0), 0);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  faults_start(1, ALWAYS, FAULT_BIT(FAULT_AGAIN));
  CHECK_EQ(enter(&ring, 0), 0);
  faults_stop();
  if (enter_elsewhere(&ring) == 0) {
    enter(&ring, 0);
  }
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  CHECK_EQ(jev_read(fds[1], at(text), sizeof text), 0);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* There was no room to report them before. */
static void what_has_come_is_reported_though_the_ring_is_recreated(void) {
  enum { COUNT = 60 };
  struct ring ring = open_ring_of(8, 64, 16384);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    receive(&ring, i, 4096);
    CHECK_EQ(enter(&ring, 0), 0);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    put(fds[i][1], "moves along");
  }
  int reported = 0;
  for (int i = 0; reported < COUNT && i < 100 * COUNT; i++) {
    int32_t count = i % 2 == 0 ? enter(&ring, 0) : enter_elsewhere(&ring);
    for (int32_t j = 0; j < count; j++) {
      expect_bytes(&ring, ring.completions[j].slot, "moves along");
      reported++;
    }
  }
  CHECK_EQ(reported, COUNT);
  close_pairs(&ring, fds, COUNT);
}

/* Ends that the kernel had not received, of more slots than one call can report. */
static void each_end_is_reported_though_the_ring_is_recreated(void) {
  enum { COUNT = 60 };
  struct ring ring = open_ring_of(8, 64, 16384);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    CHECK_EQ(enter(&ring, 0), 0);
  }
  faults_start(1, ALWAYS, FAULT_BIT(FAULT_AGAIN));
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    CHECK_EQ(enter(&ring, 0), 0);
  }
  faults_stop();
  bool ended[COUNT] = {false};
  int reported = 0;
  for (int i = 0; reported < COUNT && i < COUNT; i++) {
    int32_t count = i == 0 ? enter_elsewhere(&ring) : enter(&ring, 0);
    CHECK(count <= (int32_t)ring.header->completions_capacity);
    for (int32_t j = 0; j < count; j++) {
      const struct jev_completion *end = expect_any(&ring, JEV_DETACHED);
      CHECK(!ended[end->slot]);
      ended[end->slot] = true;
      reported++;
    }
  }
  CHECK_EQ(reported, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    jev_close(fds[i][1]);
  }
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(what_the_kernel_does_not_take_waits),
      CASE(what_is_handed_over_in_part_goes_on),
      CASE(a_send_that_waits_while_the_queue_overflows_is_not_taken_for_sent),
      CASE(receiving_without_a_buffer_goes_on_when_none_is_lent),
      CASE(a_stream_that_could_not_be_watched_is_watched_once_more),
      CASE(a_descriptor_is_closed_though_the_ring_is_recreated),
      CASE(what_has_come_is_reported_though_the_ring_is_recreated),
      CASE(each_end_is_reported_though_the_ring_is_recreated),
  };
  return RUN_CASES(CASES);
}
