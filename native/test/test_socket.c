/* Sockets, addresses and options without a ring. */

#if defined(__linux__)
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include "support.h"

static void expect_address(const struct jev_address *actual, const struct jev_address *expected) {
  CHECK(memcmp(actual, expected, sizeof *actual) == 0);
}

static void descriptors_are_nonblocking_and_close_on_exec(void) {
  int32_t fds[6] = {0};
  fds[0] = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  fds[1] = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK_EQ(jev_pipe(at(fds + 2)), 0);
  CHECK_EQ(jev_socketpair(JEV_FAMILY_UNIX, JEV_STREAM, at(fds + 4)), 0);
  const bool asked = missing(ASKING_FOR_BLOCKING) == NULL;
  for (int i = 0; i < 6; i++) {
    CHECK(fds[i] >= 0);
    CHECK(!may_wait(fds[i]));
    CHECK(!is_inherited(fds[i]));
    CHECK_EQ(jev_set_option(fds[i], JEV_OPT_NONBLOCKING, 0), 0);
    CHECK_RESULT(jev_get_option(fds[i], JEV_OPT_NONBLOCKING), asked ? 0 : -ENOPROTOOPT);
    CHECK_EQ(jev_get_option(fds[i], JEV_OPT_CLOSE_ON_EXEC), 1);
    CHECK_EQ(jev_set_option(fds[i], JEV_OPT_CLOSE_ON_EXEC, 0), 0);
    CHECK_EQ(jev_get_option(fds[i], JEV_OPT_CLOSE_ON_EXEC), 0);
    CHECK(is_inherited(fds[i]));
    CHECK_EQ(jev_set_option(fds[i], JEV_OPT_NONBLOCKING, 1), 0);
    CHECK_RESULT(jev_get_option(fds[i], JEV_OPT_NONBLOCKING), asked ? 1 : -ENOPROTOOPT);
    CHECK_EQ(jev_close(fds[i]), 0);
  }
  CHECK_RESULT(jev_close(fds[0]), -EBADF);
}

static void senseless_arguments_are_refused(void) {
  int32_t fds[2];
  CHECK_RESULT(jev_socket(JEV_FAMILY_NONE, JEV_STREAM), -EINVAL);
  CHECK_RESULT(jev_socket(4, JEV_STREAM), -EINVAL);
  CHECK_RESULT(jev_socket(-1, JEV_STREAM), -EINVAL);
  CHECK_RESULT(jev_socket(JEV_FAMILY_INET, 0), -EINVAL);
  CHECK_RESULT(jev_socket(JEV_FAMILY_INET, 3), -EINVAL);
  CHECK_RESULT(jev_socketpair(JEV_FAMILY_INET, JEV_STREAM, at(fds)), -EOPNOTSUPP);
  CHECK_RESULT(jev_socketpair(JEV_FAMILY_UNIX, JEV_STREAM, 0), -EINVAL);
  CHECK_RESULT(jev_pipe(0), -EINVAL);
  CHECK_RESULT(jev_bind(0, 0), -EINVAL);
  CHECK_RESULT(jev_connect(0, 0), -EINVAL);
  CHECK_RESULT(jev_local_address(0, 0), -EINVAL);
  CHECK_RESULT(jev_peer_address(0, -1), -EINVAL);
  CHECK_RESULT(jev_read(0, at(fds), -1), -EINVAL);
  CHECK_RESULT(jev_write(0, at(fds), -1), -EINVAL);
  CHECK_RESULT(jev_receive_from(0, at(fds), -1, 0), -EINVAL);
  CHECK_RESULT(jev_send_to(0, at(fds), -1, 0), -EINVAL);
  struct jev_address address = loopback(0);
  CHECK_RESULT(jev_bind(-1, at(&address)), -EBADF);
  CHECK_RESULT(jev_listen(-1, 1), -EBADF);
  CHECK_RESULT(jev_accept(-1, 0), -EBADF);
  CHECK_RESULT(jev_local_address(-1, at(&address)), -EBADF);
}

