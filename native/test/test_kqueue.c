/* kqueue: what its emulation must get right. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/event.h>
#include <sys/socket.h>

#include "support.h"

enum { SLOT = 2 };

static const struct timespec at_once = {0};

static int change(int queue, int64_t ident, short filter, unsigned flags, unsigned notes, int64_t data) {
  struct kevent wanted;
  EV_SET(&wanted, (uintptr_t)ident, filter, (unsigned short)flags, notes, data, &wanted);
  return kevent(queue, &wanted, 1, NULL, 0, NULL) == 0 ? 0 : -errno;
}

static void add(int queue, int64_t ident, short filter, unsigned flags) {
  CHECK_EQ(change(queue, ident, filter, EV_ADD | flags, 0, 0), 0);
}

static struct kevent expect_event(int queue, int64_t ident, short filter) {
  const struct timespec patience = {.tv_sec = PATIENCE};
  struct kevent event;
  CHECK_EQ(kevent(queue, NULL, 0, &event, 1, &patience), 1);
  CHECK_EQ(event.ident, ident);
  CHECK_EQ(event.filter, filter);
  CHECK_EQ(event.flags & EV_ERROR, 0);
  return event;
}

static void expect_none(int queue) {
  struct kevent event;
  CHECK_EQ(kevent(queue, NULL, 0, &event, 1, &at_once), 0);
}

static void take_all(int32_t fd) {
  char bytes[64];
  while (jev_read(fd, at(bytes), sizeof bytes) > 0) {
  }
}

/* ---- descriptors ---- */

static void by_level_it_reports_until_all_is_read(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  add(queue, fds[0], EVFILT_READ, 0);
  expect_none(queue);
  put(fds[1], "abc");
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 3);
  }
  put(fds[1], "de");
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 5);
  take_all(fds[0]);
  expect_none(queue);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_DELETE, 0, 0), 0);
  put(fds[1], "f");
  expect_none(queue);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void by_edges_it_reports_arrivals(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "a");
  add(queue, fds[0], EVFILT_READ, EV_CLEAR);
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 1);
  expect_none(queue);
  put(fds[1], "b");
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 2);
  expect_none(queue);
  take_all(fds[0]);
  put(fds[1], "c");
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 1);
  expect_none(queue);
  add(queue, fds[0], EVFILT_READ, 0); /* looked at again, and by edges still */
  expect_event(queue, fds[0], EVFILT_READ);
  expect_none(queue);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void reading_and_writing_are_two(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "abc");
  add(queue, fds[0], EVFILT_READ, 0);
  add(queue, fds[0], EVFILT_WRITE, 0);
  struct kevent events[3];
  CHECK_EQ(kevent(queue, NULL, 0, events, 3, &at_once), 2);
  CHECK(events[0].filter != events[1].filter);
  CHECK(events[0].data > 0 && events[1].data > 0);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_DELETE, 0, 0), 0);
  expect_event(queue, fds[0], EVFILT_WRITE);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

