/* The queues: more completions than fit, submissions that have to wait, and senseless ones. */

#include "support.h"

static void more_is_ready_than_fits(void) {
  enum { COUNT = 60 };
  struct ring ring = open_ring_of(8, 2, 1024);
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, i, JEV_WRITE, 0, 0);
    if (i % 4 == 3) {
      jev_enter(ring.handle, 0);
      CHECK(ring.header->completed <= ring.header->completions_capacity);
      CHECK_EQ(ring.header->submitted, 0);
      for (uint32_t j = 0; j < ring.header->completed; j++) {
        CHECK_EQ(ring.completions[j].op, JEV_READY);
        submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, ring.completions[j].slot, JEV_WRITE, 0, 0);
      }
    }
    if (ring.header->submitted > 4) {
      jev_enter(ring.handle, 0);
    }
  }
  ring.next = ring.header->completed;
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    for (bool detached = false; !detached;) {
      CHECK(enter(&ring, 0) > 0);
      for (uint32_t j = 0; j < ring.header->completed; j++) {
        detached = detached || (ring.completions[j].op == JEV_DETACHED && ring.completions[j].slot == i);
      }
    }
    jev_close(fds[i][1]);
  }
  ring.next = ring.header->completed;
  close_ring(&ring);
}

/* A full submission queue whose entries may make several completions each: none is lost, order is kept. */
static void submissions_that_do_not_fit_wait_at_the_front(void) {
  enum { ENTRIES = 64, ROUNDS = 5 };
  struct ring ring = open_ring_of(ENTRIES, 4, 1024);
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, 0, fds[0]);
  expect_nothing(&ring);
  int64_t next = 0;
  int64_t answered = 0;
  bool waited = false;
  while (answered < (int64_t)ENTRIES * ROUNDS) {
    while (ring.header->submitted < ENTRIES && next < (int64_t)ENTRIES * ROUNDS) {
      submit(&ring, JEV_OP_RELEASE, 0, (uint32_t)next++, 99, 0, 0); /* refused, with its slot */
    }
    enter(&ring, 0);
    waited = waited || ring.header->submitted > 0;
    CHECK_EQ(ring.header->more != 0, ring.header->submitted > 0);
    while (ring.next < ring.header->completed) {
      expect_refusal(&ring, JEV_OP_RELEASE, (uint32_t)answered++, -EINVAL);
    }
  }
  CHECK_EQ(answered, next);
  CHECK(!waited); /* twice as many completions as submissions: room for one each, and some */
  detach_and_close(&ring, 0);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Failing connections answer with four completions each, so that they do not all fit. */
static void many_completions_each(void) {
  enum { COUNT = 24, ENTRIES = 32 };
  struct ring ring = open_ring_of(ENTRIES, 2, 1024);
  int32_t fds[COUNT];
  for (uint32_t i = 0; i < COUNT; i++) {
    fds[i] = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
    attach(&ring, i, fds[i]);
  }
  expect_nothing(&ring);
  struct jev_address nowhere = {.family = JEV_FAMILY_NONE};
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_CONNECT, 0, i, at(&nowhere), 0, 0);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    expect_result(&ring, JEV_CONNECTED, i, -EAFNOSUPPORT);
  }
  for (uint32_t i = 0; i < ENTRIES; i++) {
    submit(&ring, JEV_OP_SEND, 0, i % COUNT, at("x"), 1, 0);
  }
  int sent[COUNT] = {0};
  for (uint32_t i = 0; i < ENTRIES; i++) {
    const struct jev_completion *completion = expect_any(&ring, JEV_SENT);
    CHECK(completion->result < 0);
    sent[completion->slot]++;
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    CHECK_EQ(sent[i], i < ENTRIES % COUNT ? 2 : 1);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    detach_and_close(&ring, i);
  }
  close_ring(&ring);
}

static void a_count_beyond_the_queue_is_cut(void) {
  struct ring ring = open_ring_of(8, 1, 1024);
  memset(ring.submissions, 0, 8 * sizeof *ring.submissions);
  ring.header->submitted = UINT32_MAX;
  enter(&ring, 0);
  for (int i = 0; i < 8; i++) {
    expect_refusal(&ring, 0, 0, -EINVAL);
  }
  expect_nothing(&ring);
  close_ring(&ring);
}

