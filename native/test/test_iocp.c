/* What only completion ports have: sockets that belong to another port, what is posted for an operation, and
 * what goes by the driver's readiness. */
#include <winsock2.h>
/* The next header needs the previous one. */
#include <windows.h>

#include "support.h"

enum { SLOT = 1, OTHER = 2, LINES = 200, LINE_LENGTH = 64, MANY = 100 };

static HANDLE handle_of(int32_t fd) { return (HANDLE)(uintptr_t)(uint32_t)fd; }

static HANDLE port_of_the_program(int32_t fd) {
  HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  CHECK(port != NULL);
  CHECK(CreateIoCompletionPort(handle_of(fd), port, 0, 0) == port);
  return port;
}

static void a_socket_of_another_port_is_received_and_sent_by_readiness(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  HANDLE port = port_of_the_program(fds[0]);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  expect_nothing(&ring);
  put(fds[1], "in");
  expect_bytes(&ring, SLOT, "in");
  put(fds[1], "again");
  expect_bytes(&ring, SLOT, "again");
  enum { SIZE = 4000000 };
  uint8_t *bytes = calloc(1, SIZE);
  CHECK(bytes != NULL);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), SIZE, 0);
  let_it_go_on(&ring);
  int64_t received = 0;
  static uint8_t piece[65536];
  while (received < SIZE) {
    int64_t count = jev_read(fds[1], at(piece), sizeof piece);
    received += count > 0 ? count : 0;
    if (count <= 0) {
      let_it_go_on(&ring);
    }
  }
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, SIZE);
  CHECK_EQ(ring.header->posted > 0, 1);
  detach_and_close(&ring, SLOT);
  free(bytes);
  jev_close(fds[1]);
  CloseHandle(port);
  close_ring(&ring);
}

static void a_listener_of_another_port_accepts_by_readiness(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  HANDLE port = port_of_the_program(listener);
  attach(&ring, SLOT, listener);
  submit(&ring, JEV_OP_ACCEPT, 0, SLOT, 1, 0, 0);
  expect_nothing(&ring);
  int32_t client = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  HANDLE other = port_of_the_program(client);
  attach(&ring, OTHER, client);
  submit(&ring, JEV_OP_CONNECT, 0, OTHER, at(&address), 0, 0);
  int32_t accepted = -1;
  bool connected = false;
  while (accepted < 0 || !connected) {
    let_it_go_on(&ring);
    while (ring.next < ring.header->completed) {
      const struct jev_completion *reported = &ring.completions[ring.next++];
      CHECK(reported->result >= 0);
      accepted = reported->op == JEV_ACCEPTED ? reported->result : accepted;
      connected = connected || reported->op == JEV_CONNECTED;
    }
  }
  jev_close(accepted);
  detach_and_close(&ring, SLOT);
  detach_and_close(&ring, OTHER);
  CloseHandle(port);
  CloseHandle(other);
  close_ring(&ring);
}

/* Whether another port may then have it too depends on the system: since Windows 8.1. */
static void a_socket_that_was_detached_works_in_another_ring(void) {
  struct ring first = open_ring();
  struct ring second = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  for (int i = 0; i < 3; i++) {
    struct ring *ring = i % 2 == 0 ? &first : &second;
    attach(ring, SLOT, fds[0]);
    submit(ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
    expect_nothing(ring);
    put(fds[1], "here");
    expect_bytes(ring, SLOT, "here");
    submit(ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
    expect_result(ring, JEV_DETACHED, SLOT, 0);
  }
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&first);
  close_ring(&second);
}

static void connections_that_wait_hold_no_buffer(void) {
  struct ring ring = open_ring_of(256, 1, 1024);
  int32_t fds[MANY][2];
  for (uint32_t i = 0; i < MANY; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_RECEIVE, 0, i, 100, 0, 0);
  }
  expect_nothing(&ring);
  CHECK(ring.header->posted >= MANY);
  for (uint32_t i = 0; i < MANY; i++) {
    put(fds[i][1], "x");
    expect_bytes(&ring, i, "x");
  }
  close_pairs(&ring, fds, MANY);
}

