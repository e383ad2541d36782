/* What only Windows has: the system's codes in results, which socket an address belongs to, and the console's
 * signals. */
#include <winsock2.h>
/* The next header needs the previous one. */
#include <windows.h>

#include "core/atomics.h"
#include "support.h"

enum { SLOT = 3, ENDED_BY_SIGNAL = 3 };

static int32_t code_of(int64_t result) { return (int32_t)(-result >> 12); }

static void results_have_the_systems_code(void) {
  struct jev_address address;
  char bytes[4];
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  int64_t result = jev_read(fd, at(bytes), sizeof bytes);
  CHECK_RESULT(result, -ENOTCONN);
  CHECK_EQ(code_of(result), WSAENOTCONN);
  jev_close(fd);
  result = jev_open(at("C:/nowhere/at/all"), 0);
  CHECK_RESULT(result, -ENOENT);
  CHECK_EQ(code_of(result), ERROR_PATH_NOT_FOUND);
  fd = listen_on_loopback(&address);
  result = jev_accept(fd, 0);
  CHECK_RESULT(result, -EAGAIN);
  CHECK_EQ(code_of(result), WSAEWOULDBLOCK);
  jev_close(fd);
  result = jev_close(fd);
  CHECK_RESULT(result, -EBADF);
}

/* SO_REUSEADDR would let a second program take over what the first is bound to. */
static void no_other_socket_gets_the_address(void) {
  struct jev_address address;
  int32_t first = listen_on_loopback(&address);
  int32_t second = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK_EQ(jev_set_option(second, JEV_OPT_REUSE_ADDRESS, 1), 0);
  int32_t result = jev_bind(second, at(&address));
  CHECK(errno_of(result) == EADDRINUSE || errno_of(result) == EACCES);
  jev_close(second);
  jev_close(first);
}

/* Datagrams share one when both have asked for it. */
static void datagrams_share_an_address_when_both_want_to(void) {
  for (int wants = 0; wants < 2; wants++) {
    struct jev_address address = loopback(0);
    int32_t first = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
    int32_t second = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
    CHECK_EQ(jev_set_option(first, JEV_OPT_REUSE_ADDRESS, wants), 0);
    CHECK_EQ(jev_set_option(second, JEV_OPT_REUSE_ADDRESS, 1), 0);
    CHECK_EQ(jev_bind(first, at(&address)), 0);
    CHECK_EQ(jev_local_address(first, at(&address)), 0);
    int32_t result = jev_bind(second, at(&address));
    bool refused = errno_of(result) == EADDRINUSE || errno_of(result) == EACCES;
    CHECK(wants != 0 ? result == 0 : refused);
    jev_close(second);
    jev_close(first);
  }
}

/* A datagram without a receiver is answered by an error, which is for connected sockets alone. */
static void a_missing_peer_does_not_disturb_datagrams(void) {
  struct jev_address gone = loopback(0);
  struct jev_address mine = loopback(0);
  int32_t other = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK_EQ(jev_bind(other, at(&gone)), 0);
  CHECK_EQ(jev_local_address(other, at(&gone)), 0);
  jev_close(other);
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  CHECK_EQ(jev_bind(fd, at(&mine)), 0);
  CHECK_EQ(jev_local_address(fd, at(&mine)), 0);
  struct ring ring = open_ring();
  attach(&ring, SLOT, fd);
  submit(&ring, JEV_OP_RECEIVE_FROM, 0, SLOT, 100, 0, 0);
  CHECK_EQ(jev_send_to(fd, at("lost"), 4, at(&gone)), 4);
  CHECK_EQ(enter(&ring, 50000000), 0);
  CHECK_EQ(jev_send_to(fd, at("mine"), 4, at(&mine)), 4);
  expect_result(&ring, JEV_RECEIVED_FROM, SLOT, 4);
  detach_and_close(&ring, SLOT);
  close_ring(&ring);
}

/* Of a socket that is bound to nothing, which Windows calls an error. */
static void an_unbound_socket_has_an_address(void) {
  struct jev_address address;
  int32_t fd = jev_socket(JEV_FAMILY_INET6, JEV_STREAM);
  CHECK_EQ(jev_local_address(fd, at(&address)), 0);
  CHECK_EQ(address.family, JEV_FAMILY_INET6);
  CHECK_EQ(address.length, 16);
  CHECK_EQ(address.port, 0);
  jev_close(fd);
}

