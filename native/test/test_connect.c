/* CONNECT: at once, in progress, refused, and what was submitted before the connection stood. */

#include "support.h"

enum { SLOT = 4 };

static int32_t attach_socket(struct ring *ring, int32_t family) {
  int32_t fd = jev_socket(family, JEV_STREAM);
  CHECK(fd >= 0);
  attach(ring, SLOT, fd);
  return fd;
}

static void connect_to(struct ring *ring, const struct jev_address *address) {
  submit(ring, JEV_OP_CONNECT, 0, SLOT, at(address), 0, 0);
}

static int32_t wait_and_accept(int32_t listener) {
  CHECK(becomes_ready(listener, false));
  int32_t fd = jev_accept(listener, 0);
  CHECK(fd >= 0);
  return fd;
}

/* A port of the loopback without a listener. */
static struct jev_address closed_port(void) {
  struct jev_address address;
  jev_close(listen_on_loopback(&address));
  return address;
}

static void a_connection_over_tcp(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  int32_t fd = attach_socket(&ring, JEV_FAMILY_INET);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  expect_nothing(&ring);
  struct jev_address peer;
  CHECK_EQ(jev_peer_address(fd, at(&peer)), 0);
  CHECK(memcmp(&peer, &address, sizeof peer) == 0);
  detach_and_close(&ring, SLOT);
  jev_close(listener);
  close_ring(&ring);
}

/* Without accepting, a connect over TCP takes minutes, and one to a Unix domain socket has no end. */
static void a_socket_in_blocking_mode_is_not_waited_for(void) {
  if (system_lacks(ASKING_FOR_BLOCKING, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  int32_t fd = attach_socket(&ring, JEV_FAMILY_INET);
  CHECK_EQ(jev_set_option(fd, JEV_OPT_NONBLOCKING, 0), 0);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  CHECK(!may_wait(fd));
  detach_and_close(&ring, SLOT);
  jev_close(listener);
  close_ring(&ring);
}

static void a_connection_over_a_unix_socket_stands_at_once(void) {
  if (system_lacks(UNIX_SOCKETS, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  char directory[64];
  char path[96];
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/socket", directory);
  struct jev_address address = unix_address(path, strlen(path));
  int32_t listener = jev_socket(JEV_FAMILY_UNIX, JEV_STREAM);
  CHECK_EQ(jev_bind(listener, at(&address)), 0);
  CHECK_EQ(jev_listen(listener, 5), 0);
  attach_socket(&ring, JEV_FAMILY_UNIX);
  connect_to(&ring, &address);
  CHECK_EQ(enter(&ring, -1), 1);
  expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, -EISCONN);
  detach_and_close(&ring, SLOT);
  jev_close(listener);
  attach_socket(&ring, JEV_FAMILY_UNIX);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, -ECONNREFUSED);
  remove_directory(directory);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, -ENOENT);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void no_listener(void) {
  struct ring ring = open_ring();
  struct jev_address address = closed_port();
  attach_socket(&ring, JEV_FAMILY_INET);
  connect_to(&ring, &address);
  expect_result(&ring, JEV_CONNECTED, SLOT, -ECONNREFUSED);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* The address is read before jev_enter returns, and not needed afterwards. */
static void what_was_asked_for_meanwhile_follows(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  attach_socket(&ring, JEV_FAMILY_INET);
  connect_to(&ring, &address);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("hello"), 5, 0);
  submit(&ring, JEV_OP_SHUTDOWN, 0, SLOT, 2, 0, 0);
  enter(&ring, 0);
  memset(&address, 0xff, sizeof address);
  expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, 5);
  expect_result(&ring, JEV_SHUT, SLOT, 0);
  int32_t peer = wait_and_accept(listener);
  char bytes[16];
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 5);
  CHECK_EQ(read_soon(peer, bytes, sizeof bytes), 0);
  put(peer, "answer");
  expect_bytes(&ring, SLOT, "answer");
  detach_and_close(&ring, SLOT);
  jev_close(peer);
  jev_close(listener);
  close_ring(&ring);
}