static void a_conversation(const struct jev_address *where, int32_t family) {
  struct jev_address bound;
  struct jev_address other;
  int32_t listener = jev_socket(family, JEV_STREAM);
  CHECK(listener >= 0);
  CHECK_EQ(jev_bind(listener, at(where)), 0);
  CHECK_EQ(jev_get_option(listener, JEV_OPT_LISTENING), 0);
  CHECK_EQ(jev_listen(listener, 5), 0);
  CHECK_EQ(jev_get_option(listener, JEV_OPT_LISTENING), 1);
  CHECK_EQ(jev_local_address(listener, at(&bound)), 0);
  if (family == JEV_FAMILY_UNIX) {
    expect_address(&bound, where);
  } else {
    CHECK(bound.port != 0);
    CHECK_EQ(bound.family, family);
    CHECK(memcmp(bound.bytes, where->bytes, sizeof bound.bytes) == 0);
  }
  CHECK_RESULT(jev_accept(listener, 0), -EAGAIN);
  int32_t client = jev_socket(family, JEV_STREAM);
  int32_t result = jev_connect(client, at(&bound));
  CHECK(result == 0 || errno_of(result) == EINPROGRESS);
  CHECK(becomes_ready(listener, false));
  struct jev_address peer;
  int32_t accepted = jev_accept(listener, at(&peer));
  CHECK(accepted >= 0);
  CHECK_EQ(jev_local_address(client, at(&other)), 0);
  expect_address(&peer, &other);
  CHECK_EQ(jev_peer_address(client, at(&other)), 0);
  expect_address(&other, &bound);
  char bytes[8];
  CHECK_RESULT(jev_read(client, at(bytes), sizeof bytes), -EAGAIN);
  CHECK_EQ(jev_write(accepted, at("hello"), 5), 5);
  CHECK(becomes_ready(client, false));
  CHECK_EQ(jev_get_option(client, JEV_OPT_AVAILABLE), 5);
  CHECK_EQ(read_soon(client, bytes, sizeof bytes), 5);
  CHECK(memcmp(bytes, "hello", 5) == 0);
  CHECK_EQ(jev_shutdown(accepted, 2), 0);
  CHECK_EQ(read_soon(client, bytes, sizeof bytes), 0);
  CHECK_RESULT(jev_write(accepted, at("more"), 4), -EPIPE);
  jev_close(accepted);
  jev_close(client);
  jev_close(listener);
}

static void ipv4(void) {
  struct jev_address address = loopback(0);
  a_conversation(&address, JEV_FAMILY_INET);
}

static void ipv6(void) {
  struct jev_address address = {.family = JEV_FAMILY_INET6, .length = 16, .bytes = {[15] = 1}};
  int32_t probe = jev_socket(JEV_FAMILY_INET6, JEV_STREAM);
  if (probe < 0 || jev_bind(probe, at(&address)) != 0) {
    printf("no IPv6 on this machine\n");
    jev_close(probe);
    return;
  }
  jev_close(probe);
  a_conversation(&address, JEV_FAMILY_INET6);
  int32_t fd = jev_socket(JEV_FAMILY_INET6, JEV_STREAM);
  CHECK_EQ(jev_set_option(fd, JEV_OPT_IPV6_ONLY, 1), 0);
  CHECK_EQ(jev_get_option(fd, JEV_OPT_IPV6_ONLY), 1);
  jev_close(fd);
}