/* One that is always ready does not keep the others from their turn. */
static void everyone_has_a_turn(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  add(queue, fds[0], EVFILT_WRITE, 0);
  add(queue, fds[1], EVFILT_WRITE, 0);
  uintptr_t former = 0;
  for (int i = 0; i < 6; i++) {
    struct kevent event;
    CHECK_EQ(kevent(queue, NULL, 0, &event, 1, &at_once), 1);
    CHECK(event.ident != former);
    former = event.ident;
  }
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void space_and_backlog_are_counted(void) {
  int queue = kqueue();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  add(queue, fds[1], EVFILT_WRITE, 0);
  int64_t space = expect_event(queue, fds[1], EVFILT_WRITE).data;
  put(fds[1], "12345678");
  CHECK_EQ(expect_event(queue, fds[1], EVFILT_WRITE).data, space - 8);
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  add(queue, listener, EVFILT_READ, 0);
  int32_t clients[2];
  for (int i = 0; i < 2; i++) {
    clients[i] = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
    int32_t result = jev_connect(clients[i], at(&address));
    CHECK(result == 0 || result == -EINPROGRESS);
  }
  jev_close(fds[1]);
  CHECK_EQ(expect_event(queue, listener, EVFILT_READ).data, 2);
  close(queue);
  jev_close(fds[0]);
  jev_close(listener);
  jev_close(clients[0]);
  jev_close(clients[1]);
}

static void once_is_once_and_dispatch_is_until_enabled(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "a");
  add(queue, fds[0], EVFILT_READ, EV_ONESHOT);
  expect_event(queue, fds[0], EVFILT_READ);
  expect_none(queue);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_ENABLE, 0, 0), -ENOENT);
  add(queue, fds[0], EVFILT_READ, EV_DISPATCH);
  for (int i = 0; i < 2; i++) {
    expect_event(queue, fds[0], EVFILT_READ);
    expect_none(queue);
    CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_ENABLE, 0, 0), 0);
  }
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_DISABLE, 0, 0), 0);
  expect_none(queue);
  put(fds[1], "b");
  expect_none(queue);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_ENABLE, 0, 0), 0);
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 2);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void the_end_is_reported_with_data_pending(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  add(queue, fds[0], EVFILT_READ, 0);
  put(fds[1], "abcd");
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).flags & EV_EOF, 0);
  CHECK_EQ(jev_shutdown(fds[1], 2), 0);
  struct kevent event = expect_event(queue, fds[0], EVFILT_READ);
  CHECK_EQ(event.flags & EV_EOF, EV_EOF);
  CHECK_EQ(event.fflags, 0);
  CHECK_EQ(event.data, 4);
  take_all(fds[0]);
  event = expect_event(queue, fds[0], EVFILT_READ);
  CHECK_EQ(event.flags & EV_EOF, EV_EOF);
  CHECK_EQ(event.data, 0);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void a_broken_connection_is_an_end_with_its_error(void) {
  int queue = kqueue();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  add(queue, a, EVFILT_READ, 0);
  close_with_reset(b);
  struct kevent event = expect_event(queue, a, EVFILT_READ);
  CHECK_EQ(event.flags & EV_EOF, EV_EOF);
  CHECK_EQ(event.fflags, ECONNRESET);
  CHECK_EQ(jev_get_option(a, JEV_OPT_ERROR), ECONNRESET); /* was left to the program */
  jev_close(a);
  struct jev_address address;
  jev_close(listen_on_loopback(&address));
  a = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  int32_t result = jev_connect(a, at(&address));
  if (result == -EINPROGRESS) {
    add(queue, a, EVFILT_WRITE, 0);
    event = expect_event(queue, a, EVFILT_WRITE);
    CHECK_EQ(event.flags & EV_EOF, EV_EOF);
    CHECK(event.fflags != 0);
    result = -jev_get_option(a, JEV_OPT_ERROR);
  }
  CHECK_EQ(result, -ECONNREFUSED);
  jev_close(a);
  close(queue);
}

static void a_low_water_mark_holds_reports_back(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_ADD, NOTE_LOWAT, 3), 0);
  put(fds[1], "ab");
  expect_none(queue);
  put(fds[1], "c");
  CHECK_EQ(expect_event(queue, fds[0], EVFILT_READ).data, 3);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void files_are_readable_up_to_their_end(void) {
  int queue = kqueue();
  char directory[64];
  char path[96];
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/file", directory);
  int32_t out = jev_open(at(path), 1);
  put(out, "12345");
  jev_close(out);
  int32_t file = jev_open(at(path), 0);
  add(queue, file, EVFILT_READ, 0);
  CHECK_EQ(expect_event(queue, file, EVFILT_READ).data, 5);
  take_all(file);
  expect_none(queue);
  CHECK_EQ(change(queue, file, EVFILT_READ, EV_ADD, NOTE_FILE_POLL, 0), 0);
  expect_event(queue, file, EVFILT_READ);
  close(queue);
  jev_close(file);
  remove_directory(directory);
}

