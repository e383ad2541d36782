/* SEND_FILE: whole files, ranges, past the end, to sockets and pipes. */

#include "support.h"

enum { SLOT = 1, BYTES = 1500000 };

static char directory[64];
static char path[96];
static uint8_t *content;

static int32_t make_file(void) {
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/file", directory);
  content = malloc(BYTES);
  CHECK(content != NULL);
  for (size_t i = 0; i < BYTES; i++) {
    content[i] = (uint8_t)(i * 31 + i / 977);
  }
  int32_t out = jev_open(at(path), 1);
  CHECK(out >= 0);
  CHECK_EQ(jev_write(out, at(content), BYTES), BYTES);
  CHECK_EQ(jev_close(out), 0);
  int32_t in = jev_open(at(path), 0);
  CHECK(in >= 0);
  return in;
}

static void drop_file(int32_t file) {
  CHECK_EQ(jev_close(file), 0);
  free(content);
  remove_directory(directory);
}

static void read_and_compare(struct ring *ring, int32_t fd, const uint8_t *expected, int64_t total) {
  static uint8_t bytes[50000];
  for (int64_t got = 0; got < total;) {
    int64_t count = jev_read(fd, at(bytes), sizeof bytes);
    if (errno_of(count) == EAGAIN) {
      let_it_go_on(ring);
      continue;
    }
    CHECK(count > 0 && got + count <= total);
    CHECK(memcmp(bytes, expected + got, (size_t)count) == 0);
    got += count;
  }
}

static void send_file(struct ring *ring, int32_t file, int64_t offset, int64_t count) {
  submit(ring, JEV_OP_SEND_FILE, 0, SLOT, file, offset, count);
}

static void expect_sent(struct ring *ring, int64_t bytes, int32_t result) {
  CHECK_EQ(expect_result(ring, JEV_SENT, SLOT, result)->value, bytes);
}

static void a_whole_file_and_ranges_of_it(void) {
  struct ring ring = open_ring();
  int32_t file = make_file();
  int32_t a;
  int32_t b;
  tcp_pair(&a, &b);
  attach(&ring, SLOT, a);
  send_file(&ring, file, 0, BYTES);
  read_and_compare(&ring, b, content, BYTES);
  expect_sent(&ring, BYTES, 0);
  send_file(&ring, file, 1234, 5678);
  expect_sent(&ring, 5678, 0);
  read_and_compare(&ring, b, content + 1234, 5678);
  send_file(&ring, file, 77, 0);
  expect_sent(&ring, 0, 0);
  expect_nothing(&ring);
  detach_and_close(&ring, SLOT);
  jev_close(b);
  drop_file(file);
  close_ring(&ring);
}

static void the_end_of_the_file_ends_the_sending(void) {
  struct ring ring = open_ring();
  int32_t file = make_file();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_file(&ring, file, BYTES - 100, 5000);
  expect_sent(&ring, 100, 0);
  read_and_compare(&ring, fds[1], content + BYTES - 100, 100);
  send_file(&ring, file, BYTES + 10, 5000);
  expect_sent(&ring, 0, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  drop_file(file);
  close_ring(&ring);
}

static void files_go_to_pipes_too(void) {
  struct ring ring = open_ring();
  int32_t file = make_file();
  int32_t fds[2];
  CHECK_EQ(jev_pipe(at(fds)), 0);
  attach(&ring, SLOT, fds[1]);
  send_file(&ring, file, 0, BYTES);
  read_and_compare(&ring, fds[0], content, BYTES);
  expect_sent(&ring, BYTES, 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[0]);
  drop_file(file);
  close_ring(&ring);
}

static void to_what_blocks_files_go_without_waiting(void) {
  if (system_lacks(PIPES_ARE_NO_SOCKETS, __func__)) {
    return;
  }
  for (int kind = 0; kind < 2; kind++) {
    struct ring ring = open_ring();
    int32_t file = make_file();
    int32_t fds[2];
    if (kind == 0) {
      blocking_pipe(fds);
    } else {
      stream_pair(fds);
    }
    CHECK_EQ(jev_set_option(fds[0], JEV_OPT_NONBLOCKING, 1), 0);
    CHECK_EQ(jev_set_option(fds[1], JEV_OPT_NONBLOCKING, 0), 0);
    attach(&ring, SLOT, fds[1]);
    send_file(&ring, file, 0, BYTES);
    expect_nothing(&ring);
    read_and_compare(&ring, fds[0], content, BYTES);
    expect_sent(&ring, BYTES, 0);
    detach_and_close(&ring, SLOT);
    jev_close(fds[0]);
    drop_file(file);
    close_ring(&ring);
  }
}

/* Where sendfile has no way the bytes are copied: the kernel says EINVAL for such files of /proc. */
static void what_sendfile_refuses_is_copied(void) {
  if (system_lacks(SYSTEM_FILES, __func__)) {
    return;
  }
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  uint8_t expected[4096];
  int32_t file = jev_open(at("/proc/self/cmdline"), 0);
  CHECK(file >= 0);
  int64_t length = jev_read(file, at(expected), sizeof expected);
  CHECK(length > 2);
  attach(&ring, SLOT, fds[0]);
  send_file(&ring, file, 0, sizeof expected);
  expect_sent(&ring, length, 0);
  read_and_compare(&ring, fds[1], expected, length);
  send_file(&ring, file, 2, sizeof expected);
  expect_sent(&ring, length - 2, 0);
  read_and_compare(&ring, fds[1], expected + 2, length - 2);
  CHECK_EQ(jev_close(file), 0);
  detach_and_close(&ring, SLOT);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void what_cannot_be_sent_is_said(void) {
  struct ring ring = open_ring();
  int32_t file = make_file();
  int32_t fds[2];
  stream_pair(fds);
  attach(&ring, SLOT, fds[0]);
  send_file(&ring, INT32_MAX, 0, 10);
  expect_sent(&ring, 0, -EBADF);
  send_file(&ring, -1, 0, 10);
  expect_refusal(&ring, JEV_OP_SEND_FILE, SLOT, -EINVAL);
  send_file(&ring, file, -1, 10);
  expect_refusal(&ring, JEV_OP_SEND_FILE, SLOT, -EINVAL);
  send_file(&ring, file, 0, -10);
  expect_refusal(&ring, JEV_OP_SEND_FILE, SLOT, -EINVAL);
  break_pair(fds);
  send_file(&ring, file, 0, 10);
  const struct jev_completion *sent = expect(&ring, JEV_SENT, SLOT);
  CHECK_EQ(sent->value, 0);
  check_broken(sent->result);
  detach_and_close(&ring, SLOT);
  drop_file(file);
  close_ring(&ring);
}

static void opening_a_file_that_is_not_there_fails(void) {
  CHECK_RESULT(jev_open(at("/nowhere/at/all"), 0), -ENOENT);
  make_directory(directory, sizeof directory);
  CHECK_RESULT(jev_open(at(directory), 1), -EISDIR);
  remove_directory(directory);
  CHECK_RESULT(jev_open(0, 0), -EINVAL);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_whole_file_and_ranges_of_it),
      CASE(the_end_of_the_file_ends_the_sending),
      CASE(files_go_to_pipes_too),
      CASE(to_what_blocks_files_go_without_waiting),
      CASE(what_sendfile_refuses_is_copied),
      CASE(what_cannot_be_sent_is_said),
      CASE(opening_a_file_that_is_not_there_fails),
  };
  return RUN_CASES(CASES);
}
