/* See uring.h. */
#include "uring.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server.h"

static _Noreturn void refuse(const char *what) {
  fprintf(stderr, "io_uring cannot be used here: %s: %s\n", what, strerror(errno));
  exit(UNSUPPORTED);
}

static int setup(unsigned entries, struct io_uring_params *params) {
  /* In order of preference: completions when we ask for them (6.1), else without interrupting us (6.0). */
  static const unsigned FLAGS[] = {IORING_SETUP_DEFER_TASKRUN, IORING_SETUP_COOP_TASKRUN};
  int fd = -1;
  for (size_t i = 0; fd < 0 && i < sizeof FLAGS / sizeof *FLAGS; i++) {
    *params = (struct io_uring_params){
        .flags = FLAGS[i] | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
        .cq_entries = 4 * entries};
    fd = (int)syscall(SYS_io_uring_setup, entries, params);
    if (fd < 0 && errno != EINVAL) {
      break;
    }
  }
  if (fd < 0) {
    refuse(errno == EINVAL ? "the kernel is older than 6.0" : "io_uring_setup");
  }
  return fd;
}

static char *map(int fd, size_t size, uint64_t what) {
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, (off_t)what);
  if (memory == MAP_FAILED) {
    refuse("mapping the rings");
  }
  return memory;
}

void uring_open(struct uring *uring, unsigned entries) {
  struct io_uring_params params;
  uring->fd = setup(entries, &params);
  size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
  char *rings = map(uring->fd, sq_size > cq_size ? sq_size : cq_size, IORING_OFF_SQ_RING);
  uring->sqes =
      (struct io_uring_sqe *)map(uring->fd, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
  uring->sq_head = (unsigned *)(rings + params.sq_off.head);
  uring->sq_tail = (unsigned *)(rings + params.sq_off.tail);
  uring->sq_mask = *(unsigned *)(rings + params.sq_off.ring_mask);
  uring->sq_size = params.sq_entries;
  uring->next = *uring->sq_tail;
  uring->cq_head = (unsigned *)(rings + params.cq_off.head);
  uring->cq_tail = (unsigned *)(rings + params.cq_off.tail);
  uring->cq_mask = *(unsigned *)(rings + params.cq_off.ring_mask);
  uring->cqes = (struct io_uring_cqe *)(rings + params.cq_off.cqes);
  unsigned *array = (unsigned *)(rings + params.sq_off.array);
  for (unsigned i = 0; i < params.sq_entries; i++) {
    array[i] = i;
  }
}

void buffers_open(struct buffers *buffers, const struct uring *uring) {
  size_t ring_size = BUFFER_COUNT * sizeof(struct io_uring_buf);
  size_t size = ring_size + (size_t)BUFFER_COUNT * BUFFER_STRIDE;
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    refuse("memory for buffers");
  }
  buffers->ring = (struct io_uring_buf_ring *)memory;
  buffers->memory = memory + ring_size;
  buffers->tail = 0;
  struct io_uring_buf_reg registration = {
      .ring_addr = (uint64_t)(uintptr_t)memory, .ring_entries = BUFFER_COUNT, .bgid = BUFFER_GROUP};
  if (syscall(SYS_io_uring_register, uring->fd, IORING_REGISTER_PBUF_RING, &registration, 1) != 0) {
    refuse("registering buffers");
  }
  for (unsigned i = 0; i < BUFFER_COUNT; i++) {
    buffer_return(buffers, i);
  }
  buffers_publish(buffers);
}

static void enter(struct uring *uring, unsigned wait_for) {
  __atomic_store_n(uring->sq_tail, uring->next, __ATOMIC_RELEASE);
  unsigned prepared = uring->next - __atomic_load_n(uring->sq_head, __ATOMIC_ACQUIRE);
  long result = syscall(SYS_io_uring_enter, uring->fd, prepared, wait_for, IORING_ENTER_GETEVENTS, NULL, 0);
  /* EAGAIN, EBUSY: there are completions to be taken first. */
  if (result < 0 && errno != EINTR && errno != EAGAIN && errno != EBUSY) {
    server_give_up("io_uring_enter");
  }
}

struct io_uring_sqe *uring_next(struct uring *uring) {
  while (uring->next - __atomic_load_n(uring->sq_head, __ATOMIC_ACQUIRE) == uring->sq_size) {
    enter(uring, 0);
  }
  struct io_uring_sqe *sqe = &uring->sqes[uring->next++ & uring->sq_mask];
  memset(sqe, 0, sizeof *sqe);
  return sqe;
}

void uring_enter(struct uring *uring) { enter(uring, 1); }