/* Whatever duplicates there are. */
static void closing_drops_what_was_registered(void) {
  int queue = kqueue();
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  int32_t twin = dup(fds[0]);
  add(queue, fds[0], EVFILT_READ, 0);
  jev_close(fds[0]);
  put(fds[1], "unheard");
  expect_none(queue);
  CHECK_EQ(change(queue, fds[0], EVFILT_READ, EV_DELETE, 0, 0), -EBADF);
  add(queue, other[0], EVFILT_READ, 0);
  CHECK_EQ(dup2(twin, other[0]), other[0]);
  expect_none(queue); /* the number stands for another file */
  CHECK_EQ(change(queue, other[0], EVFILT_READ, EV_DELETE, 0, 0), -ENOENT);
  close(queue);
  jev_close(other[0]);
  jev_close(twin);
  jev_close(fds[1]);
  jev_close(other[1]);
}

/* ---- errors ---- */

static void errors_come_in_the_list_without_waiting(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  int marks[3];
  struct kevent changes[3];
  struct kevent events[8];
  EV_SET(&changes[0], INT32_MAX, EVFILT_READ, EV_ADD, 0, 0, &marks[0]);
  EV_SET(&changes[1], (uintptr_t)fds[0], EVFILT_WRITE, EV_DELETE, 0, 0, &marks[1]);
  EV_SET(&changes[2], (uintptr_t)fds[0], EVFILT_READ, EV_ADD, 0, 0, &marks[2]);
  CHECK_EQ(kevent(queue, changes, 3, events, 8, NULL), 2); /* the readable one has to wait */
  CHECK_EQ(events[0].flags, EV_ERROR);
  CHECK_EQ(events[0].data, EBADF);
  CHECK_EQ(events[0].ident, INT32_MAX);
  CHECK(events[0].udata == &marks[0]);
  CHECK_EQ(events[1].flags, EV_ERROR);
  CHECK_EQ(events[1].data, ENOENT);
  CHECK_EQ(events[1].filter, EVFILT_WRITE);
  CHECK_EQ(kevent(queue, NULL, 0, events, 8, NULL), 1); /* and was taken all the same */
  CHECK(events[0].udata == &marks[2]);
  CHECK_EQ(kevent(queue, changes, 2, events, 1, NULL), -1); /* no room for the second */
  CHECK_EQ(errno, ENOENT);
  CHECK_EQ(change(queue, fds[0], -99, EV_ADD, 0, 0), -EINVAL);
  CHECK_EQ(change(fds[0], fds[0], EVFILT_READ, EV_ADD, 0, 0), -EBADF);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

static void a_pipe_without_reader_is_not_watched_for_writing(void) {
  int queue = kqueue();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  add(queue, fds[1], EVFILT_WRITE, EV_CLEAR);
  expect_event(queue, fds[1], EVFILT_WRITE);
  jev_close(fds[0]);
  CHECK_EQ(expect_event(queue, fds[1], EVFILT_WRITE).flags & EV_EOF, EV_EOF);
  CHECK_EQ(change(queue, fds[1], EVFILT_WRITE, EV_DELETE, 0, 0), 0);
  CHECK_EQ(change(queue, fds[1], EVFILT_WRITE, EV_ADD, 0, 0), -EPIPE);
  CHECK_EQ(change(queue, fds[1], EVFILT_WRITE, EV_DELETE, 0, 0), -ENOENT);
  close(queue);
  jev_close(fds[1]);
}

static void receipts_are_reported_like_errors(void) {
  int queue = kqueue();
  int32_t fds[2];
  stream_pair(fds);
  struct kevent changes[2];
  struct kevent events[4];
  EV_SET(&changes[0], (uintptr_t)fds[0], EVFILT_WRITE, EV_ADD | EV_RECEIPT, 0, 0, NULL);
  EV_SET(&changes[1], (uintptr_t)fds[1], EVFILT_WRITE, EV_ADD, 0, 0, NULL);
  CHECK_EQ(kevent(queue, changes, 2, events, 4, NULL), 1);
  CHECK_EQ(events[0].flags, EV_ERROR);
  CHECK_EQ(events[0].data, 0);
  CHECK_EQ(kevent(queue, NULL, 0, events, 4, NULL), 2);
  close(queue);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

/* ---- events that are not a descriptor's ---- */

static void triggers_are_one_event_until_it_is_taken(void) {
  int queue = kqueue();
  CHECK_EQ(change(queue, 7, EVFILT_USER, 0, NOTE_TRIGGER, 0), -ENOENT);
  add(queue, 7, EVFILT_USER, EV_CLEAR);
  add(queue, 8, EVFILT_USER, 0);
  expect_none(queue);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(change(queue, 7, EVFILT_USER, 0, NOTE_TRIGGER, 0), 0);
  }
  expect_event(queue, 7, EVFILT_USER);
  expect_none(queue);
  CHECK_EQ(change(queue, 8, EVFILT_USER, 0, NOTE_TRIGGER | NOTE_FFOR | 5, 0), 0);
  CHECK_EQ(expect_event(queue, 8, EVFILT_USER).fflags, 5);
  CHECK_EQ(change(queue, 8, EVFILT_USER, 0, NOTE_FFAND | 4, 0), 0);
  CHECK_EQ(expect_event(queue, 8, EVFILT_USER).fflags, 4); /* by level */
  CHECK_EQ(change(queue, 8, EVFILT_USER, EV_DELETE, 0, 0), 0);
  expect_none(queue);
  close(queue);
}

static int triggered;

static void trigger(int number) {
  struct kevent wanted;
  EV_SET(&wanted, 1, EVFILT_USER, 0, NOTE_TRIGGER, 0, NULL);
  CHECK(number == 0 || number == SIGUSR1);
  CHECK_EQ(kevent(triggered, &wanted, 1, NULL, 0, NULL), 0);
}

static void *trigger_soon(void *argument) {
  usleep(20000);
  if (argument == NULL) {
    trigger(0);
  } else {
    pthread_kill(*(pthread_t *)argument, SIGUSR1);
  }
  return NULL;
}

static void threads_and_handlers_end_the_wait(void) {
  struct sigaction action = {.sa_handler = trigger};
  struct sigaction saved;
  CHECK_EQ(sigaction(SIGUSR1, &action, &saved), 0);
  triggered = kqueue();
  add(triggered, 1, EVFILT_USER, EV_CLEAR);
  pthread_t self = pthread_self();
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    struct kevent event;
    CHECK_EQ(pthread_create(&thread, NULL, trigger_soon, i == 0 ? NULL : &self), 0);
    int found = kevent(triggered, NULL, 0, &event, 1, NULL);
    if (i == 1 && found < 0) {
      CHECK_EQ(errno, EINTR);
      found = kevent(triggered, NULL, 0, &event, 1, NULL);
    }
    CHECK_EQ(found, 1);
    pthread_join(thread, NULL);
    expect_none(triggered);
  }
  close(triggered);
  CHECK_EQ(sigaction(SIGUSR1, &saved, NULL), 0);
}

