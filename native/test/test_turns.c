/* Which slots receive when more is ready than one call may report. */
#include "support.h"

/* A sender that never stops does not keep the others waiting. */
static void each_slot_gets_a_turn(void) {
  struct ring ring = open_ring();
  int32_t busy[2];
  int32_t calm[2];
  stream_pair(busy);
  stream_pair(calm);
  fill(busy[1], 100000);
  attach(&ring, 0, busy[0]);
  attach(&ring, 1, calm[0]);
  receive(&ring, 0, 1000);
  receive(&ring, 1, 1000);
  expect(&ring, JEV_RECEIVED, 0);
  put(calm[1], "me too");
  int turns = 0;
  for (bool heard = false; !heard; turns++) {
    CHECK(enter(&ring, SECOND) > 0);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      heard = heard || ring.completions[i].slot == 1;
    }
  }
  CHECK(turns <= 2);
  ring.next = ring.header->completed;
  detach_and_close(&ring, 0);
  detach_and_close(&ring, 1);
  jev_close(busy[1]);
  jev_close(calm[1]);
  close_ring(&ring);
}

enum { MANY = 100, EACH = 8192, ROUNDS = 8 };

static void fill_all(int32_t fds[MANY][2], int32_t count) {
  for (int i = 0; i < MANY; i++) {
    fill(fds[i][1], count);
  }
}

/* Slots that have received much once, and are to receive more. */
static void open_many(struct ring *ring, int32_t fds[MANY][2]) {
  *ring = open_ring_of(1024, 256, 16384);
  for (uint32_t i = 0; i < MANY; i++) {
    stream_pair(fds[i]);
    attach(ring, i, fds[i][0]);
    receive(ring, i, EACH);
  }
  fill_all(fds, EACH);
  for (int32_t left = MANY * EACH; left > 0;) {
    left -= received_at_once(ring);
  }
  expect_nothing(ring);
  fill_all(fds, ROUNDS * EACH);
}

static int32_t fewest(const int32_t *turns) {
  int32_t min = turns[0];
  for (int32_t i = 1; i < MANY; i++) {
    min = turns[i] < min ? turns[i] : min;
  }
  return min;
}

/* When every slot has much to receive, none gets far ahead, however many one call reports. */
static void all_take_turns(void) {
  struct ring ring;
  int32_t fds[MANY][2];
  int32_t turns[MANY] = {0};
  open_many(&ring, fds);
  for (int32_t left = MANY * ROUNDS * EACH; left > 0;) {
    left -= received_at_once(&ring);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      int32_t *turn = &turns[ring.completions[i].slot];
      CHECK(++*turn <= fewest(turns) + ROUNDS / 2);
    }
  }
  close_pairs(&ring, fds, MANY);
}

/* So that it is in the processor's cache when it is looked at. */
static void little_comes_at_once_where_much_is_there(void) {
  if (engine_lacks(JEV_FEATURE_O1, "little comes at once")) { /* to wait more often costs too much there */
    return;
  }
  struct ring ring;
  int32_t fds[MANY][2];
  open_many(&ring, fds);
  int32_t left = MANY * ROUNDS * EACH - received_at_once(&ring); /* by which it sees how much comes */
  while (left > 0) {
    int32_t bytes = received_at_once(&ring);
    CHECK(bytes <= 128 * 1024 + EACH);
    left -= bytes;
  }
  close_pairs(&ring, fds, MANY);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(each_slot_gets_a_turn),
      CASE(all_take_turns),
      CASE(little_comes_at_once_where_much_is_there),
  };
  return RUN_CASES(CASES);
}
