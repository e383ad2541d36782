/*
 * DETACH of operations in flight. At any moment, DETACHED comes once and last, the memory belongs to the
 * program again, and the descriptor can be used on.
 */
#include "support.h"

enum { SLOT = 3, ROUNDS = 60, BYTES = 1000000, PIECE = 65536, WRITING = 2, OURS = 0x5a, LATER = 0xee };
enum { SOME = 1000, SOME_PIECES = 300, READING_MOMENTS = 6 };

/* The moments: in the same batch as the operation; when it waits; when its peer has acted; when that has been
 * reported. */
enum { MOMENTS = 4, WAITS = 1, PEER_HAS_ACTED = 2, IS_REPORTED = 3 };

static void come_to(struct ring *ring, int moment, void (*act)(void *), void *peer) {
  if (moment >= WAITS) {
    let_it_go_on(ring);
  }
  if (moment >= PEER_HAS_ACTED) {
    act(peer);
  }
  if (moment == IS_REPORTED) {
    let_it_go_on(ring);
  }
}

/* Whatever comes before it is of this slot; connections that were accepted are closed. */
static void detach(struct ring *ring, uint16_t flags) {
  submit(ring, JEV_OP_DETACH, flags, SLOT, 0, 0, 0);
  const struct jev_completion *reported = next_completion(ring);
  while (reported->op != JEV_DETACHED) {
    CHECK_EQ(reported->slot, SLOT);
    if (reported->op == JEV_ACCEPTED && reported->result >= 0) {
      jev_close(reported->result);
    }
    reported = next_completion(ring);
  }
  CHECK_EQ(reported->slot, SLOT);
  CHECK_RESULT(reported->result, 0);
  expect_nothing(ring);
}

static void say_something(void *fd) { put(*(int32_t *)fd, "something"); }

static void a_receive(void) {
  struct ring ring = open_ring();
  for (int i = 0; i < ROUNDS; i++) {
    int32_t fds[2];
    stream_pair(fds);
    attach(&ring, SLOT, fds[0]);
    submit(&ring, JEV_OP_RECEIVE, 0, SLOT, 100, 0, 0);
    come_to(&ring, i % MOMENTS, say_something, &fds[1]);
    detach(&ring, 0);
    put(fds[0], "still open");
    jev_close(fds[0]);
    jev_close(fds[1]);
  }
  close_ring(&ring);
}

static void read_a_piece(void *fd) {
  static uint8_t piece[PIECE];
  (void)jev_read(*(int32_t *)fd, at(piece), sizeof piece);
}

static void check_ours(const uint8_t *piece, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    CHECK_EQ(piece[i], OURS);
  }
}

static void read_some_pieces(void *fd) {
  static uint8_t piece[SOME];
  for (int i = 0; i < SOME_PIECES; i++) {
    check_ours(piece, jev_read(*(int32_t *)fd, at(piece), sizeof piece));
  }
}

/* Bytes of the memory as it was before DETACHED, to the end of the stream. */
static void check_what_left(int32_t fd) {
  static uint8_t piece[PIECE];
  for (int64_t count = 1; count > 0;) {
    count = read_soon(fd, piece, sizeof piece);
    CHECK(count >= 0);
    check_ours(piece, count);
  }
}

/* Begins an operation with memory that belongs to the program again. */
static void begin_send(struct ring *ring, int32_t *fds, uint8_t *bytes) {
  stream_pair(fds);
  attach(ring, SLOT, fds[0]);
  memset(bytes, OURS, BYTES);
  submit(ring, JEV_OP_SEND, 0, SLOT, at(bytes), BYTES, 0);
}

static void end_stream(const int32_t *fds) {
  CHECK_EQ(jev_shutdown(fds[0], WRITING), 0);
  check_what_left(fds[1]);
  jev_close(fds[0]);
  jev_close(fds[1]);
}

/* Each when `meet` has returned; its result is the descriptor that still reads, or NULL. */
static void cancel_sends(struct thread *(*meet)(struct ring *ring, int32_t *peer, int round)) {
  struct ring ring = open_ring();
  uint8_t *bytes = malloc(BYTES);
  CHECK(bytes != NULL);
  for (int i = 0; i < ROUNDS; i++) {
    int32_t fds[2];
    begin_send(&ring, fds, bytes);
    struct thread *reader = meet(&ring, &fds[1], i);
    detach(&ring, 0);
    memset(bytes, LATER, BYTES);
    if (reader != NULL) {
      join_thread(reader);
    }
    end_stream(fds);
  }
  free(bytes);
  close_ring(&ring);
}

static struct thread *at_a_moment(struct ring *ring, int32_t *peer, int round) {
  come_to(ring, round % MOMENTS, read_a_piece, peer);
  return NULL;
}

static void a_send(void) { cancel_sends(at_a_moment); }

static struct thread *while_some_is_read(struct ring *ring, int32_t *peer, int round) {
  let_it_go_on(ring);
  struct thread *reader = start_thread(read_some_pieces, peer);
  for (int moment = round % READING_MOMENTS; moment >= 0; moment--) {
    let_it_go_on(ring);
  }
  return reader;
}

/* Parts of it leave in the very moment in which it is cancelled, and then no more. */
static void a_send_that_is_being_read(void) { cancel_sends(while_some_is_read); }

struct caller {
  struct jev_address address;
  int32_t fd;
};

static void call(void *peer) {
  struct caller *caller = peer;
  caller->fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK(caller->fd >= 0);
  int32_t result = jev_connect(caller->fd, at(&caller->address));
  CHECK(result == 0 || errno_of(result) == EINPROGRESS);
}

static void an_accept(void) {
  struct ring ring = open_ring();
  struct caller caller;
  int32_t listener = listen_on_loopback(&caller.address);
  for (int i = 0; i < ROUNDS; i++) {
    caller.fd = -1;
    attach(&ring, SLOT, listener);
    submit(&ring, JEV_OP_ACCEPT, 0, SLOT, 1, 0, 0);
    come_to(&ring, i % MOMENTS, call, &caller);
    detach(&ring, 0);
    if (caller.fd >= 0) {
      jev_close(caller.fd);
    }
  }
  attach(&ring, SLOT, listener);
  submit(&ring, JEV_OP_ACCEPT, 0, SLOT, 1, 0, 0);
  call(&caller);
  int32_t accepted = expect(&ring, JEV_ACCEPTED, SLOT)->result;
  CHECK(accepted >= 0);
  jev_close(accepted);
  detach(&ring, JEV_FLAG_CLOSE);
  jev_close(caller.fd);
  close_ring(&ring);
}

static void do_nothing(void *peer) { (void)peer; }

static void a_connect(void) {
  struct ring ring = open_ring();
  struct jev_address address;
  int32_t listener = listen_on_loopback(&address);
  for (int i = 0; i < ROUNDS; i++) {
    int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
    CHECK(fd >= 0);
    attach(&ring, SLOT, fd);
    submit(&ring, JEV_OP_CONNECT, 0, SLOT, at(&address), 0, 0);
    come_to(&ring, i % MOMENTS, do_nothing, NULL);
    detach(&ring, JEV_FLAG_CLOSE);
  }
  jev_close(listener);
  close_ring(&ring);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_receive), CASE(a_send), CASE(a_send_that_is_being_read), CASE(an_accept), CASE(a_connect),
  };
  return RUN_CASES(CASES);
}