static void all_of_it_fails_with_the_connection(void) {
  struct ring ring = open_ring();
  struct jev_address address = closed_port();
  int32_t fd = attach_socket(&ring, JEV_FAMILY_INET);
  int32_t result = jev_connect(fd, at(&address));
  CHECK(errno_of(result) == EINPROGRESS || errno_of(result) == ECONNREFUSED);
  submit(&ring, JEV_OP_CONNECT, 0, SLOT, 0, 0, 0);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("hello"), 5, 0);
  submit(&ring, JEV_OP_SHUTDOWN, 0, SLOT, 3, 0, 0);
  expect_result(&ring, JEV_CONNECTED, SLOT, -ECONNREFUSED);
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, -ECONNREFUSED)->value, 0);
  expect_result(&ring, JEV_SHUT, SLOT, -ENOTCONN);
  expect_result(&ring, JEV_RECEIVED, SLOT, -ECONNREFUSED);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

static void a_connect_in_progress_is_taken_over(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  int32_t fd = attach_socket(&ring, JEV_FAMILY_INET);
  int32_t result = jev_connect(fd, at(&address));
  CHECK(result == 0 || errno_of(result) == EINPROGRESS);
  submit(&ring, JEV_OP_CONNECT, 0, SLOT, 0, 0, 0);
  connect_to(&ring, &address);
  expect_refusal(&ring, JEV_OP_CONNECT, SLOT, -EALREADY);
  expect_result(&ring, JEV_CONNECTED, SLOT, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(listener);
  close_ring(&ring);
}

static void a_connect_can_be_given_up(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  attach_socket(&ring, JEV_FAMILY_INET);
  connect_to(&ring, &address);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  expect_nothing(&ring);
  jev_close(listener);
  close_ring(&ring);
}

/* What was sent before has nothing to do with it, and may be under way still. */
static void a_connect_that_fails_leaves_a_send_alone(void) {
  struct ring ring = open_ring();
  struct jev_address address = closed_port();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at("sent"), 4, 0);
  connect_to(&ring, &address);
  for (int reported = 0; reported < 2; reported++) {
    const struct jev_completion *completion = next_completion(&ring);
    if (completion->op == JEV_SENT) {
      CHECK_RESULT(completion->result, 0);
      CHECK_EQ(completion->value, 4);
    } else {
      CHECK_EQ(completion->op, JEV_CONNECTED);
      CHECK(completion->result < 0);
    }
  }
  char text[8];
  CHECK_EQ(read_soon(fds[1], text, sizeof text), 4);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void senseless_addresses_are_errors(void) {
  struct ring ring = open_ring();
  attach_socket(&ring, JEV_FAMILY_INET);
  struct jev_address none = {.family = JEV_FAMILY_NONE};
  struct jev_address unknown = {.family = 77};
  struct jev_address other = {.family = JEV_FAMILY_UNIX, .length = 5, .bytes = "/none"};
  struct jev_address endless = {.family = JEV_FAMILY_UNIX, .length = UINT32_MAX};
  connect_to(&ring, &none);
  expect_result(&ring, JEV_CONNECTED, SLOT, -EAFNOSUPPORT);
  connect_to(&ring, &unknown);
  expect_result(&ring, JEV_CONNECTED, SLOT, -EAFNOSUPPORT);
  connect_to(&ring, &endless);
  expect_result(&ring, JEV_CONNECTED, SLOT, -ENAMETOOLONG);
  connect_to(&ring, &other);
  CHECK(expect(&ring, JEV_CONNECTED, SLOT)->result < 0);
  submit(&ring, JEV_OP_CONNECT, 0, SLOT, -8, 0, 0);
  expect_refusal(&ring, JEV_OP_CONNECT, SLOT, -EINVAL);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_connection_over_tcp),
      CASE(a_socket_in_blocking_mode_is_not_waited_for),
      CASE(a_connection_over_a_unix_socket_stands_at_once),
      CASE(no_listener),
      CASE(what_was_asked_for_meanwhile_follows),
      CASE(all_of_it_fails_with_the_connection),
      CASE(a_connect_in_progress_is_taken_over),
      CASE(a_connect_can_be_given_up),
      CASE(a_connect_that_fails_leaves_a_send_alone),
      CASE(senseless_addresses_are_errors),
  };
  return RUN_CASES(CASES);
}
