/* RECEIVE_FROM and SEND_TO: addresses, truncation, empty datagrams, bursts. */

#include "core/system.h"
#include "support.h"

enum { SLOT = 7 };

static int32_t bound_socket(struct jev_address *address) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK(fd >= 0);
  *address = loopback(0);
  CHECK_EQ(jev_bind(fd, at(address)), 0);
  CHECK_EQ(jev_local_address(fd, at(address)), 0);
  return fd;
}

static void receive_from(struct ring *ring, int64_t limit) {
  submit(ring, JEV_OP_RECEIVE_FROM, 0, SLOT, limit, 0, 0);
}

static void send_to(struct ring *ring, const char *text, const struct jev_address *address) {
  submit(ring, JEV_OP_SEND_TO, 0, SLOT, at(text), (int64_t)strlen(text), address == NULL ? 0 : at(address));
}

static void expect_datagram(struct ring *ring, const char *text, const struct jev_address *from,
                            uint16_t flags) {
  const struct jev_completion *got = expect_result(ring, JEV_RECEIVED_FROM, SLOT, (int32_t)strlen(text));
  CHECK_EQ(got->flags, flags);
  CHECK_EQ(got->value / ring->header->buffer_size, got->aux);
  CHECK(memcmp(ring->slab + got->value, text, strlen(text)) == 0);
  struct jev_address address;
  memcpy(&address, ring->slab + got->value - sizeof address, sizeof address);
  CHECK(memcmp(&address, from, sizeof address) == 0);
}

static void datagrams_come_with_their_sender(void) {
  struct ring ring = open_ring();
  struct jev_address mine;
  struct jev_address theirs;
  int32_t fd = bound_socket(&mine);
  int32_t peer = bound_socket(&theirs);
  attach(&ring, SLOT, fd);
  receive_from(&ring, 1000);
  expect_nothing(&ring);
  CHECK_EQ(jev_send_to(peer, at("ping"), 4, at(&mine)), 4);
  expect_datagram(&ring, "ping", &theirs, 0);
  send_to(&ring, "pong", &theirs);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 4);
  char bytes[16];
  struct jev_address from;
  CHECK(becomes_ready(peer, false));
  CHECK_EQ(jev_receive_from(peer, at(bytes), sizeof bytes, at(&from)), 4);
  CHECK(memcmp(bytes, "pong", 4) == 0);
  CHECK(memcmp(&from, &mine, sizeof from) == 0);
  CHECK_RESULT(jev_receive_from(peer, at(bytes), sizeof bytes, 0), -EAGAIN);
  receive_from(&ring, 0);
  CHECK_EQ(jev_send_to(peer, at("ping"), 4, at(&mine)), 4);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

static void long_ones_are_cut_and_empty_ones_arrive(void) {
  struct ring ring = open_ring();
  struct jev_address mine;
  struct jev_address theirs;
  attach(&ring, SLOT, bound_socket(&mine));
  int32_t peer = bound_socket(&theirs);
  receive_from(&ring, 4);
  CHECK_EQ(jev_send_to(peer, at("longer"), 6, at(&mine)), 6);
  expect_datagram(&ring, "long", &theirs, JEV_COMP_TRUNCATED);
  CHECK_EQ(jev_send_to(peer, at(""), 0, at(&mine)), 0);
  expect_datagram(&ring, "", &theirs, 0);
  CHECK_EQ(jev_send_to(peer, at("four"), 4, at(&mine)), 4);
  expect_datagram(&ring, "four", &theirs, 0);
  send_to(&ring, "", &theirs);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 0);
  char bytes[16];
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 0);
  CHECK_RESULT(jev_read(peer, at(bytes), sizeof bytes), -EAGAIN);
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

static void a_vector_makes_one_datagram(void) {
  struct ring ring = open_ring();
  struct jev_address mine;
  struct jev_address theirs;
  attach(&ring, SLOT, bound_socket(&mine));
  int32_t peer = bound_socket(&theirs);
  struct jev_vec vectors[] = {{at("to"), 2}, {at("ge"), 2}, {at("ther"), 4}};
  submit(&ring, JEV_OP_SEND_TO, JEV_FLAG_VECTOR, SLOT, at(vectors), 3, at(&theirs));
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 8);
  char bytes[16];
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 8);
  CHECK(memcmp(bytes, "together", 8) == 0);
  struct jev_vec *many = calloc(2000, sizeof *many); /* more than the kernel takes: all or nothing */
  submit(&ring, JEV_OP_SEND_TO, JEV_FLAG_VECTOR, SLOT, at(many), 2000, at(&theirs));
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, -EMSGSIZE)->value, 0);
  free(many);
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