/* What is left to send waits for the peer to read, without reporting its end again and again. */
static void a_peer_that_has_ended_its_side_does_not_keep_the_loop_busy(void) {
  enum { BYTES = 8000000, WAITS = 20 };
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  uint8_t *bytes = calloc(1, BYTES);
  CHECK(bytes != NULL);
  attach(&ring, SLOT, a);
  submit(&ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
  CHECK_EQ(jev_shutdown(b, 2), 0);
  sleep_for(20000000);
  uint64_t waits = ring.header->waits;
  CHECK_EQ(enter(&ring, 100000000), 0);
  CHECK(ring.header->waits - waits <= WAITS + 4);
  static uint8_t target[65536];
  for (int64_t got = 0; got < BYTES;) {
    int64_t count = jev_read(b, at(target), sizeof target);
    if (errno_of(count) == EAGAIN) {
      let_it_go_on(&ring);
    } else {
      CHECK(count > 0);
      got += count;
    }
  }
  CHECK_EQ(expect_result(&ring, JEV_SENT, SLOT, 0)->value, BYTES);
  free(bytes);
  detach_and_close(&ring, SLOT);
  jev_close(b);
  close_ring(&ring);
}

/* More than a set of select holds by default. */
static void more_sockets_than_a_set_holds_are_watched(void) {
  enum { COUNT = 100 };
  struct ring ring = open_ring();
  static int32_t fds[COUNT][2];
  for (uint32_t i = 0; i < COUNT; i++) {
    stream_pair(fds[i]);
    attach(&ring, i, fds[i][0]);
    submit(&ring, JEV_OP_POLL, 0, i, JEV_READ, 0, 0);
  }
  expect_nothing(&ring);
  put(fds[COUNT - 1][1], "x");
  expect_result(&ring, JEV_READY, COUNT - 1, JEV_READ);
  for (uint32_t i = 0; i < COUNT; i++) {
    submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, i, 0, 0, 0);
    jev_close(fds[i][1]);
  }
  while (ring.header->submitted > 0) {
    enter(&ring, 0);
  }
  ring.next = ring.header->completed;
  close_ring(&ring);
}

/* A socket in blocking mode is made non-blocking by its first operation. */
static void a_socket_that_blocks_does_not_block_the_loop(void) {
  struct ring ring = open_ring();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  CHECK_EQ(jev_set_option(a, JEV_OPT_NONBLOCKING, 0), 0);
  attach(&ring, SLOT, a);
  submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
  expect_nothing(&ring);
  put(b, "at last");
  expect_bytes(&ring, SLOT, "at last");
  detach_and_close(&ring, SLOT);
  jev_close(b);
  close_ring(&ring);
}

/* A socket with this number, where Windows gives it out again soon. */
static bool get_number_again(int32_t number) {
  enum { MAX = 64 };
  int32_t others[MAX];
  int count = 0;
  bool found = false;
  while (!found && count < MAX) {
    others[count] = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
    found = others[count] == number;
    count += found ? 0 : 1;
  }
  while (count > 0) {
    jev_close(others[--count]);
  }
  return found;
}

/* The program closes a watched socket, and another slot gets its number before the first is detached. */
static void a_number_that_comes_back_is_the_successors(void) {
  struct ring ring = open_ring();
  struct jev_address mine = loopback(0);
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_DATAGRAM);
  attach(&ring, SLOT, fd);
  submit(&ring, JEV_OP_POLL, 0, SLOT, JEV_READ, 0, 0);
  expect_nothing(&ring);
  jev_close(fd);
  bool again = get_number_again(fd);
  if (!again) {
    printf("left out: %s: the number does not come back\n", __func__);
    submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
    expect_result(&ring, JEV_DETACHED, SLOT, 0);
    close_ring(&ring);
    return;
  }
  CHECK_EQ(jev_bind(fd, at(&mine)), 0);
  CHECK_EQ(jev_local_address(fd, at(&mine)), 0);
  attach(&ring, SLOT + 1, fd);
  submit(&ring, JEV_OP_POLL, JEV_FLAG_RENEW, SLOT + 1, JEV_READ, 0, 0);
  submit(&ring, JEV_OP_DETACH, 0, SLOT, 0, 0, 0);
  expect_result(&ring, JEV_DETACHED, SLOT, 0);
  expect_nothing(&ring);
  CHECK_EQ(jev_send_to(fd, at("x"), 1, at(&mine)), 1);
  expect_result(&ring, JEV_READY, SLOT + 1, JEV_READ);
  detach_and_close(&ring, SLOT + 1);
  close_ring(&ring);
}