static void signals_are_counted_beside_the_handler(void) {
  int queue = kqueue();
  int other = kqueue();
  struct sigaction ignored = {.sa_handler = SIG_IGN};
  struct sigaction saved;
  struct sigaction found;
  CHECK_EQ(sigaction(SIGUSR2, &ignored, &saved), 0);
  add(queue, SIGUSR2, EVFILT_SIGNAL, 0);
  add(other, SIGUSR2, EVFILT_SIGNAL, 0);
  expect_none(queue);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(raise(SIGUSR2), 0);
  }
  CHECK_EQ(expect_event(queue, SIGUSR2, EVFILT_SIGNAL).data, 3);
  expect_none(queue);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(expect_event(queue, SIGUSR2, EVFILT_SIGNAL).data, 1);
  CHECK_EQ(expect_event(other, SIGUSR2, EVFILT_SIGNAL).data, 4);
  CHECK_EQ(change(queue, SIGUSR2, EVFILT_SIGNAL, EV_DELETE, 0, 0), 0);
  CHECK_EQ(raise(SIGUSR2), 0);
  expect_none(queue);
  CHECK_EQ(expect_event(other, SIGUSR2, EVFILT_SIGNAL).data, 1);
  close(other);
  close(queue);
  CHECK_EQ(sigaction(SIGUSR2, &saved, &found), 0);
  CHECK(found.sa_handler == SIG_IGN);
}