static void bursts_arrive_whole_and_in_order(void) {
  enum { COUNT = 100 };
  struct ring ring = open_ring_of(16, 3, 1024);
  struct jev_address mine;
  struct jev_address theirs;
  attach(&ring, SLOT, bound_socket(&mine));
  int32_t peer = bound_socket(&theirs);
  receive_from(&ring, 200);
  expect_nothing(&ring);
  char text[32];
  for (int i = 0; i < COUNT; i++) {
    snprintf(text, sizeof text, "number %d", i);
    CHECK_EQ(jev_send_to(peer, at(text), (int64_t)strlen(text), at(&mine)), strlen(text));
  }
  uint64_t enters = ring.header->enters;
  for (int i = 0; i < COUNT; i++) {
    snprintf(text, sizeof text, "number %d", i);
    expect_datagram(&ring, text, &theirs, 0);
  }
  CHECK(ring.header->enters - enters < COUNT / 2);
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

static void a_connected_socket_needs_no_address(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  CHECK_EQ(jev_socketpair(JEV_FAMILY_UNIX, JEV_DATAGRAM, at(fds)), 0);
  attach(&ring, SLOT, fds[0]);
  receive_from(&ring, 100);
  send_to(&ring, "out", NULL);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 3);
  put(fds[1], "in");
  struct jev_address from = {.family = JEV_FAMILY_NONE};
  if (missing(LOCAL_PAIRS) != NULL) {
    CHECK_EQ(jev_peer_address(fds[0], at(&from)), 0);
  }
  expect_datagram(&ring, "in", &from, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

/* A full queue: the datagram waits, and its address need not. */
static void a_datagram_waits_for_room(void) {
  if (system_lacks(UNIX_DATAGRAMS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  char directory[64];
  char path[96];
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/socket", directory);
  struct jev_address address = unix_address(path, strlen(path));
  int32_t peer = jev_socket(JEV_FAMILY_UNIX, JEV_DATAGRAM);
  CHECK_EQ(jev_bind(peer, at(&address)), 0);
  int32_t fd = jev_socket(JEV_FAMILY_UNIX, JEV_DATAGRAM);
  CHECK_EQ(jev_connect(fd, at(&address)), 0);
  int queued = 0;
  while (jev_send_to(fd, at("x"), 1, 0) == 1) {
    queued++;
  }
  attach(&ring, SLOT, fd);
  send_to(&ring, "waits", &address);
  enter(&ring, 0);
  CHECK_EQ(ring.header->completed, 0);
  memset(&address, 0xff, sizeof address);
  char bytes[16];
  for (int i = 0; i < queued; i++) {
    CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 1);
  }
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 5);
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 5);
  CHECK(memcmp(bytes, "waits", 5) == 0);
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  remove_directory(directory);
  close_ring(&ring);
}

static void errors_are_reported(void) {
  struct ring ring = open_ring();
  struct jev_address mine;
  attach(&ring, SLOT, bound_socket(&mine));
  send_to(&ring, "no peer", NULL);
  if (missing(POSIX_ERRORS) == NULL) {
    expect_result(&ring, JEV_SENT, SLOT, -EDESTADDRREQ);
  } else {
    CHECK(expect(&ring, JEV_SENT, SLOT)->result < 0);
  }
  struct jev_address unknown = {.family = 99};
  send_to(&ring, "no peer", &unknown);
  expect_result(&ring, JEV_SENT, SLOT, -EAFNOSUPPORT);
  submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at("x"), 1, -1);
  expect_refusal(&ring, JEV_OP_SEND_TO, SLOT, -EINVAL);
  static char huge[100000];
  submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at(huge), sizeof huge, at(&mine));
  expect_result(&ring, JEV_SENT, SLOT, -EMSGSIZE);
  detach_and_close(&ring, SLOT);
  attach(&ring, SLOT, regular_file());
  receive_from(&ring, 100);
  expect_result(&ring, JEV_RECEIVED_FROM, SLOT, -ENOTSOCK);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* That port has no listener: the answer of the peer's kernel ends receiving. */