static void senseless_submissions_are_refused(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, 0, fds[0]);
  static const uint16_t UNKNOWN[] = {0, 15, 99, UINT16_MAX};
  for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) {
    submit(&ring, UNKNOWN[i], UINT16_MAX, 0, -1, -1, -1);
    expect_refusal(&ring, UNKNOWN[i], 0, -EINVAL);
  }
  for (int number = JEV_OP_DETACH; number <= JEV_OP_CANCEL_SEND; number++) {
    const uint16_t op = (uint16_t)number;
    static const uint32_t SLOTS[] = {1, 63, 64, 1 << 24, UINT32_MAX};
    for (size_t i = 0; i < sizeof SLOTS / sizeof *SLOTS; i++) {
      submit(&ring, op, UINT16_MAX, SLOTS[i], 1, 1, 1);
      expect_refusal(&ring, op, SLOTS[i], -ENOENT);
    }
  }
  attach(&ring, 1, -1);
  expect_refusal(&ring, JEV_OP_ATTACH, 1, -EINVAL);
  submit(&ring, JEV_OP_ATTACH, 0, 1, INT64_MAX, 0, 0);
  expect_refusal(&ring, JEV_OP_ATTACH, 1, -EINVAL);
  static const int64_t BUFFERS[] = {0, 15, 16, -1, INT64_MIN, INT64_MAX};
  for (size_t i = 0; i < sizeof BUFFERS / sizeof *BUFFERS; i++) {
    submit(&ring, JEV_OP_RETAIN, 0, 0, BUFFERS[i], 0, 0); /* none is lent */
    expect_refusal(&ring, JEV_OP_RETAIN, 0, -EINVAL);
    submit(&ring, JEV_OP_RELEASE, 0, 0, BUFFERS[i], 0, 0);
    expect_refusal(&ring, JEV_OP_RELEASE, 0, -EINVAL);
  }
  put(fds[1], "alive");
  submit(&ring, JEV_OP_RECEIVE, 0, 0, 100, 0, 0);
  expect_bytes(&ring, 0, "alive");
  detach_and_close(&ring, 0);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Whatever numbers are in the records: an answer, no crash. Addresses are real or senseless on sight. */
static void noise_does_no_harm(void) {
  struct ring ring = open_ring_of(32, 4, 1024);
  static uint8_t memory[4096];
  uint64_t state = 88172645463325252U;
  for (int round = 0; round < 20000; round++) {
    uint64_t draw[6];
    for (int i = 0; i < 6; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      draw[i] = state;
    }
    uint16_t op = (uint16_t)(draw[0] % 17);
    uint32_t slot = (uint32_t)(draw[1] % 12 == 0 ? draw[2] : draw[1] % 6);
    int64_t a = draw[3] % 3 == 0 ? (int64_t)(draw[3] % 5) : -(int64_t)(draw[3] % 1000);
    int64_t b = (int64_t)(draw[4] % 7) - 2;
    int64_t c = (int64_t)(draw[5] % 5) - 4;
    uint16_t flags = (uint16_t)(draw[5] >> 40);
    if (op == JEV_OP_ATTACH) {
      slot %= 1000;
      a = jev_socket(JEV_FAMILY_INET, draw[3] % 2 == 0 ? JEV_STREAM : JEV_DATAGRAM);
    } else if (op == JEV_OP_DETACH) {
      flags |= JEV_FLAG_CLOSE;
    } else if (op == JEV_OP_SEND || op == JEV_OP_SEND_TO || op == JEV_OP_CONNECT) {
      a = draw[3] % 2 == 0 ? at(memory) : -(int64_t)(draw[3] % 1000);
      c = draw[5] % 2 == 0 ? at(memory) : -(int64_t)(draw[5] % 1000);
    }
    bool attached = op == JEV_OP_ATTACH;
    submit(&ring, op, flags, slot, a, b, c);
    enter(&ring, 0);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      const struct jev_completion *reported = &ring.completions[i];
      CHECK(reported->op >= JEV_READY && reported->op <= JEV_FAILED);
      CHECK(reported->op == JEV_READY || reported->op == JEV_RECEIVED || reported->result >= 0 ||
            errno_of(reported->result) > 0);
      if (attached && reported->op == JEV_FAILED && reported->aux == JEV_OP_ATTACH) {
        jev_close((int32_t)a);
      } else if (reported->op == JEV_ACCEPTED && reported->result >= 0) {
        jev_close(reported->result);
      }
    }
    ring.next = ring.header->completed;
    if (round % 500 == 499) {
      for (uint32_t i = 0; i < 1000; i++) {
        submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
        enter(&ring, 0);
        ring.next = ring.header->completed;
      }
    }
  }
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(more_is_ready_than_fits),
      CASE(submissions_that_do_not_fit_wait_at_the_front),
      CASE(many_completions_each),
      CASE(a_count_beyond_the_queue_is_cut),
      CASE(senseless_submissions_are_refused),
      CASE(noise_does_no_harm),
  };
  return RUN_CASES(CASES);
}