static void unix_paths(void) {
  if (system_lacks(UNIX_SOCKETS, __func__)) {
    return;
  }
  char directory[64];
  char path[128];
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/socket", directory);
  struct jev_address address = unix_address(path, strlen(path));
  a_conversation(&address, JEV_FAMILY_UNIX);
  int32_t fd = jev_socket(JEV_FAMILY_UNIX, JEV_STREAM);
  CHECK_RESULT(jev_bind(fd, at(&address)), -EADDRINUSE);
  struct jev_address unnamed = {.family = JEV_FAMILY_UNIX};
  struct jev_address found;
  CHECK_EQ(jev_local_address(fd, at(&found)), 0);
  expect_address(&found, &unnamed);
  size_t length = strlen(path);
  memset(path + length, 'x', sizeof path - length);
  struct jev_address longest = unix_address(path, 107);
  CHECK_EQ(jev_bind(fd, at(&longest)), 0);
  CHECK_EQ(jev_local_address(fd, at(&found)), 0);
  expect_address(&found, &longest);
  struct jev_address longer = unix_address(path, 108);
  CHECK_RESULT(jev_bind(fd, at(&longer)), -ENAMETOOLONG);
  longer.length = UINT32_MAX;
  CHECK_RESULT(jev_bind(fd, at(&longer)), -ENAMETOOLONG);
  jev_close(fd);
  remove_directory(directory);
}

static void abstract_unix_names(void) {
  if (system_lacks(ABSTRACT_NAMES, __func__)) {
    return;
  }
  /* Tests run side by side, and such a name is the whole machine's: a new directory's is unused. */
  char directory[64];
  make_directory(directory, sizeof directory);
  char full[116] = {0};
  size_t length = (size_t)snprintf(full + 1, sizeof full - 1, "%s", directory);
  memset(full + 1 + length, 'x', sizeof full - 1 - length);
  struct jev_address address = unix_address(full, length + 1);
  a_conversation(&address, JEV_FAMILY_UNIX);
  struct jev_address longest = unix_address(full, 108);
  struct jev_address longer = unix_address(full, 109);
  int32_t fd = jev_socket(JEV_FAMILY_UNIX, JEV_STREAM);
  CHECK_RESULT(jev_bind(fd, at(&longer)), -ENAMETOOLONG);
  CHECK_EQ(jev_bind(fd, at(&longest)), 0);
  struct jev_address found;
  CHECK_EQ(jev_local_address(fd, at(&found)), 0);
  expect_address(&found, &longest);
  jev_close(fd);
  remove_directory(directory);
}

static void switch_on_and_off(int32_t fd, int32_t option) {
  CHECK_EQ(jev_get_option(fd, option), 0);
  CHECK_EQ(jev_set_option(fd, option, 1), 0);
  CHECK(jev_get_option(fd, option) > 0);
  CHECK_EQ(jev_set_option(fd, option, 0), 0);
  CHECK_EQ(jev_get_option(fd, option), 0);
}

static void set_and_get(int32_t fd, int32_t option, int32_t value) {
  CHECK_EQ(jev_set_option(fd, option, value), 0);
  CHECK_EQ(jev_get_option(fd, option), value);
}

static void keeping_alive_is_timed(void) {
  if (system_lacks(TIMING_KEEP_ALIVE, __func__)) {
    return;
  }
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  set_and_get(fd, JEV_OPT_KEEP_IDLE, 77);
  set_and_get(fd, JEV_OPT_KEEP_INTERVAL, 7);
  set_and_get(fd, JEV_OPT_KEEP_COUNT, 3);
  jev_close(fd);
}

static void options_of_datagrams(void) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  switch_on_and_off(fd, JEV_OPT_REUSE_ADDRESS);
  switch_on_and_off(fd, JEV_OPT_BROADCAST);
  jev_close(fd);
}