static void a_missing_peer_is_reported_to_the_connected(void) {
  if (system_lacks(WAKING_FOR_REFUSALS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  struct jev_address mine;
  jev_close(bound_socket(&mine));
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK_EQ(jev_connect(fd, at(&mine)), 0);
  attach(&ring, SLOT, fd);
  receive_from(&ring, 100);
  send_to(&ring, "hello?", NULL);
  expect_result(&ring, JEV_SENT, SLOT, 0);
  expect_result(&ring, JEV_RECEIVED_FROM, SLOT, -ECONNREFUSED);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Also when it is known by then that bytes are written to it: those of no vector would be any. */
static void what_is_no_socket_takes_no_datagrams(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  blocking_pipe(fds);
  attach(&ring, SLOT, fds[1]);
  submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at("no"), 2, 0);
  expect_result(&ring, JEV_SENT, SLOT, -ENOTSOCK);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("yes"), 3, 0);
  expect_result(&ring, JEV_SENT, SLOT, 0);
  const struct jev_vec none = {0, 0};
  submit(&ring, JEV_OP_SEND_TO, JEV_FLAG_VECTOR, SLOT, at(&none), 0, 0);
  expect_result(&ring, JEV_SENT, SLOT, -ENOTSOCK);
  submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at("no"), 2, 0);
  expect_result(&ring, JEV_SENT, SLOT, -ENOTSOCK);
  char text[8];
  CHECK_EQ(read_soon(fds[0], text, sizeof text), 3);
  detach_and_close(&ring, SLOT);
  jev_close(fds[0]);
  close_ring(&ring);
}

static void those_in_a_row_leave_in_one_call(void) {
  enum { COUNT = 20 };
  struct ring ring = open_ring();
  struct jev_address mine;
  struct jev_address theirs;
  attach(&ring, SLOT, bound_socket(&mine));
  int32_t peer = bound_socket(&theirs);
  send_to(&ring, "first", &theirs);
  expect_result(&ring, JEV_SENT, SLOT, 0);
  uint64_t before = ring.header->syscalls - ring.header->waits;
  for (int i = 0; i < COUNT; i++) {
    send_to(&ring, &"abcdefghijklmnopqrst"[i], &theirs);
  }
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, COUNT); /* enters the ring */
  uint64_t calls = ring.header->syscalls - ring.header->waits - before;
  CHECK_EQ(calls, JEV_DATAGRAMS_TOGETHER > 1 ? 1 : COUNT);
  char bytes[32];
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 5);
  for (int i = 0; i < COUNT; i++) {
    if (i > 0) {
      CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, COUNT - i);
    }
    CHECK_EQ(read_soon(peer, bytes, sizeof bytes), COUNT - i);
    CHECK_EQ(bytes[0], 'a' + i);
  }
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

/* What cannot be sent ends alone, in its place among the others. */
static void one_of_a_row_that_fails_fails_alone(void) {
  enum { TOO_LONG = 70000 };
  static char rubbish[TOO_LONG];
  struct ring ring = open_ring();
  struct jev_address mine;
  struct jev_address theirs;
  attach(&ring, SLOT, bound_socket(&mine));
  int32_t peer = bound_socket(&theirs);
  for (int place = 0; place < 4; place++) {
    for (int i = 0; i < 4; i++) {
      if (i == place) {
        submit(&ring, JEV_OP_SEND_TO, 0, SLOT, at(rubbish), TOO_LONG, at(&theirs));
      } else {
        send_to(&ring, "good", &theirs);
      }
    }
    for (int i = 0; i < 4; i++) {
      expect_result(&ring, JEV_SENT, SLOT, i == place ? -EMSGSIZE : 0);
    }
    char bytes[8];
    for (int i = 0; i < 3; i++) {
      CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 4);
    }
    CHECK_RESULT(jev_read(peer, at(bytes), sizeof bytes), -EAGAIN);
  }
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(datagrams_come_with_their_sender),
      CASE(long_ones_are_cut_and_empty_ones_arrive),
      CASE(a_vector_makes_one_datagram),
      CASE(bursts_arrive_whole_and_in_order),
      CASE(a_connected_socket_needs_no_address),
      CASE(a_datagram_waits_for_room),
      CASE(errors_are_reported),
      CASE(a_missing_peer_is_reported_to_the_connected),
      CASE(what_is_no_socket_takes_no_datagrams),
      CASE(those_in_a_row_leave_in_one_call),
      CASE(one_of_a_row_that_fails_fails_alone),
  };
  return RUN_CASES(CASES);
}
