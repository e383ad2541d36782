/* What is held for slots that are paused: found by slot, and no cost to the others. */
#include <fcntl.h>
#include <unistd.h>

#include "core/held.h"
#include "support.h"

enum { MANY = 4000 };

static struct jev_held *hold(struct jev_holdings *all, uint32_t slot, const char *text) {
  struct jev_held *held = jev_hold(all, slot, false);
  CHECK(held != NULL && jev_held_append(held, text, (uint32_t)strlen(text)));
  return held;
}

/* Only slots that may want something are looked at, however many hold something. */
static void slots_that_are_paused_cost_nothing(void) {
  for (uint32_t slots = MANY / 4; slots <= MANY; slots *= 4) {
    struct jev_holdings all = {0};
    for (uint32_t slot = 0; slot < slots; slot++) {
      hold(&all, slot, "early");
    }
    for (uint32_t slot = 0; slot < slots; slot++) {
      hold(&all, slot, "late");
      jev_held_queue(&all, slot);
      jev_held_queue(&all, slot); /* stands there already */
      CHECK_EQ(all.queued_count, 1);
      const struct jev_held *held = jev_held_next(&all);
      CHECK_EQ(held->slot, slot);
      CHECK_EQ(held->size, 9);
      CHECK(memcmp(held->bytes, "earlylate", 9) == 0);
      CHECK(jev_held_next(&all) == NULL);
      CHECK_EQ(all.queued_count, 0);
    }
    jev_holdings_close(&all);
  }
}

static void the_queue_keeps_its_order_when_slots_leave_it(void) {
  struct jev_holdings all = {0};
  for (uint32_t slot = 0; slot < 9; slot++) {
    hold(&all, slot, "x");
    jev_held_queue(&all, slot);
  }
  jev_held_drop(&all, 0); /* first, in the middle, last */
  jev_held_drop(&all, 4);
  jev_held_drop(&all, 8);
  jev_held_drop(&all, 8);
  jev_held_drop(&all, 1000);
  jev_held_queue(&all, 4);
  const uint32_t left[] = {1, 2, 3, 5, 6, 7};
  for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
    CHECK_EQ(all.queued_count, (int64_t)(sizeof left / sizeof *left - i));
    CHECK_EQ(jev_held_next(&all)->slot, left[i]);
  }
  CHECK(jev_held_next(&all) == NULL);
  CHECK_EQ(hold(&all, 4, "next")->size, 4);
  jev_held_queue(&all, 4);
  jev_holdings_close(&all);
}

static void connections_are_closed_with_their_slot(void) {
  struct jev_holdings all = {0};
  int32_t fds[2];
  CHECK_EQ(pipe(fds), 0);
  struct jev_held *held = jev_hold(&all, 7, true);
  CHECK(held != NULL && jev_held_append(held, fds, sizeof fds));
  held->start = sizeof *fds; /* the first one was handed out */
  jev_held_drop(&all, 7);
  CHECK(fcntl(fds[0], F_GETFD) >= 0);
  CHECK(fcntl(fds[1], F_GETFD) < 0);
  close(fds[0]);
  jev_holdings_close(&all);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(slots_that_are_paused_cost_nothing),
      CASE(the_queue_keeps_its_order_when_slots_leave_it),
      CASE(connections_are_closed_with_their_slot),
  };
  return RUN_CASES(CASES);
}