/* On Windows a stream socket does not take over what another is bound to. */
static void options_that_some_systems_lack(void) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  if (missing(POSIX_OPTIONS) == NULL) {
    switch_on_and_off(fd, JEV_OPT_REUSE_ADDRESS);
    switch_on_and_off(fd, JEV_OPT_REUSE_PORT);
    CHECK_EQ(jev_set_option(fd, JEV_OPT_DEFER_ACCEPT, 2), 0);
    CHECK(jev_get_option(fd, JEV_OPT_DEFER_ACCEPT) >= 1);
  } else {
    CHECK_EQ(jev_set_option(fd, JEV_OPT_REUSE_ADDRESS, 1), 0);
    CHECK_EQ(jev_get_option(fd, JEV_OPT_REUSE_ADDRESS), 0);
    CHECK_RESULT(jev_set_option(fd, JEV_OPT_REUSE_PORT, 1), -ENOPROTOOPT);
    CHECK_RESULT(jev_get_option(fd, JEV_OPT_DEFER_ACCEPT), -ENOPROTOOPT);
  }
  jev_close(fd);
}

/* A socket of IPv6 sends to IPv4 as well, so it has the option of both. */
static void path_mtu_discovery_is_switched_off(void) {
#if defined(__linux__)
  static const int32_t FAMILIES[] = {JEV_FAMILY_INET, JEV_FAMILY_INET6};
  for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++) {
    int32_t fd = jev_socket(FAMILIES[i], JEV_DATAGRAM);
    if (fd < 0) {
      printf("no family %d on this machine\n", FAMILIES[i]);
      continue;
    }
    CHECK_EQ(jev_set_option(fd, JEV_OPT_PATH_MTU_DISCOVERY, 0), 0);
    CHECK_EQ(jev_get_option(fd, JEV_OPT_PATH_MTU_DISCOVERY), 0);
    int value = -1;
    socklen_t length = sizeof value;
    CHECK_EQ(getsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &value, &length), 0);
    CHECK_EQ(value, IP_PMTUDISC_OMIT);
    if (FAMILIES[i] == JEV_FAMILY_INET6) {
      CHECK_EQ(getsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &value, &length), 0);
      CHECK_EQ(value, IPV6_PMTUDISC_OMIT);
    }
    CHECK_EQ(jev_set_option(fd, JEV_OPT_PATH_MTU_DISCOVERY, 1), 0);
    CHECK_EQ(jev_get_option(fd, JEV_OPT_PATH_MTU_DISCOVERY), 1);
    jev_close(fd);
  }
#else
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK_RESULT(jev_set_option(fd, JEV_OPT_PATH_MTU_DISCOVERY, 0), -ENOPROTOOPT);
  CHECK_RESULT(jev_get_option(fd, JEV_OPT_PATH_MTU_DISCOVERY), -ENOPROTOOPT);
  jev_close(fd);
#endif
}

static void options_are_set_and_got(void) {
  static const int32_t SWITCHES[] = {JEV_OPT_NO_DELAY, JEV_OPT_KEEP_ALIVE};
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  for (size_t i = 0; i < sizeof SWITCHES / sizeof *SWITCHES; i++) {
    switch_on_and_off(fd, SWITCHES[i]);
  }
  CHECK_EQ(jev_get_option(fd, JEV_OPT_LINGER), INT32_MIN);
  set_and_get(fd, JEV_OPT_LINGER, 5);
  CHECK_EQ(jev_set_option(fd, JEV_OPT_LINGER, -1), 0);
  CHECK_EQ(jev_get_option(fd, JEV_OPT_LINGER), INT32_MIN);
  CHECK_EQ(jev_set_option(fd, JEV_OPT_SEND_BUFFER, 20000), 0);
  CHECK(jev_get_option(fd, JEV_OPT_SEND_BUFFER) >= 20000);
  CHECK_EQ(jev_set_option(fd, JEV_OPT_RECEIVE_BUFFER, 20000), 0);
  CHECK(jev_get_option(fd, JEV_OPT_RECEIVE_BUFFER) >= 20000);
  CHECK_EQ(jev_get_option(fd, JEV_OPT_ERROR), 0);
  CHECK_RESULT(jev_set_option(fd, 0, 1), -ENOPROTOOPT);
  CHECK_RESULT(jev_set_option(fd, 99, 1), -ENOPROTOOPT);
  CHECK_RESULT(jev_get_option(fd, -1), -ENOPROTOOPT);
  CHECK_RESULT(jev_get_option(fd, 99), -ENOPROTOOPT);
  jev_close(fd);
  CHECK_RESULT(jev_get_option(fd, JEV_OPT_NO_DELAY), -EBADF);
  CHECK_RESULT(jev_get_option(fd, JEV_OPT_LINGER), -EBADF);
  CHECK_RESULT(jev_set_option(fd, JEV_OPT_NONBLOCKING, 1), -EBADF);
  CHECK_RESULT(jev_get_option(fd, JEV_OPT_AVAILABLE), -EBADF);
}

