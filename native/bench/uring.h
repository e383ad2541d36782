/*
 * io_uring by its system calls: the two rings, and a ring of buffers that the kernel receives into. Needs
 * what Linux has since 6.0 (operations that stay armed, rings for one thread).
 */
#ifndef JEVENT_BENCH_URING_H
#define JEVENT_BENCH_URING_H

#include <linux/io_uring.h>
#include <stdint.h>

struct uring {
  int fd;
  unsigned *sq_head; /* the kernel's */
  unsigned *sq_tail;
  unsigned sq_mask;
  unsigned sq_size;
  unsigned next; /* our tail, before it is published to the kernel */
  struct io_uring_sqe *sqes;
  unsigned *cq_head;
  unsigned *cq_tail; /* the kernel's */
  unsigned cq_mask;
  struct io_uring_cqe *cqes;
};

/* Buffers out of which the kernel takes one for what it receives; given back after use. */
struct buffers {
  struct io_uring_buf_ring *ring;
  char *memory;
  uint16_t tail;
};

enum {
  BUFFER_COUNT = 1024, /* a power of two */
  BUFFER_SIZE = 16384,
  /* Buffers that begin at different places of a page do not displace each other from the caches. */
  BUFFER_STRIDE = BUFFER_SIZE + 64,
  BUFFER_GROUP = 0
};

/* End the process with UNSUPPORTED where the kernel refuses. */
void uring_open(struct uring *uring, unsigned entries);
void buffers_open(struct buffers *buffers, const struct uring *uring);

/* A cleared entry to fill; earlier entries are submitted first where the ring is full. */
struct io_uring_sqe *uring_next(struct uring *uring);
/* Submits what was prepared, and waits until at least one operation has completed. */
void uring_enter(struct uring *uring);

static inline char *buffer_at(const struct buffers *buffers, unsigned id) {
  return buffers->memory + (uint64_t)id * BUFFER_STRIDE;
}

/* Given back to the kernel with the next buffers_publish. */
static inline void buffer_return(struct buffers *buffers, unsigned id) {
  struct io_uring_buf *place = &buffers->ring->bufs[buffers->tail++ & (BUFFER_COUNT - 1)];
  place->addr = (uint64_t)(uintptr_t)buffer_at(buffers, id);
  place->len = BUFFER_SIZE;
  place->bid = (uint16_t)id;
}

static inline void buffers_publish(struct buffers *buffers) {
  __atomic_store_n(&buffers->ring->tail, buffers->tail, __ATOMIC_RELEASE);
}

#endif
