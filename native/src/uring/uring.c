/*
 * See uring.h.
 *
 * The kernel must have rings for one issuer that runs the kernel's part of the work on request
 * (SINGLE_ISSUER, DEFER_TASKRUN, 6.1). It also needs buffer rings (5.19), operations that stay armed (6.0)
 * and silent successes (5.17). Older headers than 6.1 leave io_uring out of the build.
 */
#include "core/poller.h"

#if defined(JEV_HAS_URING)

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "uring/uring.h"

enum { PER_ENTRY = 4, FIRST_WAITING = 256, FIRST_ASIDE = 4096 };

#define FLAGS                                                                            \
  (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG | \
   IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP)
#define FEATURES                                                                               \
  (IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP | \
   IORING_FEAT_FAST_POLL)

static long setup(uint32_t entries, struct io_uring_params *params) {
  *params = (struct io_uring_params){.flags = FLAGS, .cq_entries = PER_ENTRY * entries};
  return syscall(SYS_io_uring_setup, (long)entries, params);
}

static int32_t map(struct jev_uring *uring, const struct io_uring_params *params) {
  uint64_t sq = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
  uint64_t cq = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
  uring->rings_size = (size_t)(sq > cq ? sq : cq);
  uring->rings = mmap(NULL, uring->rings_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, uring->fd,
                      IORING_OFF_SQ_RING);
  if (uring->rings == MAP_FAILED) {
    uring->rings = NULL;
    return -errno;
  }
  void *sqes = mmap(NULL, params->sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_POPULATE, uring->fd, IORING_OFF_SQES);
  if (sqes == MAP_FAILED) {
    return -errno;
  }
  uring->sqes = sqes;
  return 0;
}

static void lay_out(struct jev_uring *uring, const struct io_uring_params *params, uint8_t *rings) {
  uring->sq_head = (uint32_t *)(void *)(rings + params->sq_off.head);
  uring->sq_tail = (uint32_t *)(void *)(rings + params->sq_off.tail);
  uring->sq_flags = (uint32_t *)(void *)(rings + params->sq_off.flags);
  uring->sq_mask = *(uint32_t *)(void *)(rings + params->sq_off.ring_mask);
  uring->cq_head = (uint32_t *)(void *)(rings + params->cq_off.head);
  uring->cq_tail = (uint32_t *)(void *)(rings + params->cq_off.tail);
  uring->cq_mask = *(uint32_t *)(void *)(rings + params->cq_off.ring_mask);
  uring->cqes = (struct io_uring_cqe *)(void *)(rings + params->cq_off.cqes);
  uring->next = *uring->sq_tail;
  uint32_t *array = (uint32_t *)(void *)(rings + params->sq_off.array);
  for (uint32_t i = 0; i < params->sq_entries; i++) {
    array[i] = i;
  }
}

/* Room for what the queues cannot hold, as a system that is short of memory may well be why. */
static int32_t reserve(struct jev_uring *uring) {
  uring->waiting = calloc(FIRST_WAITING, sizeof *uring->waiting);
  uring->waiting_capacity = FIRST_WAITING;
  uring->aside = calloc(FIRST_ASIDE, sizeof *uring->aside);
  uring->aside_capacity = FIRST_ASIDE;
  return uring->waiting != NULL && uring->aside != NULL ? 0 : -ENOMEM;
}

int32_t jev_uring_open(struct jev_uring *uring, uint32_t entries, struct jev_header *counters) {
  struct io_uring_params params;
  *uring = (struct jev_uring){.counters = counters};
  counters->syscalls++;
  long fd = setup(entries, &params);
  uring->fd = (int)fd;
  if (fd < 0) {
    return -errno;
  }
  uring->sq_size = params.sq_entries;
  int32_t error = (params.features & FEATURES) == FEATURES ? reserve(uring) : -EINVAL;
  if (error == 0) {
    error = map(uring, &params);
  }
  if (error != 0) {
    jev_uring_close(uring);
    return error;
  }
  lay_out(uring, &params, uring->rings);
  return 0;
}
int32_t jev_uring_enable(struct jev_uring *uring) {
  uring->counters->syscalls++;
  return syscall(SYS_io_uring_register, (long)uring->fd, (long)IORING_REGISTER_ENABLE_RINGS, NULL, 0L) < 0
             ? -errno
             : 0;
}

void jev_uring_close(struct jev_uring *uring) {
  if (uring->sqes != NULL) {
    munmap(uring->sqes, uring->sq_size * sizeof *uring->sqes);
  }
  if (uring->rings != NULL) {
    munmap(uring->rings, uring->rings_size);
  }
  if (uring->fd >= 0) {
    close(uring->fd);
  }
  free(uring->waiting);
  free(uring->aside);
  *uring = (struct jev_uring){.fd = -1};
}

/* ---- submissions ---- */

static uint32_t in_queue(const struct jev_uring *uring) {
  return uring->next - __atomic_load_n(uring->sq_head, __ATOMIC_ACQUIRE);
}

uint32_t jev_uring_prepared(const struct jev_uring *uring) { return in_queue(uring) + uring->waiting_count; }

struct io_uring_sqe *jev_uring_untaken(const struct jev_uring *uring, uint32_t index) {
  jev_assert(index < jev_uring_prepared(uring));
  uint32_t queued = in_queue(uring);
  return index < queued ? &uring->sqes[(uring->next - queued + index) & uring->sq_mask]
                        : &uring->waiting[index - queued];
}

bool jev_uring_has_place(struct jev_uring *uring) {
  if (uring->waiting_count > 0 || in_queue(uring) == uring->sq_size) {
    jev_uring_enter(uring, false, 0);
  }
  return uring->waiting_count == 0 && in_queue(uring) < uring->sq_size;
}