static void a_pending_error_is_got_once(void) {
  struct jev_address address;
  jev_close(listen_on_loopback(&address));
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  int32_t result = jev_connect(fd, at(&address));
  if (errno_of(result) == EINPROGRESS) {
    CHECK(becomes_ready(fd, true));
    CHECK_RESULT(-jev_get_option(fd, JEV_OPT_ERROR), -ECONNREFUSED);
  } else {
    CHECK_RESULT(result, -ECONNREFUSED);
  }
  if (!system_lacks(CLEARING_ERRORS, __func__)) {
    CHECK_EQ(jev_get_option(fd, JEV_OPT_ERROR), 0);
  }
  jev_close(fd);
}

static void pipes_are_read_and_written(void) {
  int32_t fds[2] = {0};
  char bytes[8];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  CHECK_RESULT(jev_read(fds[0], at(bytes), sizeof bytes), -EAGAIN);
  CHECK_EQ(jev_write(fds[1], at("pipe"), 4), 4);
  CHECK(becomes_ready(fds[0], false));
  CHECK_EQ(jev_get_option(fds[0], JEV_OPT_AVAILABLE), 4);
  CHECK_EQ(read_soon(fds[0], bytes, sizeof bytes), 4);
  jev_close(fds[1]);
  CHECK_EQ(read_soon(fds[0], bytes, sizeof bytes), 0);
  jev_close(fds[0]);
}

static void a_duplicate_shares_the_open_file(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  int32_t fds[2];
  char bytes[8];
  blocking_pipe(fds);
  int32_t twin = jev_duplicate(fds[0]);
  CHECK(twin > 2);
  CHECK(!is_inherited(twin));
  CHECK(may_wait(twin));
  CHECK_EQ(jev_get_option(twin, JEV_OPT_READY), 0);
  CHECK_EQ(jev_get_option(fds[1], JEV_OPT_READY), JEV_WRITE);
  CHECK_EQ(jev_write(fds[1], at("pipe"), 4), 4);
  CHECK_EQ(jev_get_option(twin, JEV_OPT_READY), JEV_READ);
  CHECK_EQ(jev_read(twin, at(bytes), sizeof bytes), 4);
  jev_close(fds[1]);
  CHECK((jev_get_option(twin, JEV_OPT_READY) & JEV_READ) != 0); /* its end */
  jev_close(twin);
  CHECK_EQ(jev_read(fds[0], at(bytes), sizeof bytes), 0);
  jev_close(fds[0]);
  CHECK_RESULT(jev_duplicate(fds[0]), -EBADF);
  CHECK_RESULT(jev_get_option(fds[0], JEV_OPT_READY), -EBADF);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(descriptors_are_nonblocking_and_close_on_exec),
      CASE(senseless_arguments_are_refused),
      CASE(ipv4),
      CASE(ipv6),
      CASE(unix_paths),
      CASE(abstract_unix_names),
      CASE(options_are_set_and_got),
      CASE(keeping_alive_is_timed),
      CASE(options_of_datagrams),
      CASE(options_that_some_systems_lack),
      CASE(path_mtu_discovery_is_switched_off),
      CASE(a_pending_error_is_got_once),
      CASE(pipes_are_read_and_written),
      CASE(a_duplicate_shares_the_open_file),
  };
  return RUN_CASES(CASES);
}