static void many_sockets_are_watched_on_one_port(void) {
  struct ring ring = open_ring();
  int32_t fds[MANY][2];
  for (uint32_t i = 0; i < MANY; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, JEV_FLAG_ONCE, i, JEV_READ, 0, 0);
    let_it_go_on(&ring);
  }
  expect_nothing(&ring);
  for (uint32_t i = 0; i < MANY; i++) {
    put(fds[i][1], "x");
    expect_result(&ring, JEV_READY, i, JEV_READ);
  }
  close_pairs(&ring, fds, MANY);
}

static void wakeups_are_one_packet_until_it_is_taken(void) {
  struct ring ring = open_ring();
  const uint64_t before = ring.header->packets;
  for (int i = 0; i < MANY; i++) {
    CHECK_EQ(jev_wakeup(ring.handle), 0);
  }
  CHECK_EQ(enter(&ring, -1), 0);
  CHECK_EQ(ring.header->packets - before, 1);
  CHECK_EQ(jev_wakeup(ring.handle), 0);
  CHECK_EQ(enter(&ring, -1), 0);
  CHECK_EQ(ring.header->packets - before, 2);
  close_ring(&ring);
}

static void a_ring_goes_away_with_everything_under_way(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  int32_t others[2];
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  enum { SIZE = 8000000 };
  uint8_t *bytes = calloc(1, SIZE);
  CHECK(bytes != NULL);
  stream_pair(fds);
  stream_pair(others);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), SIZE, 0);
  attach(&ring, OTHER, others[0]);
  submit(&ring, JEV_OP_POLL, 0, OTHER, JEV_READ, 0, 0);
  attach(&ring, 3, listener);
  submit(&ring, JEV_OP_ACCEPT, 0, 3, 1, 0, 0);
  expect_nothing(&ring);
  close_ring(&ring);
  free(bytes);
  for (int i = 0; i < 2; i++) {
    jev_close(fds[i]);
    jev_close(others[i]);
  }
  jev_close(listener);
}

/* Lines of one connection, each answered before the next: what one of them costs. */
static void what_a_line_costs(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  char line[LINE_LENGTH];
  memset(line, 'l', sizeof line);
  tcp_pair(&fds[0], &fds[1]);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 1000, 0, 0);
  expect_nothing(&ring);
  const struct jev_header before = *ring.header;
  uint64_t completions = 0;
  for (int i = 0; i < LINES; i++) {
    CHECK_EQ(jev_write(fds[1], at(line), sizeof line), sizeof line);
    const struct jev_completion *received = expect(&ring, JEV_RECEIVED, SLOT);
    CHECK_EQ(received->result, sizeof line);
    completions++;
    submit(&ring, JEV_OP_SEND, JEV_FLAG_QUIET, SLOT, at(line), sizeof line, 0);
    completions += (uint64_t)enter(&ring, 0);
    ring.next = ring.header->completed;
    int64_t echoed = 0;
    while (echoed < (int64_t)sizeof line) {
      char back[LINE_LENGTH];
      int64_t count = jev_read(fds[1], at(back), sizeof back);
      echoed += count > 0 ? count : 0;
    }
  }
  const uint64_t posted = ring.header->posted - before.posted;
  const uint64_t packets = ring.header->packets - before.packets;
  const uint64_t waits = ring.header->waits - before.waits;
  const uint64_t syscalls = ring.header->syscalls - before.syscalls;
  printf("%d lines: %llu completions, %llu operations posted, %llu packets, %llu waits, %llu system calls\n",
         LINES, (unsigned long long)completions, (unsigned long long)posted, (unsigned long long)packets,
         (unsigned long long)waits, (unsigned long long)syscalls);
  CHECK_EQ(completions, LINES);
  CHECK(posted <= LINES + 1);
  CHECK(packets <= LINES + 1);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_socket_of_another_port_is_received_and_sent_by_readiness),
      CASE(a_listener_of_another_port_accepts_by_readiness),
      CASE(a_socket_that_was_detached_works_in_another_ring),
      CASE(connections_that_wait_hold_no_buffer),
      CASE(many_sockets_are_watched_on_one_port),
      CASE(wakeups_are_one_packet_until_it_is_taken),
      CASE(a_ring_goes_away_with_everything_under_way),
      CASE(what_a_line_costs),
  };
  return RUN_CASES(CASES);
}
