/* io_uring: which thread owns the ring, what the kernel refuses, and data that arrives unwanted. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum { SLOT = 3, SETUP = 425 /* io_uring_setup, on every platform */ };

/* ---- threads ---- */

static void *receive_here(void *argument) {
  struct ring *ring = argument;
  expect_bytes(ring, SLOT, "for the next thread");
  expect_nothing(ring);
  return NULL;
}

static void in_another_thread(struct ring *ring) {
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, receive_here, ring), 0);
  pthread_join(thread, NULL);
}

static void a_ring_belongs_to_the_thread_that_enters_first(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 4096);
  put(fds[1], "for the next thread");
  in_another_thread(&ring);
  CHECK(ring.header->posted > 0);
  CHECK(ring.header->packets > 0);
  CHECK_EQ(ring.header->recreations, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void it_moves_with_all_that_is_under_way(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  int32_t polled[2];
  struct jev_address address;
  stream_pair(fds);
  stream_pair(polled);
  attach(&ring, SLOT, fds[0]);
  attach(&ring, 0, polled[0]);
  attach(&ring, 1, listen_on_loopback(&address));
  receive(&ring, SLOT, 4096);
  submit(&ring, JEV_OP_POLL, 0, 0, JEV_READ, 0, 0);
  submit(&ring, JEV_OP_ACCEPT, 0, 1, 1, 0, 0);
  expect_nothing(&ring);
  for (int i = 0; i < 3; i++) {
    put(fds[1], "for the next thread");
    in_another_thread(&ring);
    put(fds[1], "and back");
    expect_bytes(&ring, SLOT, "and back");
  }
  CHECK(ring.header->recreations >= 3);
  put(polled[1], "x");
  expect_result(&ring, JEV_READY, 0, JEV_READ);
  submit(&ring, JEV_OP_POLL, 0, 0, 0, 0, 0);
  int32_t client = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  jev_connect(client, at(&address));
  int32_t accepted = expect(&ring, JEV_ACCEPTED, 1)->result;
  CHECK(accepted >= 0);
  jev_close(accepted);
  jev_close(client);
  detach_and_close(&ring, 0);
  detach_and_close(&ring, 1);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  jev_close(polled[1]);
  close_ring(&ring);
}

/* ---- where it cannot be had ---- */

static void refuse_setup(int error) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SETUP, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void ask_in_a_sandbox(const char *own_path, int error, const char *part) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    char number[16];
    refuse_setup(error);
    snprintf(number, sizeof number, "%d", error);
    execl(own_path, own_path, "--declined", number, part, (char *)NULL); /* nothing is known there yet */
    _exit(1);
  }
  int status = -1;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

static int declined(int error, const char *part) {
  char reason[256] = "";
  CHECK_EQ(jev_engine_status(JEV_ENGINE_IO_URING), -error);
  CHECK(jev_engine_reason(JEV_ENGINE_IO_URING, at(reason), sizeof reason) > 0);
  CHECK(strstr(reason, part) != NULL);
  CHECK_EQ(jev_engine_reason(JEV_ENGINE_IO_URING, at(reason), 8), 7); /* cut */
  CHECK_EQ(reason[7], 0);
  CHECK_EQ(jev_create(JEV_ENGINE_IO_URING, 64, 16, 16384, 0), -error);
  return 0;
}

static void a_kernel_or_sandbox_that_refuses_says_why(void) {
  if (system_lacks(STARTING_ITSELF, __func__)) {
    return;
  }
  ask_in_a_sandbox("/proc/self/exe", ENOSYS, "no io_uring");
  ask_in_a_sandbox("/proc/self/exe", EINVAL, "6.1");
  ask_in_a_sandbox("/proc/self/exe", EPERM, "seccomp");
}

/* ---- data that is not wanted yet ---- */

