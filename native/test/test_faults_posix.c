/* Calls that are interrupted where only one outcome is right. */
#include <signal.h>
#include <unistd.h>

#include "faults/faults.h"
#include "support.h"

enum { SLOT = 3, SEEDS = 50, HALF = 500 };

/* Asking whether it is ready is interrupted: the answer is unknown, and reading might wait for ever. */
static void a_descriptor_in_blocking_mode_is_never_waited_for(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  blocking_pipe(fds);
  attach(&ring, SLOT, fds[0]);
  alarm(PATIENCE);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    faults_start(seed, HALF, FAULT_BIT(FAULT_INTERRUPT));
    submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
    CHECK_EQ(enter(&ring, 0), 0);
    submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 0, 0, 0);
    CHECK_EQ(enter(&ring, 0), 0);
    faults_stop();
  }
  alarm(0);
  CHECK(faults_injected(FAULT_INTERRUPT) > 0);
  detach_and_close(&ring, SLOT);
  close(fds[1]);
  close_ring(&ring);
}

/* The system had no memory to wait with. Earlier results are reported all the same, and the ring goes on. */
static void what_was_done_is_reported_though_waiting_fails(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  CHECK_EQ(enter(&ring, 0), 0);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    submit(&ring, JEV_OP_SEND, 0, SLOT, at("once"), 4, 0);
    faults_start(seed, HALF, FAULT_BIT(FAULT_MEMORY));
    int32_t count = jev_enter(ring.handle, 0);
    faults_stop();
    ring.next = 0;
    CHECK(count >= 0);
    CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 4);
    char text[8];
    CHECK_EQ(jev_read(fds[1], at(text), sizeof text), 4);
  }
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_descriptor_in_blocking_mode_is_never_waited_for),
      CASE(what_was_done_is_reported_though_waiting_fails),
  };
  return RUN_CASES(CASES);
}
