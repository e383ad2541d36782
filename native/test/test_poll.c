/* POLL and READY: level- and edge-triggered, once, early close, renewal and orphaned registrations. */

#include "support.h"

enum { SLOT = 5 };

static void poll_for(struct ring *ring, uint32_t slot, int64_t mask) {
  submit(ring, JEV_OP_POLL, 0, slot, mask, 0, 0);
}

static void drain(int32_t fd) {
  char bytes[64];
  while (jev_read(fd, at(bytes), sizeof bytes) > 0) {
  }
}

static void level_triggered_reports_until_read(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  put(fds[1], "x");
  for (int i = 0; i < 3; i++) {
    expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  }
  drain(fds[0]);
  expect_nothing(&ring);
  put(fds[1], "y");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  poll_for(&ring, SLOT, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void edge_triggered_reports_changes(void) {
  if (engine_lacks(JEV_FEATURE_ET, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ | JEV_ET);
  put(fds[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  expect_nothing(&ring);
  put(fds[1], "y");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  expect_nothing(&ring);
  poll_for(&ring, SLOT, JEV_READ | JEV_WRITE | JEV_ET);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ | JEV_WRITE);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void edges_are_armed_again_when_asked_again(void) {
  if (engine_lacks(JEV_FEATURE_ET, __func__)) {
    return;
  }
  static const int64_t MASKS[] = {JEV_READ | JEV_ET, JEV_WRITE | JEV_ET, JEV_READ | JEV_WRITE | JEV_ET};
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  attach(&ring, SLOT, fds[0]);
  for (unsigned i = 0; i < sizeof MASKS / sizeof *MASKS; i++) {
    for (int j = 0; j < 3; j++) {
      poll_for(&ring, SLOT, MASKS[i]);
      expect_result(&ring, JEV_READY, SLOT, (int32_t)MASKS[i] & ~JEV_ET);
      expect_nothing(&ring);
    }
  }
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void reading_and_writing_are_distinguished(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ | JEV_WRITE);
  expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
  put(fds[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ | JEV_WRITE);
  poll_for(&ring, SLOT, JEV_READ);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  poll_for(&ring, SLOT, JEV_WRITE);
  expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void once_means_once(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_READ, 0, 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_READ, 0, 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void once_by_edges_is_reported_again_when_asked_again(void) {
  if (engine_lacks(JEV_FEATURE_ET, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  attach(&ring, SLOT, fds[0]);
  for (int i = 0; i < 3; i++) {
    submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_READ | JEV_ET, 0, 0);
    expect_result(&ring, JEV_READY, SLOT, JEV_READ);
    expect_nothing(&ring);
  }
  submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_READ | JEV_ET, 0, 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, SLOT, JEV_READ | JEV_ET, 0, 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void early_close_is_seen_before_the_data_is_read(void) {
  if (engine_lacks(JEV_FEATURE_EARLY_CLOSE, __func__) || system_lacks(EARLY_CLOSE, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_CLOSED);
  put(fds[1], "unread");
  expect_nothing(&ring);
  CHECK_EQ(jev_shutdown(fds[1], 2), 0);
  expect_result(&ring, JEV_READY, SLOT, JEV_CLOSED);
  poll_for(&ring, SLOT, JEV_READ | JEV_CLOSED);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ | JEV_CLOSED);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_reset_is_reported_to_every_watcher(int64_t asked) {
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  attach(&ring, SLOT, a);
  poll_for(&ring, SLOT, asked);
  CHECK_EQ(enter(&ring, 0), asked == JEV_WRITE ? 1 : 0);
  ring.next = ring.header->completed;
  close_with_reset(b);
  if ((asked & JEV_WRITE) == 0) {
    expect_result(&ring, JEV_READY, SLOT, (int32_t)asked);
  }
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void errors_are_reported_as_what_was_asked(void) {
  a_reset_is_reported_to_every_watcher(JEV_READ);
  a_reset_is_reported_to_every_watcher(JEV_WRITE);
  if (engine_lacks(JEV_FEATURE_EARLY_CLOSE, __func__)) {
    return;
  }
  a_reset_is_reported_to_every_watcher(JEV_CLOSED);
  a_reset_is_reported_to_every_watcher(JEV_READ | JEV_CLOSED);
}

static void a_pipe_hangs_up(void) {
  struct ring ring = open_ring();
  const int32_t mask = engine_has(JEV_FEATURE_EARLY_CLOSE) ? JEV_READ | JEV_CLOSED : JEV_READ;
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, fds[1]);
  poll_for(&ring, 0, mask);
  poll_for(&ring, 1, JEV_READ);
  expect_nothing(&ring);
  detach_and_close(&ring, 1);
  expect_result(&ring, JEV_READY, 0, mask);
  detach_and_close(&ring, 0);
  close_ring(&ring);
}

static void what_cannot_be_watched_is_said(void) {
  struct ring ring = open_ring();
  int32_t file = regular_file();
  attach(&ring, SLOT, file);
  poll_for(&ring, SLOT, JEV_READ);
  expect_result(&ring, JEV_READY, SLOT, engine_has(JEV_FEATURE_FDS) ? JEV_READ : not_watched());
  poll_for(&ring, SLOT, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  attach(&ring, SLOT, file); /* closed by now */
  poll_for(&ring, SLOT, JEV_READ);
  expect_result(&ring, JEV_READY, SLOT, -EBADF);
  attach(&ring, SLOT + 1, INT32_MAX - 3);
  poll_for(&ring, SLOT + 1, JEV_READ);
  expect_result(&ring, JEV_READY, SLOT + 1, -EBADF);
  submit(&ring, JEV_OP_DETACH, 0, SLOT + 1, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT + 1, 0);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, -EBADF);
  close_ring(&ring);
}

static void a_connection_that_cannot_be_watched_has_failed(void) {
  struct ring ring = open_ring();
  attach(&ring, SLOT, closed_number());
  submit(&ring, JEV_OP_CONNECT, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_CONNECTED, SLOT, -EBADF);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  close_ring(&ring);
}

static void a_slot_is_polled_or_has_operations(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  expect_refusal(&ring, JEV_OP_RECEIVE, SLOT, -EBUSY);
  poll_for(&ring, SLOT, 0);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  poll_for(&ring, SLOT, JEV_READ);
  expect_refusal(&ring, JEV_OP_POLL, SLOT, -EBUSY);
  put(fds[1], "still received");
  expect_bytes(&ring, SLOT, "still received");
  poll_for(&ring, SLOT, JEV_ET);
  expect_refusal(&ring, JEV_OP_POLL, SLOT, -EINVAL);
  poll_for(&ring, SLOT, 0x100);
  expect_refusal(&ring, JEV_OP_POLL, SLOT, -EINVAL);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* The program closes a watched descriptor and its number comes back for another file. */
static void renew_watches_the_file_that_has_the_number_now(void) {
  if (system_lacks(DUPLICATING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  attach(&ring, SLOT, first[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  stream_pair(second);
  duplicate_as(second[0], first[0]);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_RENEW, SLOT, JEV_READ, 0, 0);
  expect_nothing(&ring);
  put(second[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  jev_close(second[0]);
  jev_close(second[1]);
  jev_close(first[1]);
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Interest that changes after the program closed the descriptor, or without the kernel knowing of it. */
static void registrations_are_mended(void) {
  if (system_lacks(DUPLICATING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  attach(&ring, SLOT, first[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  duplicate_as(second[0], first[0]);
  poll_for(&ring, SLOT, JEV_READ | JEV_WRITE); /* MOD finds nothing: ADD */
  expect_result(&ring, JEV_READY, SLOT, JEV_WRITE);
  put(second[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ | JEV_WRITE);
  jev_close(second[0]);
  jev_close(first[0]);
  poll_for(&ring, SLOT, 0); /* DEL of a closed one */
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  jev_close(first[1]);
  jev_close(second[1]);
  close_ring(&ring);
}

/* The program closes a watched descriptor, and another slot gets its number before the first is detached. */
static void a_late_detach_leaves_the_successor_alone(void) {
  if (system_lacks(DUPLICATING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t first[2];
  int32_t second[2];
  stream_pair(first);
  stream_pair(second);
  attach(&ring, SLOT, first[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  duplicate_as(second[0], first[0]);
  attach(&ring, SLOT + 1, first[0]);
  poll_for(&ring, SLOT + 1, JEV_READ);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  expect_nothing(&ring);
  put(second[1], "x");
  expect_result(&ring, JEV_READY, SLOT + 1, JEV_READ);
  detach_and_close(&ring, SLOT + 1);
  jev_close(second[0]);
  jev_close(second[1]);
  jev_close(first[1]);
  close_ring(&ring);
}

/* A slot takes over a registration that is there already: ADD becomes MOD. */
static void a_registration_left_behind_is_taken_over(void) {
  if (system_lacks(DUPLICATING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  int32_t twin = duplicate(fds[0]);
  attach(&ring, SLOT, fds[0]);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT); /* the registration lives on with the twin */
  duplicate_as(twin, fds[0]);
  attach(&ring, SLOT + 1, fds[0]);
  poll_for(&ring, SLOT + 1, JEV_READ);
  put(fds[1], "x");
  expect_result(&ring, JEV_READY, SLOT + 1, JEV_READ);
  CHECK_EQ(ring.header->recreations, 0);
  detach_and_close(&ring, SLOT + 1);
  jev_close(twin);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* A closed descriptor with a living duplicate goes on reporting: the poller is recreated, once, and the
 * others are still watched. Interfaces whose registrations end with the number have no orphans. */
static void an_orphaned_registration_recreates_the_poller(void) {
  if (system_lacks(DUPLICATING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  const int64_t recreations = of_engine((struct by_engine){.epoll = 1});
  int32_t orphan[2];
  int32_t good[2];
  int32_t stream[2];
  stream_pair(orphan);
  stream_pair(good);
  stream_pair(stream);
  int32_t twin = duplicate(orphan[0]);
  attach(&ring, 0, orphan[0]);
  attach(&ring, 1, good[0]);
  attach(&ring, 2, stream[0]);
  poll_for(&ring, 0, JEV_READ);
  poll_for(&ring, 1, JEV_READ);
  submit(&ring, JEV_OP_RECEIVE, 0, 2, 100, 0, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, 0);
  put(orphan[1], "never seen");
  expect_nothing(&ring);
  CHECK_EQ(ring.header->recreations, recreations);
  uint64_t waits = ring.header->waits;
  CHECK_EQ(enter(&ring, 20000000), 0);
  CHECK_EQ(ring.header->waits, waits + 1);
  put(good[1], "x");
  expect_result(&ring, JEV_READY, 1, JEV_READ);
  drain(good[0]);
  put(stream[1], "y");
  expect_bytes(&ring, 2, "y");
  jev_wakeup(ring.handle);
  CHECK_EQ(enter(&ring, (int64_t)PATIENCE * SECOND), 0);
  CHECK_EQ(ring.header->recreations, recreations);
  detach_and_close(&ring, 1);
  detach_and_close(&ring, 2);
  jev_close(twin);
  jev_close(orphan[1]);
  jev_close(good[1]);
  jev_close(stream[1]);
  close_ring(&ring);
}

/* Beyond what a set of select holds where sets cannot grow. */
static void large_numbers_are_watched(void) {
  if (system_lacks(DUPLICATING, __func__) || system_lacks(LARGE_SETS, __func__)) {
    return;
  }
  enum { LARGE = 1500 };
  struct ring ring = open_ring();
  if (limit_descriptors(-1) <= LARGE) {
    puts("left out: large numbers are watched: the limit of descriptors is lower");
    close_ring(&ring);
    return;
  }
  int32_t fds[2];
  stream_pair(fds);
  duplicate_as(fds[0], LARGE);
  CHECK_EQ(jev_check(test_engine(), LARGE), 0);
  attach(&ring, SLOT, LARGE);
  poll_for(&ring, SLOT, JEV_READ);
  expect_nothing(&ring);
  put(fds[1], "x");
  expect_result(&ring, JEV_READY, SLOT, JEV_READ);
  detach_and_close(&ring, SLOT);
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Closed without the library's knowledge: reported once at most, and the others are still watched. */
static void a_closed_descriptor_is_reported_once_at_most(void) {
  struct ring ring = open_ring();
  int32_t closed[2];
  int32_t good[2];
  stream_pair(closed);
  stream_pair(good);
  attach(&ring, SLOT, closed[0]);
  attach(&ring, SLOT + 1, good[0]);
  poll_for(&ring, SLOT, JEV_READ);
  poll_for(&ring, SLOT + 1, JEV_READ);
  expect_nothing(&ring);
  jev_close(closed[0]);
  put(good[1], "x");
  int reported = 0;
  for (int heard = 0; heard < 3;) {
    const struct jev_completion *ready = expect_any(&ring, JEV_READY);
    reported += ready->slot == SLOT ? 1 : 0;
    heard += ready->slot == SLOT + 1 ? 1 : 0;
  }
  CHECK(reported <= 1);
  drain(good[0]);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  jev_close(closed[1]);
  detach_and_close(&ring, SLOT + 1);
  jev_close(good[1]);
  close_ring(&ring);
}

static void many_at_once_are_all_reported(void) {
  enum { COUNT = 400 };
  struct ring ring = open_ring_of(2048, 4, 4096);
  static int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, 0, i, JEV_READ, 0, 0);
    put(fds[i][1], "x");
  }
  bool seen[COUNT] = {false};
  for (int left = COUNT; left > 0;) {
    CHECK(enter(&ring, SECOND) > 0);
    for (uint32_t i = 0; i < ring.header->completed; i++) {
      uint32_t slot = ring.completions[i].slot;
      CHECK_EQ(ring.completions[i].op, JEV_READY);
      left -= seen[slot] ? 0 : 1;
      seen[slot] = true;
    }
  }
  CHECK(enter(&ring, 0) > 256); /* the poller asks for more at a time by now */
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    jev_close(fds[i][1]);
  }
  CHECK_EQ(enter(&ring, 0), COUNT);
  ring.next = ring.header->completed;
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(level_triggered_reports_until_read),
      CASE(edge_triggered_reports_changes),
      CASE(edges_are_armed_again_when_asked_again),
      CASE(reading_and_writing_are_distinguished),
      CASE(once_means_once),
      CASE(once_by_edges_is_reported_again_when_asked_again),
      CASE(early_close_is_seen_before_the_data_is_read),
      CASE(errors_are_reported_as_what_was_asked),
      CASE(a_pipe_hangs_up),
      CASE(what_cannot_be_watched_is_said),
      CASE(a_connection_that_cannot_be_watched_has_failed),
      CASE(a_slot_is_polled_or_has_operations),
      CASE(renew_watches_the_file_that_has_the_number_now),
      CASE(registrations_are_mended),
      CASE(a_late_detach_leaves_the_successor_alone),
      CASE(a_registration_left_behind_is_taken_over),
      CASE(an_orphaned_registration_recreates_the_poller),
      CASE(large_numbers_are_watched),
      CASE(a_closed_descriptor_is_reported_once_at_most),
      CASE(many_at_once_are_all_reported),
  };
  return RUN_CASES(CASES);
}
