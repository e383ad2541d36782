/*
 * io_uring (Linux) by its system calls: the queue of what is to be done, and the queue of what was done. For
 * one thread at a time; see uring_backend.c for what it is used for.
 */
#ifndef JEV_URING_H
#define JEV_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jevent.h"

struct jev_uring {
  int fd;
  uint32_t *sq_head; /* the kernel's */
  uint32_t *sq_tail;
  uint32_t *sq_flags;
  uint32_t sq_mask;
  uint32_t sq_size;
  uint32_t next; /* our tail, before it is published to the kernel */
  struct io_uring_sqe *sqes;
  uint32_t *cq_head;
  uint32_t *cq_tail; /* the kernel's */
  uint32_t cq_mask;
  struct io_uring_cqe *cqes;
  /* Submissions that wait for a kernel that takes none, behind those of the queue. */
  struct io_uring_sqe *waiting;
  uint32_t waiting_count;
  uint32_t waiting_capacity;
  /* Completions that made room in the queue for others, before those of the queue. */
  struct io_uring_cqe *aside;
  uint32_t aside_start;
  uint32_t aside_end;
  uint32_t aside_capacity;
  void *rings;
  size_t rings_size;
  struct jev_header *counters;
};

/* Disabled still: the thread that enables it is the one that may use it. */
int32_t jev_uring_open(struct jev_uring *uring, uint32_t entries, struct jev_header *counters);
int32_t jev_uring_enable(struct jev_uring *uring);
void jev_uring_close(struct jev_uring *uring);
/* A cleared entry to fill, before the next call. NULL without memory for it. */
struct io_uring_sqe *jev_uring_next(struct jev_uring *uring);
/* The next entry is submitted with the next jev_uring_enter, if the kernel takes any. */
bool jev_uring_has_place(struct jev_uring *uring);
/* Entries that the kernel has not taken, and each of them, the oldest first. */
uint32_t jev_uring_prepared(const struct jev_uring *uring);
struct io_uring_sqe *jev_uring_untaken(const struct jev_uring *uring, uint32_t index);
/* Submits what was prepared; with `wait` it waits for a completion, at most `timeout` nanoseconds unless
 * that is negative. */
int32_t jev_uring_enter(struct jev_uring *uring, bool wait, int64_t timeout);
/* Completions that have come, and each of them. */
uint32_t jev_uring_completed(const struct jev_uring *uring);
struct io_uring_cqe *jev_uring_completion(const struct jev_uring *uring, uint32_t index);
/* The first was looked at. */
void jev_uring_advance(struct jev_uring *uring);
/* There are completions that are out of sight, for lack of memory. */
bool jev_uring_cq_overflowed(const struct jev_uring *uring);
/* The kernel has something to do for us in jev_uring_enter, or completions that found no room. */
bool jev_uring_has_work(const struct jev_uring *uring);

#endif