static void what_comes_after_stopping_waits_until_it_is_wanted(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  for (int i = 0; i < 5; i++) {
    receive(&ring, SLOT, 4096);
    expect_nothing(&ring);
    put(fds[1], "too early");
    receive(&ring, SLOT, 0);
    expect_nothing(&ring);
    receive(&ring, SLOT, 4);
    expect_bytes(&ring, SLOT, "too ");
    receive(&ring, SLOT, 4096);
    expect_bytes(&ring, SLOT, "early");
    receive(&ring, SLOT, 0);
  }
  receive(&ring, SLOT, 4096);
  expect_nothing(&ring);
  put(fds[1], "last");
  jev_close(fds[1]);
  receive(&ring, SLOT, 0);
  expect_nothing(&ring);
  receive(&ring, SLOT, 4096);
  expect_bytes(&ring, SLOT, "last");
  expect_result(&ring, JEV_RECEIVED, SLOT, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Held data is reported while more arrives in the same call. */
static void what_was_held_is_followed_by_what_comes_then(void) {
  enum { ROUNDS = 300, LIMIT = 3000, MAX = 9000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, LIMIT);
  uint8_t bytes[MAX];
  uint32_t written = 0;
  uint32_t got = 0;
  for (int i = 0; i < ROUNDS || got < written; i++) {
    int64_t size = i >= ROUNDS ? 0 : i % 8 < 4 ? MAX : 20; /* now much, now little */
    for (int64_t j = 0; j < size; j++) {
      bytes[j] = (uint8_t)(written + (uint32_t)j);
    }
    written += size > 0 ? (uint32_t)jev_write(fds[1], at(bytes), size) : 0;
    do {
      int32_t count = enter(&ring, 0);
      CHECK(count <= 1);
      for (int32_t j = 0; count == 1 && j < ring.completions[0].result; j++) {
        CHECK_EQ(ring.slab[ring.completions[0].value + j], (uint8_t)(got + (uint32_t)j));
      }
      got += count == 1 ? (uint32_t)ring.completions[0].result : 0;
      ring.next = ring.header->completed;
    } while (i % 8 == 7 && got < written);
  }
  CHECK_EQ(got, written);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Pieces that the kernel received one after the other are reported one in each jev_enter, in order. */
static void one_call_reports_a_slot_once(void) {
  enum { TOTAL = 60000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 16384);
  expect_nothing(&ring);
  uint8_t bytes[TOTAL];
  for (int i = 0; i < TOTAL; i++) {
    bytes[i] = (uint8_t)(i * 31 >> 3);
  }
  CHECK_EQ(jev_write(fds[1], at(bytes), TOTAL), TOTAL);
  int got = 0;
  while (got < TOTAL) {
    int32_t count = enter(&ring, SECOND);
    CHECK(count <= 1);
    if (count == 1) {
      const struct jev_completion *completion = &ring.completions[ring.next++];
      CHECK_EQ(completion->op, JEV_RECEIVED);
      CHECK(completion->result > 0 && completion->result <= 16384);
      CHECK(memcmp(ring.slab + completion->value, bytes + got, (size_t)completion->result) == 0);
      got += completion->result;
    }
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Much is received otherwise than little; the bytes stay in order as one follows the other. */
static void little_and_much_take_turns(void) {
  enum { MUCH = 40000 };
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  receive(&ring, SLOT, 16384);
  uint8_t bytes[MUCH];
  uint32_t written = 0;
  uint32_t got = 0;
  for (int i = 0; i < 60; i++) {
    int64_t size = i % 3 == 0 ? MUCH : i % 3 == 1 ? 10 : 3000;
    for (int64_t j = 0; j < size; j++) {
      bytes[j] = (uint8_t)(written + (uint32_t)j);
    }
    CHECK_EQ(jev_write(fds[1], at(bytes), size), size);
    written += (uint32_t)size;
    while (got < written) {
      const struct jev_completion *completion = expect(&ring, JEV_RECEIVED, SLOT);
      CHECK(completion->result > 0 && completion->result <= 16384);
      for (int32_t j = 0; j < completion->result; j++) {
        CHECK_EQ(ring.slab[completion->value + j], (uint8_t)(got + (uint32_t)j));
      }
      got += (uint32_t)completion->result;
    }
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* Who keeps a third of the buffers leaves enough for all others, for ever. */
static void kept_buffers_stop_no_other_slot(void) {
  enum { BUFFERS = 64, KEPT = BUFFERS / 3, ROUNDS = 600 };
  struct ring ring = open_ring_of(1024, BUFFERS, 16384);
  int32_t expected[2];
  int32_t little[2];
  stream_pair(expected);
  stream_pair(little);
  attach(&ring, 0, expected[0]);
  attach(&ring, 1, little[0]);
  receive(&ring, 0, 16384);
  receive(&ring, 1, 16384);
  bool kept[BUFFERS] = {false};
  int count = 0;
  for (int i = 0; i < ROUNDS; i++) {
    int64_t wanted = 16384;
    fill(expected[1], 16384);
    while (wanted > 0) {
      const struct jev_completion *completion = expect(&ring, JEV_RECEIVED, 0);
      CHECK(completion->result > 0);
      wanted -= completion->result;
      if (count < KEPT && !kept[completion->aux]) {
        kept[completion->aux] = true;
        count++;
        submit(&ring, JEV_OP_RETAIN, 0, 0, completion->aux, 0, 0);
      }
    }
    put(little[1], "a line");
    expect_bytes(&ring, 1, "a line");
  }
  CHECK_EQ(count, KEPT);
  for (int i = 0; i < BUFFERS; i++) {
    if (kept[i]) {
      submit(&ring, JEV_OP_RELEASE, 0, 0, i, 0, 0);
    }
  }
  expect_nothing(&ring);
  detach_and_close(&ring, 0);
  detach_and_close(&ring, 1);
  jev_close(expected[1]);
  jev_close(little[1]);
  close_ring(&ring);
}

/* A batch of sends may leave no room for the completions of what follows them. What was left over so is
 * RETAIN, whose buffer lends another piece in the same call: it is kept once nevertheless. */
static void what_waits_for_room_is_kept_once(void) {
  enum { SENDERS = 7, RECEIVER = SENDERS };
  struct ring ring = open_ring_of(8, 16, 16384);
  int32_t fds[SENDERS + 1][2];
  for (uint32_t i = 0; i <= RECEIVER; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    CHECK_EQ(enter(&ring, 0), 0);
  }
  receive(&ring, RECEIVER, 100);
  put(fds[RECEIVER][1], "a");
  uint32_t buffer = expect_result(&ring, JEV_RECEIVED, RECEIVER, 1)->aux;
  for (uint32_t i = 0; i < SENDERS; i++) {
    submit(&ring, JEV_OP_SEND, 0, i, at("sent"), 4, 0);
  }
  submit(&ring, JEV_OP_RETAIN, 0, 0, buffer, 0, 0);
  put(fds[RECEIVER][1], "b");
  int32_t count = enter(&ring, 0);
  CHECK_EQ(ring.header->submitted, 1);
  CHECK_EQ(ring.completions[count - 1].op, JEV_RECEIVED);
  CHECK_EQ(ring.completions[count - 1].aux, buffer);
  CHECK_EQ(enter(&ring, 0), 0);
  submit(&ring, JEV_OP_RELEASE, 0, 0, buffer, 0, 0);
  CHECK_EQ(enter(&ring, 0), 0);
  submit(&ring, JEV_OP_RELEASE, 0, 0, buffer, 0, 0);
  expect_refusal(&ring, JEV_OP_RELEASE, 0, -EINVAL);
  close_pairs(&ring, fds, RECEIVER + 1);
}

/* ---- more at once than the queue that the kernel shares has room for ---- */

static bool too_few_descriptors(uint32_t count, const char *name) {
  enum { SPARE = 100 };
  struct rlimit limit;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur < count + SPARE) {
    printf("left out: %s: the limit of descriptors is too low\n", name);
    return true;
  }
  return false;
}

/* All become ready at once. */
static void watch_copies(struct ring *ring, int32_t fd, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    attach(ring, i, dup(fd));
    submit(ring, JEV_OP_POLL, JEV_FLAG_ONCE, i, JEV_READ, 0, 0);
    CHECK_EQ(enter(ring, 0), 0);
  }
}

static void close_copies(struct ring *ring, const int32_t fds[2], uint32_t count) {
  expect_nothing(ring);
  for (uint32_t i = 0; i < count; i++) {
    detach_and_close(ring, i);
  }
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(ring);
}

static void more_at_once_than_the_queue_holds_are_all_reported(void) {
  enum { COUNT = 9000, ENTRIES = 64 };
  if (too_few_descriptors(COUNT, "more at once than the queue holds")) {
    return;
  }
  struct ring ring = open_ring_of(ENTRIES, 16, 16384);
  static bool reported[COUNT];
  int32_t fds[2];
  stream_pair(fds);
  memset(reported, 0, sizeof reported);
  watch_copies(&ring, fds[0], COUNT);
  put(fds[1], "x");
  for (uint32_t i = 0; i < COUNT; i++) {
    const struct jev_completion *completion = expect_any(&ring, JEV_READY);
    CHECK_EQ(completion->result, JEV_READ);
    CHECK(!reported[completion->slot]);
    reported[completion->slot] = true;
  }
  close_copies(&ring, fds, COUNT);
}

/* Kernels end an armed accept that finds the queue full, and 6.6 lost the descriptor at first. */
static void what_is_accepted_while_the_queue_overflows_is_reported(void) {
  enum { COUNT = 9000, CLIENTS = 8, LISTENER = COUNT, ENTRIES = 64 };
  if (too_few_descriptors(COUNT, "accepting while the queue overflows")) {
    return;
  }
  struct ring ring = open_ring_of(ENTRIES, 16, 16384);
  struct jev_address address;
  int32_t clients[CLIENTS];
  int32_t fds[2];
  stream_pair(fds);
  watch_copies(&ring, fds[0], COUNT);
  attach(&ring, LISTENER, listen_on_loopback(&address));
  submit(&ring, JEV_OP_ACCEPT, 0, LISTENER, 1, 0, 0);
  expect_nothing(&ring);
  put(fds[1], "x");
  for (int i = 0; i < CLIENTS; i++) {
    clients[i] = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
    jev_connect(clients[i], at(&address));
  }
  int accepted = 0;
  for (int ready = 0; ready < COUNT || accepted < CLIENTS;) {
    const struct jev_completion *completion = next_completion(&ring);
    if (completion->op == JEV_READY) {
      ready++;
      continue;
    }
    CHECK_EQ(completion->op, JEV_ACCEPTED);
    CHECK_EQ(completion->slot, LISTENER);
    CHECK(completion->result >= 0);
    CHECK_EQ(jev_write(completion->result, at("hello"), 5), 5);
    CHECK_EQ(jev_close(completion->result), 0);
    accepted++;
  }
  for (int i = 0; i < CLIENTS; i++) {
    char text[8];
    CHECK_EQ(jev_read(clients[i], at(text), sizeof text), 5);
    jev_close(clients[i]);
  }
  detach_and_close(&ring, LISTENER);
  close_copies(&ring, fds, COUNT);
}

/* A kernel may report the connection before the other slots: then nothing is accepted too late. */
static void take_accepted(const struct jev_completion *completion, uint32_t listener) {
  CHECK_EQ(completion->op, JEV_ACCEPTED);
  CHECK_EQ(completion->slot, listener);
  CHECK(completion->result >= 0);
  CHECK_EQ(jev_close(completion->result), 0);
}

/* A listener cannot receive, and gets no connection that was accepted while there was no room to report it.
 */
static void receive_on_a_listener(bool later) {
  enum { COUNT = 17, LISTENER = COUNT }; /* the kernel looks at 20 in one call */
  struct ring ring = open_ring_of(8, 64, 16384);
  struct jev_address address;
  int32_t fds[2];
  stream_pair(fds);
  watch_copies(&ring, fds[0], COUNT);
  attach(&ring, LISTENER, listen_on_loopback(&address));
  submit(&ring, JEV_OP_ACCEPT, 0, LISTENER, 1, 0, 0);
  expect_nothing(&ring);
  put(fds[1], "x");
  int32_t client = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  jev_connect(client, at(&address));
  int32_t reported = enter(&ring, 0);
  CHECK(reported > 0 && reported < COUNT);
  int32_t ready = 0;
  for (int32_t i = 0; i < reported; i++) {
    const struct jev_completion *completion = next_completion(&ring);
    if (completion->op == JEV_READY) {
      ready++;
    } else {
      take_accepted(completion, LISTENER);
    }
  }
  submit(&ring, JEV_OP_ACCEPT, 0, LISTENER, 0, 0, 0);
  if (!later) {
    receive(&ring, LISTENER, 4096);
  }
  for (bool ended = later; ready < COUNT || !ended;) {
    const struct jev_completion *completion = next_completion(&ring);
    ended = ended || completion->op == JEV_RECEIVED;
    ready += completion->op == JEV_READY ? 1 : 0;
    CHECK(completion->op == JEV_READY || completion->result == -ENOTCONN);
  }
  expect_nothing(&ring);
  if (later) {
    receive(&ring, LISTENER, 4096);
    expect_result(&ring, JEV_RECEIVED, LISTENER, -ENOTCONN);
  }
  expect_nothing(&ring);
  jev_close(client);
  detach_and_close(&ring, LISTENER);
  close_copies(&ring, fds, COUNT);
}

static void what_is_accepted_too_late_is_not_received(void) {
  receive_on_a_listener(false);
  receive_on_a_listener(true);
}

/* ---- sending and closing ---- */

static void what_was_sent_leaves_before_the_descriptor_is_closed(void) {
  struct ring ring = open_ring();
  for (int i = 0; i < 20; i++) {
    int32_t fds[2];
    char text[8];
    stream_pair(fds);
    attach(&ring, SLOT, fds[0]);
    receive(&ring, SLOT, 4096);
    submit(&ring, JEV_OP_SEND, 0, SLOT, at("goodbye"), 7, 0);
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
    CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 7);
    expect_result(&ring, JEV_DETACHED, SLOT, 0);
    CHECK_EQ(jev_read(fds[1], at(text), sizeof text), 7);
    CHECK_EQ(jev_read(fds[1], at(text), sizeof text), 0);
    jev_close(fds[1]);
  }
  close_ring(&ring);
}

static void quiet_sends_need_one_call(void) {
  enum { COUNT = 200 };
  struct ring ring = open_ring();
  int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
  }
  CHECK_EQ(enter(&ring, 0), 0);
  for (int round = 0; round < 5; round++) {
    for (uint32_t i = 0; i < COUNT; i++) {
      submit(&ring, JEV_OP_SEND, JEV_FLAG_QUIET, i, at("quiet"), 5, 0);
    }
    uint64_t syscalls = ring.header->syscalls;
    CHECK_EQ(enter(&ring, 0), 0);
    CHECK_EQ(ring.header->syscalls - syscalls, 1);
    for (uint32_t i = 0; i < COUNT; i++) {
      char text[8];
      CHECK_EQ(jev_read(fds[i][1], at(text), sizeof text), 5);
    }
  }
  close_pairs(&ring, fds, COUNT);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_ring_belongs_to_the_thread_that_enters_first),
      CASE(it_moves_with_all_that_is_under_way),
      CASE(a_kernel_or_sandbox_that_refuses_says_why),
      CASE(what_comes_after_stopping_waits_until_it_is_wanted),
      CASE(what_was_held_is_followed_by_what_comes_then),
      CASE(one_call_reports_a_slot_once),
      CASE(little_and_much_take_turns),
      CASE(kept_buffers_stop_no_other_slot),
      CASE(what_waits_for_room_is_kept_once),
      CASE(more_at_once_than_the_queue_holds_are_all_reported),
      CASE(what_is_accepted_while_the_queue_overflows_is_reported),
      CASE(what_is_accepted_too_late_is_not_received),
      CASE(what_was_sent_leaves_before_the_descriptor_is_closed),
      CASE(quiet_sends_need_one_call),
  };
  if (argc == 4 && strcmp(argv[1], "--declined") == 0) {
    return declined((int)strtol(argv[2], NULL, 10), argv[3]);
  }
  return RUN_CASES(CASES);
}
