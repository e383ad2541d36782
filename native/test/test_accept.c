/* ACCEPT: many connections, addresses, running out of descriptors, stopping. */

#include "support.h"

enum { SLOT = 9 };

static void accept_on(struct ring *ring, uint16_t flags, int64_t on) {
  submit(ring, JEV_OP_ACCEPT, flags, SLOT, on, 0, 0);
}

static int32_t connect_to(const struct jev_address *address) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK(fd >= 0);
  int32_t result = jev_connect(fd, at(address));
  CHECK(result == 0 || errno_of(result) == EINPROGRESS);
  return fd;
}

static int32_t expect_accepted(struct ring *ring) {
  const struct jev_completion *accepted = expect(ring, JEV_ACCEPTED, SLOT);
  CHECK(accepted->result >= 0);
  return accepted->result;
}

/* Accepts and closes connections, up to that of `client`. */
static void accept_until(struct ring *ring, int32_t client) {
  struct jev_address local;
  CHECK_EQ(jev_local_address(client, at(&local)), 0);
  for (bool found = false; !found;) {
    const struct jev_completion *accepted = expect(ring, JEV_ACCEPTED, SLOT);
    CHECK_RESULT(accepted->result < 0 ? accepted->result : 0, 0);
    struct jev_address peer;
    memcpy(&peer, ring->slab + accepted->value, sizeof peer);
    found = peer.port == local.port;
    jev_close(accepted->result);
  }
}

/* Where that can be asked. */
static void expect_blocking(int32_t fd, bool blocking) {
  if (missing(ASKING_FOR_BLOCKING) == NULL) {
    CHECK_EQ(jev_get_option(fd, JEV_OPT_NONBLOCKING), blocking ? 0 : 1);
  }
}

static void connections_arrive_with_their_address(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  accept_on(&ring, 0, 1);
  expect_nothing(&ring);
  int32_t client = connect_to(&address);
  const struct jev_completion *accepted = expect(&ring, JEV_ACCEPTED, SLOT);
  struct jev_address peer;
  struct jev_address local;
  memcpy(&peer, ring.slab + accepted->value, sizeof peer);
  CHECK_EQ(accepted->value / ring.header->buffer_size, accepted->aux);
  CHECK_EQ(jev_local_address(client, at(&local)), 0);
  CHECK(memcmp(&peer, &local, sizeof peer) == 0);
  expect_blocking(accepted->result, false);
  CHECK_EQ(jev_get_option(accepted->result, JEV_OPT_CLOSE_ON_EXEC), 1);
  jev_close(accepted->result);
  jev_close(client);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* In the mode in which a parent process may have left it. */
static void a_listening_socket_in_blocking_mode_is_not_waited_for(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  CHECK_EQ(jev_set_option(listener, JEV_OPT_NONBLOCKING, 0), 0);
  attach(&ring, SLOT, listener);
  accept_on(&ring, 0, 1);
  expect_nothing(&ring);
  int32_t client = connect_to(&address);
  jev_close(expect_accepted(&ring));
  expect_nothing(&ring);
  jev_close(client);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void they_can_be_left_blocking(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  accept_on(&ring, JEV_FLAG_BLOCKING, 1);
  int32_t client = connect_to(&address);
  int32_t accepted = expect_accepted(&ring);
  expect_blocking(accepted, true);
  CHECK_EQ(jev_get_option(accepted, JEV_OPT_CLOSE_ON_EXEC), 1);
  jev_close(accepted);
  jev_close(client);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* More connections than completions fit: the rest comes with the next calls, by 14 at most. */
static void many_arrive_however_small_the_queue(void) {
  enum { COUNT = 100 };
  struct ring ring = open_ring_of(8, 2, 1024);
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  accept_on(&ring, 0, 1);
  expect_nothing(&ring);
  int32_t clients[COUNT];
  for (int i = 0; i < COUNT; i++) {
    clients[i] = connect_to(&address);
  }
  for (int i = 0; i < COUNT; i++) {
    jev_close(expect_accepted(&ring));
    jev_close(clients[i]);
  }
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void stopping_leaves_connections_in_the_backlog(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  accept_on(&ring, 0, 1);
  expect_nothing(&ring);
  accept_on(&ring, 0, 0);
  int32_t client = connect_to(&address);
  expect_nothing(&ring);
  accept_on(&ring, 0, 1);
  jev_close(expect_accepted(&ring));
  jev_close(client);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void running_out_of_descriptors_stops_accepting(void) {
  if (system_lacks(LIMITING_DESCRIPTORS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  expect_nothing(&ring);
  int32_t client = connect_to(&address);
  int64_t former = limit_descriptors(closed_number()); /* the number that accept would use */
  accept_on(&ring, 0, 1);
  expect_result(&ring, JEV_ACCEPTED, SLOT, -EMFILE);
  expect_nothing(&ring); /* no spinning on the connection that waits */
  limit_descriptors(former);
  int32_t second = connect_to(&address);
  accept_on(&ring, 0, 1);
  accept_until(&ring, second); /* the first too, but for emulators that consumed it */
  jev_close(client);
  jev_close(second);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* A connection that was reset while it waited is accepted and found broken, or passed over: neither stops. */
static void a_connection_that_is_gone_does_no_harm(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  attach(&ring, SLOT, listen_on_loopback(&address));
  close_with_reset(connect_to(&address));
  int32_t client = connect_to(&address);
  accept_on(&ring, 0, 1);
  accept_until(&ring, client);
  jev_close(client);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void what_does_not_listen_is_an_error(void) {
  struct ring ring = open_ring();
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  attach(&ring, SLOT, fd);
  accept_on(&ring, 0, 1);
  expect_result(&ring, JEV_ACCEPTED, SLOT, -EINVAL);
  expect_nothing(&ring);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 0, 0, 0);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void a_regular_file_cannot_accept(void) {
  struct ring ring = open_ring();
  attach(&ring, SLOT, regular_file());
  accept_on(&ring, 0, 1);
  expect_result(&ring, JEV_ACCEPTED, SLOT, -ENOTSOCK);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_listening_socket_in_blocking_mode_is_not_waited_for),
      CASE(connections_arrive_with_their_address),
      CASE(they_can_be_left_blocking),
      CASE(many_arrive_however_small_the_queue),
      CASE(stopping_leaves_connections_in_the_backlog),
      CASE(running_out_of_descriptors_stops_accepting),
      CASE(a_connection_that_is_gone_does_no_harm),
      CASE(what_does_not_listen_is_an_error),
      CASE(a_regular_file_cannot_accept),
  };
  return RUN_CASES(CASES);
}