/* ---- signals ---- */

/* This program once more, with one argument; how it ends. */
static DWORD run_again(const char *argument) {
  char line[2 * MAX_PATH];
  char path[MAX_PATH];
  CHECK(GetModuleFileNameA(NULL, path, sizeof path) > 0);
  snprintf(line, sizeof line, "\"%s\" %s", path, argument);
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  CHECK(CreateProcessA(path, line, NULL, NULL, FALSE, CREATE_NEW_PROCESS_GROUP, NULL, NULL, &startup,
                       &process));
  CHECK_EQ(WaitForSingleObject(process.hProcess, PATIENCE * 1000), WAIT_OBJECT_0);
  DWORD code = 0;
  CHECK(GetExitCodeProcess(process.hProcess, &code));
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return code;
}

static void an_unwatched_signal_ends_the_process(void) { CHECK_EQ(run_again("--raise"), ENDED_BY_SIGNAL); }

static void numbers_are_those_of_the_c_runtime(void) {
  CHECK_EQ(jev_signal_number(2), 2);   /* INT */
  CHECK_EQ(jev_signal_number(8), 15);  /* TERM */
  CHECK_EQ(jev_signal_number(15), 21); /* BREAK */
  CHECK_RESULT(jev_signal_number(1), -EINVAL);
  CHECK_RESULT(jev_raise(1), -EINVAL);
  CHECK_RESULT(jev_raise(0), -EINVAL);
}

static jev_atomic previous_calls;

static BOOL WINAPI former(DWORD event) {
  (void)event;
  jev_add(&previous_calls, 1);
  return TRUE;
}

/* In a separate console, so that no other process hears the break. */
static int hear_the_console(void) {
  FreeConsole();
  if (!AllocConsole() || !SetConsoleCtrlHandler(former, TRUE)) {
    return SKIPPED;
  }
  int32_t number = jev_signal_number(15);
  struct ring ring = open_ring();
  CHECK_EQ(jev_watch_signal(ring.handle, number, 1), 0);
  if (!GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0)) {
    return SKIPPED;
  }
  expect_result(&ring, JEV_SIGNALLED, (uint32_t)number, 1);
  CHECK_EQ(jev_load(&previous_calls), 0);
  CHECK_EQ(jev_watch_signal(ring.handle, number, 0), 0);
  CHECK(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
  for (int64_t end = now() + (int64_t)PATIENCE * SECOND; jev_load(&previous_calls) == 0;) {
    CHECK(now() < end);
    sleep_for(1000000);
  }
  expect_nothing(&ring);
  close_ring(&ring);
  return 0;
}

static void the_console_is_heard_and_then_the_previous_handler(void) {
  DWORD code = run_again("--console");
  if (code == SKIPPED) {
    printf("left out: %s: there is no console\n", __func__);
    return;
  }
  CHECK_EQ(code, 0);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(results_have_the_systems_code),
      CASE(no_other_socket_gets_the_address),
      CASE(datagrams_share_an_address_when_both_want_to),
      CASE(a_missing_peer_does_not_disturb_datagrams),
      CASE(an_unbound_socket_has_an_address),
      CASE(a_peer_that_has_ended_its_side_does_not_keep_the_loop_busy),
      CASE(more_sockets_than_a_set_holds_are_watched),
      CASE(a_socket_that_blocks_does_not_block_the_loop),
      CASE(a_number_that_comes_back_is_the_successors),
      CASE(an_unwatched_signal_ends_the_process),
      CASE(numbers_are_those_of_the_c_runtime),
      CASE(the_console_is_heard_and_then_the_previous_handler),
  };
  if (argc == 2 && strcmp(argv[1], "--raise") == 0) {
    jev_raise(jev_signal_number(2));
    return 1;
  }
  if (argc == 2 && strcmp(argv[1], "--console") == 0) {
    return hear_the_console();
  }
  return RUN_CASES(CASES);
}