/* The kernel takes nothing now. */
static struct io_uring_sqe *let_wait(struct jev_uring *uring) {
  if (uring->waiting_count == uring->waiting_capacity) {
    uint32_t capacity = uring->waiting_capacity + FIRST_WAITING;
    struct io_uring_sqe *more = realloc(uring->waiting, capacity * sizeof *more);
    if (more == NULL) {
      return NULL;
    }
    uring->waiting = more;
    uring->waiting_capacity = capacity;
  }
  jev_assert(uring->waiting_count < uring->waiting_capacity);
  return &uring->waiting[uring->waiting_count++];
}

struct io_uring_sqe *jev_uring_next(struct jev_uring *uring) {
  struct io_uring_sqe *sqe =
      jev_uring_has_place(uring) ? &uring->sqes[uring->next++ & uring->sq_mask] : let_wait(uring);
  jev_assert(in_queue(uring) <= uring->sq_size);
  if (sqe != NULL) {
    uring->counters->posted++;
    memset(sqe, 0, sizeof *sqe);
  }
  return sqe;
}

static void queue_waiting(struct jev_uring *uring) {
  uint32_t moved = 0;
  while (moved < uring->waiting_count && in_queue(uring) < uring->sq_size) {
    uring->sqes[uring->next++ & uring->sq_mask] = uring->waiting[moved++];
  }
  jev_assert(moved <= uring->waiting_count && in_queue(uring) <= uring->sq_size);
  uring->waiting_count -= moved;
  memmove(uring->waiting, uring->waiting + moved, uring->waiting_count * sizeof *uring->waiting);
}

/* ---- completions ---- */

static uint32_t in_sight(const struct jev_uring *uring) {
  return __atomic_load_n(uring->cq_tail, __ATOMIC_ACQUIRE) - *uring->cq_head;
}

uint32_t jev_uring_completed(const struct jev_uring *uring) {
  return uring->aside_end - uring->aside_start + in_sight(uring);
}

struct io_uring_cqe *jev_uring_completion(const struct jev_uring *uring, uint32_t index) {
  jev_assert(index < jev_uring_completed(uring));
  uint32_t aside = uring->aside_end - uring->aside_start;
  return index < aside ? &uring->aside[uring->aside_start + index]
                       : &uring->cqes[(*uring->cq_head + index - aside) & uring->cq_mask];
}

void jev_uring_advance(struct jev_uring *uring) {
  jev_assert(jev_uring_completed(uring) > 0);
  uring->counters->packets++;
  if (uring->aside_start < uring->aside_end) {
    uring->aside_start++;
  } else {
    __atomic_store_n(uring->cq_head, *uring->cq_head + 1, __ATOMIC_RELEASE);
  }
}

bool jev_uring_cq_overflowed(const struct jev_uring *uring) {
  return (__atomic_load_n(uring->sq_flags, __ATOMIC_RELAXED) & IORING_SQ_CQ_OVERFLOW) != 0;
}

bool jev_uring_has_work(const struct jev_uring *uring) {
  return (__atomic_load_n(uring->sq_flags, __ATOMIC_RELAXED) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) !=
         0;
}

/* Empties the kernel's queue. False: there is no memory for it. */
static bool put_aside(struct jev_uring *uring) {
  uint32_t count = in_sight(uring);
  jev_assert(count <= uring->cq_mask + 1);
  if (uring->aside_start == uring->aside_end) {
    uring->aside_start = 0;
    uring->aside_end = 0;
  }
  uint32_t capacity = uring->aside_end + count;
  if (capacity > uring->aside_capacity) {
    struct io_uring_cqe *more = realloc(uring->aside, 2 * (size_t)capacity * sizeof *more);
    if (more == NULL) {
      return false;
    }
    uring->aside = more;
    uring->aside_capacity = 2 * capacity;
  }
  for (uint32_t i = 0; i < count; i++) {
    uring->aside[uring->aside_end++] = uring->cqes[(*uring->cq_head + i) & uring->cq_mask];
  }
  jev_assert(uring->aside_start <= uring->aside_end && uring->aside_end <= uring->aside_capacity);
  __atomic_store_n(uring->cq_head, *uring->cq_head + count, __ATOMIC_RELEASE);
  return true;
}

/* ---- both ---- */

static int32_t enter(struct jev_uring *uring, uint32_t submits, bool wait, int64_t timeout) {
  struct jev_limit limit = jev_limit_of(timeout);
  struct io_uring_getevents_arg argument = {.ts = timeout < 0 ? 0 : (uint64_t)(uintptr_t)&limit};
  uring->counters->syscalls++;
  long result = syscall(SYS_io_uring_enter, (long)uring->fd, (long)submits, wait ? 1L : 0L,
                        (long)(IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG), &argument, sizeof argument);
  jev_assert(result <= (long)submits);
  return result < 0 ? -errno : (int32_t)result;
}

/* Completions that found no room in the queue are kept by the kernel, and only this thread can fetch them. */
static void see_all(struct jev_uring *uring) {
  while (jev_uring_cq_overflowed(uring) && put_aside(uring)) {
    int32_t result = enter(uring, 0, false, 0);
    if (result < 0 && result != -EINTR && result != -EAGAIN && result != -EBUSY) {
      return;
    }
  }
}

int32_t jev_uring_enter(struct jev_uring *uring, bool wait, int64_t timeout) {
  int32_t taken;
  do {
    queue_waiting(uring);
    __atomic_store_n(uring->sq_tail, uring->next, __ATOMIC_RELEASE);
    taken = enter(uring, in_queue(uring), wait && uring->waiting_count == 0, timeout);
  } while (taken > 0 && uring->waiting_count > 0);
  see_all(uring);
  return taken < 0 ? taken : 0;
}

#endif