static void signals_reach_the_previous_handler(void) {
  triggered = kqueue();
  struct sigaction action = {.sa_handler = trigger};
  struct sigaction saved;
  CHECK_EQ(sigaction(SIGUSR1, &action, &saved), 0);
  add(triggered, 1, EVFILT_USER, EV_CLEAR);
  add(triggered, SIGUSR1, EVFILT_SIGNAL, 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  struct kevent events[3];
  CHECK_EQ(kevent(triggered, NULL, 0, events, 3, &at_once), 2);
  close(triggered);
  CHECK_EQ(sigaction(SIGUSR1, &saved, &action), 0);
  CHECK(action.sa_handler == trigger);
}

static void timers_count_their_periods(void) {
  int queue = kqueue();
  int64_t start = now();
  CHECK_EQ(change(queue, 3, EVFILT_TIMER, EV_ADD, NOTE_USECONDS, 2000), 0);
  int64_t count = expect_event(queue, 3, EVFILT_TIMER).data;
  CHECK(count >= 1 && now() - start >= 2000000);
  usleep(10000);
  count = expect_event(queue, 3, EVFILT_TIMER).data;
  CHECK(count >= 4 && count <= (now() - start) / 2000000);
  CHECK_EQ(change(queue, 3, EVFILT_TIMER, EV_DELETE, 0, 0), 0);
  usleep(3000);
  expect_none(queue);
  CHECK_EQ(change(queue, 3, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, 1), 0);
  CHECK_EQ(expect_event(queue, 3, EVFILT_TIMER).data, 1);
  CHECK_EQ(change(queue, 3, EVFILT_TIMER, EV_DELETE, 0, 0), -ENOENT);
  close(queue);
}

static void waits_end_in_time(void) {
  int queue = kqueue();
  const struct timespec limit = {.tv_nsec = 3000000};
  struct kevent event;
  int64_t start = now();
  CHECK_EQ(kevent(queue, NULL, 0, &event, 1, &limit), 0);
  CHECK(now() - start >= 3000000);
  close(queue);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(by_level_it_reports_until_all_is_read),
      CASE(by_edges_it_reports_arrivals),
      CASE(reading_and_writing_are_two),
      CASE(everyone_has_a_turn),
      CASE(space_and_backlog_are_counted),
      CASE(once_is_once_and_dispatch_is_until_enabled),
      CASE(the_end_is_reported_with_data_pending),
      CASE(a_broken_connection_is_an_end_with_its_error),
      CASE(a_low_water_mark_holds_reports_back),
      CASE(files_are_readable_up_to_their_end),
      CASE(closing_drops_what_was_registered),
      CASE(errors_come_in_the_list_without_waiting),
      CASE(a_pipe_without_reader_is_not_watched_for_writing),
      CASE(receipts_are_reported_like_errors),
      CASE(triggers_are_one_event_until_it_is_taken),
      CASE(threads_and_handlers_end_the_wait),
      CASE(signals_are_counted_beside_the_handler),
      CASE(signals_reach_the_previous_handler),
      CASE(timers_count_their_periods),
      CASE(waits_end_in_time),
  };
  return RUN_CASES(CASES);
}
