/*
 * io_uring (Linux 6.1): readiness, and receiving, accepting and sending performed by the kernel.
 *
 * One system call submits and waits. Level-triggered watches are one-shot polls that are armed again before
 * the next wait; edge-triggered ones stay armed. Streams receive with an operation that stays armed and
 * takes a small piece of the slab each time. Bulk data is received once into a whole buffer instead, so that
 * a fast sender cannot fill all of them. Sends leave with the submission, or report that they did not; a
 * success is silent. Connecting, datagrams, files and non-sockets go by readiness: io_uring has no sendfile,
 * and its splice always uses a worker thread.
 *
 * Traps handled here: the ring belongs to the thread that enabled it, so that another thread has to recreate
 * it. An operation holds its file: closing the descriptor ends neither, so that detaching cancels first. The
 * token and a sequence number identify completions that arrive after a slot has changed hands. An armed
 * receive ends with ENOBUFS when the kernel has no buffer, even if there is nothing to receive. The ring's
 * descriptor is not registered with the thread: a living thread would keep a destroyed ring alive, and every
 * socket in it.
 */
#include "core/completion_backend.h"

#if defined(JEV_HAS_URING)

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "posix/eventfd.h"
#include "uring/uring.h"
#include "uring/uring_slab.h"
#include "uring/uring_status.h"

enum { ENTRIES = 2048, FIRST_WATCHES = 64, SECOND = 1000000000 };

/* The kind of an operation, in bits 24 to 27 of its user data; bits 28 to 31 distinguish one watch from the
 * next. */
enum kind { IGNORED, POLL, RECEIVE, ACCEPT, CLOSE, SEND, WAKE };
enum { KIND_SHIFT = 24, SEQUENCE_SHIFT = 28, LOW = 0xffffff, NIBBLE = 0xf };

/* What a slot is watched for. */
struct watch {
  uint64_t token;
  int32_t fd;
  uint32_t mask;
  uint8_t sequence;
  bool armed;
  bool listed; /* to be armed before the next wait */
};

struct jev_poller {
  struct jev_uring uring;
  struct jev_uring_slab buffers;
  pthread_t owner; /* the thread that may use it */
  bool owned;
  bool thread_ended; /* that thread has ended, and this one only looks like it */
  uint32_t batch;    /* of sends: an answer that could not be seen in time is none of the next one's */
  int wake;
  struct jev_header *counters;
  struct watch *watches;
  uint32_t watch_count;
  uint32_t *to_arm;
  uint32_t to_arm_count;
  uint32_t to_arm_capacity;
};

static uint64_t tag(uint64_t token, enum kind kind, uint32_t sequence) {
  return token | (uint64_t)kind << KIND_SHIFT | (uint64_t)(sequence & NIBBLE) << SEQUENCE_SHIFT;
}

static uint64_t untagged(uint64_t data) { return data & ~(uint64_t)(0xffU << KIND_SHIFT); }

static struct io_uring_sqe *prepare(struct jev_poller *poller, uint8_t opcode, int32_t fd, uint64_t data) {
  struct io_uring_sqe *sqe = jev_uring_next(&poller->uring);
  if (sqe != NULL) {
    sqe->opcode = opcode;
    sqe->fd = fd;
    sqe->user_data = data;
  }
  return sqe;
}

/* Completes only if it fails, and that completion is ignored. */
static void cancel_operation(struct jev_poller *poller, uint64_t data) {
  struct io_uring_sqe *sqe = prepare(poller, IORING_OP_ASYNC_CANCEL, -1, tag(0, IGNORED, 0));
  if (sqe != NULL) {
    sqe->addr = data;
    sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
  }
}

/* ---- watches ---- */

static uint32_t poll_events(uint32_t mask) {
  return ((mask & JEV_READ) != 0 ? (uint32_t)POLLIN : 0) | ((mask & JEV_WRITE) != 0 ? (uint32_t)POLLOUT : 0) |
         ((mask & JEV_CLOSED) != 0 ? (uint32_t)POLLRDHUP : 0);
}

static uint32_t mask_of(uint32_t events) {
  if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & POLLIN) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & POLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0) |
         ((events & POLLRDHUP) != 0 ? (uint32_t)JEV_CLOSED : 0);
}

/* The kernel takes the halves of the word as this processor orders its bytes. */
static uint32_t poll_word(uint32_t events) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return events << 16 | events >> 16;
#else
  return events;
#endif
}

static int32_t arm_poll(struct jev_poller *poller, int32_t fd, uint32_t events, bool stays, uint64_t data) {
  struct io_uring_sqe *sqe = prepare(poller, IORING_OP_POLL_ADD, fd, data);
  if (sqe == NULL) {
    return -ENOMEM;
  }
  sqe->poll32_events = poll_word(events);
  sqe->len = stays ? IORING_POLL_ADD_MULTI : 0;
  return 0;
}

static int32_t arm_watch(struct jev_poller *poller, struct watch *watch) {
  jev_assert(!watch->armed && watch->mask != 0);
  watch->sequence++;
  int32_t error = arm_poll(poller, watch->fd, poll_events(watch->mask), (watch->mask & JEV_ET) != 0,
                           tag(watch->token, POLL, watch->sequence));
  watch->armed = error == 0;
  return error;
}

static void disarm_watch(struct jev_poller *poller, struct watch *watch) {
  if (watch->armed) {
    watch->armed = false;
    cancel_operation(poller, tag(watch->token, POLL, watch->sequence));
  }
}

static struct watch *watch_of(struct jev_poller *poller, uint64_t token) {
  uint32_t number = (uint32_t)token & LOW;
  if (number >= poller->watch_count) {
    uint32_t count = poller->watch_count == 0 ? FIRST_WATCHES : poller->watch_count;
    while (count <= number) {
      count *= 2;
    }
    struct watch *more = realloc(poller->watches, count * sizeof *more);
    if (more == NULL) {
      return NULL;
    }
    memset(more + poller->watch_count, 0, (count - poller->watch_count) * sizeof *more);
    poller->watches = more;
    poller->watch_count = count;
  }
  return &poller->watches[number];
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)old;
  (void)renew; /* the kernel looks the number up each time */
  struct watch *watch = watch_of(poller, token);
  if (watch == NULL) {
    return -ENOMEM;
  }
  disarm_watch(poller, watch);
  watch->token = token;
  watch->fd = fd;
  watch->mask = wanted;
  return wanted != 0 ? arm_watch(poller, watch) : 0;
}

static bool cancel_all(struct jev_poller *poller, uint64_t token, bool closes) {
  (void)closes;
  uint32_t number = (uint32_t)token & LOW;
  if (number < poller->watch_count) {
    disarm_watch(poller, &poller->watches[number]);
    poller->watches[number].mask = 0;
  }
  return false;
}

/* A level-triggered watch has been reported; it is armed again before the next wait. */
static void list_watch(struct jev_poller *poller, uint32_t number) {
  struct watch *watch = &poller->watches[number];
  jev_assert(!watch->armed && watch->mask != 0);
  if (watch->listed) {
    return;
  }
  if (poller->to_arm_count == poller->to_arm_capacity) {
    uint32_t capacity = poller->to_arm_capacity == 0 ? FIRST_WATCHES : 2 * poller->to_arm_capacity;
    uint32_t *more = realloc(poller->to_arm, capacity * sizeof *more);
    if (more == NULL) {
      arm_watch(poller, watch); /* too early: it will be reported once more than is true */
      return;
    }
    poller->to_arm = more;
    poller->to_arm_capacity = capacity;
  }
  jev_assert(poller->to_arm_count < poller->to_arm_capacity);
  poller->to_arm[poller->to_arm_count++] = number;
  watch->listed = true;
}

static void arm_listed(struct jev_poller *poller) {
  for (uint32_t i = 0; i < poller->to_arm_count; i++) {
    jev_assert(poller->to_arm[i] < poller->watch_count);
    struct watch *watch = &poller->watches[poller->to_arm[i]];
    jev_assert(watch->listed);
    watch->listed = false;
    if (watch->mask != 0 && !watch->armed) {
      arm_watch(poller, watch);
    }
  }
  poller->to_arm_count = 0;
}

/* False: of no interest. */
static bool polled(struct jev_poller *poller, const struct io_uring_cqe *cqe, struct jev_done *out) {
  uint32_t number = (uint32_t)cqe->user_data & LOW;
  jev_assert(number < poller->watch_count);
  struct watch *watch = &poller->watches[number];
  if (!watch->armed || cqe->user_data != tag(watch->token, POLL, watch->sequence)) {
    return false;
  }
  if ((cqe->flags & IORING_CQE_F_MORE) == 0) {
    watch->armed = false;
    if (cqe->res >= 0 || cqe->res == -ECANCELED) {
      list_watch(poller, number);
    } else {
      watch->mask = 0;
    }
  }
  *out =
      (struct jev_done){.token = watch->token, .what = JEV_DONE_POLL, .result = cqe->res < 0 ? cqe->res : 0};
  out->mask = cqe->res < 0 ? 0 : mask_of((uint32_t)cqe->res);
  return cqe->res != -ECANCELED;
}

/* ---- buffers ---- */

static int32_t attach_slab(struct jev_poller *poller, struct jev_slab *slab) {
  return jev_uring_slab_attach(&poller->buffers, &poller->uring, slab);
}

static bool has_buffers(const struct jev_poller *poller) {
  return jev_uring_slab_available(&poller->buffers);
}

static void give_back(struct jev_poller *poller, uint32_t buffer, int64_t offset) {
  jev_uring_slab_give_back(&poller->buffers, buffer, offset);
}

/* ---- operations ---- */

static int32_t receive(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t limit) {
  struct io_uring_sqe *sqe = prepare(poller, IORING_OP_RECV, fd, tag(token, RECEIVE, 0));
  if (sqe == NULL) {
    return -ENOMEM;
  }
  sqe->flags = IOSQE_BUFFER_SELECT;
  sqe->len = limit;
  sqe->ioprio = limit == 0 ? IORING_RECV_MULTISHOT : 0;
  return 0;
}

static int32_t accept_all(struct jev_poller *poller, int32_t fd, uint64_t token, bool blocking) {
  struct io_uring_sqe *sqe = prepare(poller, IORING_OP_ACCEPT, fd, tag(token, ACCEPT, 0));
  if (sqe == NULL) {
    return -ENOMEM;
  }
  sqe->ioprio = IORING_ACCEPT_MULTISHOT;
  sqe->accept_flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  return 0;
}

static void cancel(struct jev_poller *poller, uint64_t token, bool accepting) {
  cancel_operation(poller, tag(token, accepting ? ACCEPT : RECEIVE, 0));
}

static bool close_descriptor(struct jev_poller *poller, int32_t fd, uint64_t token) {
  return prepare(poller, IORING_OP_CLOSE, fd, tag(token, CLOSE, 0)) != NULL;
}

static uint64_t tag_of_send(const struct jev_poller *poller, uint32_t number) {
  return tag((uint64_t)poller->batch << 32 | number, SEND, 0);
}

static bool send_bytes(struct jev_poller *poller, int32_t fd, const void *bytes, uint32_t length,
                       uint32_t number, bool quiet) {
  jev_assert(number <= LOW && length > 0);
  if (!jev_uring_has_place(&poller->uring)) {
    return false;
  }
  struct io_uring_sqe *sqe = prepare(poller, IORING_OP_SEND, fd, tag_of_send(poller, number));
  if (sqe == NULL) {
    return false;
  }
  sqe->flags = quiet ? IOSQE_CQE_SKIP_SUCCESS : 0;
  sqe->addr = (uint64_t)(uintptr_t)bytes;
  sqe->len = length;
  sqe->msg_flags = MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL; /* a short one is no success */
  return true;
}

static enum kind kind_of(const struct io_uring_cqe *cqe) {
  return (enum kind)(cqe->user_data >> KIND_SHIFT & NIBBLE);
}

/* What became of this send of the batch goes here; NULL: it is something else. */
static int32_t *result_of(const struct jev_poller *poller, uint64_t data, uint32_t count, int32_t *results) {
  uint32_t number = (uint32_t)data & LOW;
  return number < count && data == tag_of_send(poller, number) ? &results[number] : NULL;
}

/* Sends that the kernel did not take, for lack of memory, are withdrawn so that they cannot leave later. */
static void take_back(const struct jev_poller *poller, uint32_t count, int32_t *results) {
  uint32_t untaken = jev_uring_prepared(&poller->uring);
  for (uint32_t i = 0; i < untaken; i++) {
    struct io_uring_sqe *sqe = jev_uring_untaken(&poller->uring, i);
    int32_t *result = result_of(poller, sqe->user_data, count, results);
    if (result != NULL) {
      jev_assert(sqe->opcode == IORING_OP_SEND);
      *result = -EAGAIN;
      memset(sqe, 0, sizeof *sqe); /* a NOP */
    }
  }
}

/* Searches the completions without consuming them: earlier ones may have to wait for room. The result of a
 * send whose completion is out of sight is unknown. */
static void sent(struct jev_poller *poller, uint32_t count, int32_t *results) {
  for (uint32_t i = 0; i < count && jev_uring_cq_overflowed(&poller->uring); i++) {
    results[i] = -ENOMEM;
  }
  take_back(poller, count, results);
  uint32_t completed = jev_uring_completed(&poller->uring);
  for (uint32_t i = 0; i < completed; i++) {
    struct io_uring_cqe *cqe = jev_uring_completion(&poller->uring, i);
    int32_t *result = result_of(poller, cqe->user_data, count, results);
    if (result != NULL) {
      *result = cqe->res;
      cqe->user_data = tag(0, IGNORED, 0);
    }
  }
  poller->batch++;
}

static bool cq_overflowed(const struct jev_poller *poller) { return jev_uring_cq_overflowed(&poller->uring); }

static int32_t arm_wake(struct jev_poller *poller) {
  return arm_poll(poller, poller->wake, POLLIN, true, tag(0, WAKE, 0));
}

static bool next(struct jev_poller *poller, struct jev_done *out) {
  while (jev_uring_completed(&poller->uring) > 0) {
    const struct io_uring_cqe cqe = *jev_uring_completion(&poller->uring, 0);
    enum kind kind = kind_of(&cqe);
    bool reported = kind == RECEIVE || kind == ACCEPT || kind == CLOSE;
    jev_uring_advance(&poller->uring);
    jev_assert(kind != RECEIVE || cqe.res <= 0 || (cqe.flags & IORING_CQE_F_BUFFER) != 0);
    if (reported) {
      *out = (struct jev_done){.token = untagged(cqe.user_data),
                               .what = kind == RECEIVE  ? JEV_DONE_RECEIVE
                                       : kind == ACCEPT ? JEV_DONE_ACCEPT
                                                        : JEV_DONE_CLOSE,
                               .result = cqe.res,
                               .last = (cqe.flags & IORING_CQE_F_MORE) == 0};
    }
    if (kind == RECEIVE && (cqe.flags & IORING_CQE_F_BUFFER) != 0) {
      out->offset =
          jev_uring_slab_taken(&poller->buffers, cqe.flags >> IORING_CQE_BUFFER_SHIFT, &out->buffer);
      if (cqe.res <= 0) {
        give_back(poller, out->buffer, out->offset);
      }
    } else if (kind == POLL) {
      reported = polled(poller, &cqe, out);
    } else if (kind == WAKE && (cqe.flags & IORING_CQE_F_MORE) == 0) {
      arm_wake(poller);
    }
    if (reported) {
      return true;
    }
  }
  return false;
}

/* ---- waiting ---- */

static bool prepared(const struct jev_poller *poller) {
  return jev_uring_prepared(&poller->uring) > 0 || poller->to_arm_count > 0;
}

/* Consumes completions that are not reported; false when there were no others. */
static bool has_results(struct jev_poller *poller) {
  while (jev_uring_completed(&poller->uring) > 0) {
    const struct io_uring_cqe *cqe = jev_uring_completion(&poller->uring, 0);
    enum kind kind = kind_of(cqe);
    if (kind != IGNORED && kind != POLL) {
      return true;
    }
    if (kind == POLL) {
      const struct watch *watch = &poller->watches[(uint32_t)cqe->user_data & LOW];
      if (watch->armed && cqe->user_data == tag(watch->token, POLL, watch->sequence)) {
        return true;
      }
    }
    jev_uring_advance(&poller->uring);
  }
  return false;
}

static bool harmless(int32_t error) {
  return error == -ETIME || error == -EAGAIN || error == -EBUSY || error == -EEXIST;
}

static int32_t wait(struct jev_poller *poller, int64_t timeout) {
  jev_assert(poller->owned && pthread_equal(poller->owner, pthread_self()));
  arm_listed(poller);
  bool waits = timeout != 0 && !has_results(poller);
  if (!waits && jev_uring_prepared(&poller->uring) == 0 && !jev_uring_has_work(&poller->uring)) {
    return 0;
  }
  poller->counters->waits += waits ? 1 : 0;
  int32_t error = jev_uring_enter(&poller->uring, waits, timeout);
  poller->thread_ended = error == -EEXIST;
  if (error == 0 && waits && !has_results(poller)) {
    return -EINTR; /* or the time-out, or the end of something that was cancelled */
  }
  return harmless(error) ? 0 : error;
}

static int32_t wake(struct jev_poller *poller) { return jev_eventfd_signal(poller->wake); }

/* ---- whose it is ---- */

static bool owner_changed(const struct jev_poller *poller) {
  return poller->thread_ended || (poller->owned && !pthread_equal(poller->owner, pthread_self()));
}

static int32_t bind_thread(struct jev_poller *poller) {
  if (poller->owned) {
    return 0;
  }
  int32_t error = jev_uring_enable(&poller->uring);
  poller->owned = error == 0;
  poller->owner = pthread_self();
  return error;
}

/* Descriptors whose CLOSE the kernel never received. */
static void close_untaken(const struct jev_poller *poller) {
  uint32_t untaken = poller->uring.fd < 0 ? 0 : jev_uring_prepared(&poller->uring);
  for (uint32_t i = 0; i < untaken; i++) {
    const struct io_uring_sqe *sqe = jev_uring_untaken(&poller->uring, i);
    if (sqe->opcode == IORING_OP_CLOSE) {
      close(sqe->fd);
    }
  }
}

/* With nothing armed. The previous ring is closed with all operations in it. Its completions have all been
 * consumed, and the submissions it never took have not begun. */
static int32_t recreate(struct jev_poller *poller) {
  struct jev_uring replacement;
  int32_t error = jev_uring_open(&replacement, ENTRIES, poller->counters);
  if (error == 0) {
    error = jev_uring_enable(&replacement);
  }
  if (error == 0) {
    error = jev_uring_slab_move(&poller->buffers, &replacement);
  }
  if (error != 0) {
    jev_uring_close(&replacement);
    return error;
  }
  close_untaken(poller);
  jev_uring_close(&poller->uring);
  poller->uring = replacement;
  poller->owner = pthread_self();
  poller->thread_ended = false;
  for (uint32_t i = 0; i < poller->watch_count; i++) {
    poller->watches[i].armed = false;
    poller->watches[i].listed = false;
  }
  poller->to_arm_count = 0;
  return arm_wake(poller);
}

/* ---- life ---- */

static int32_t check(int32_t fd) { return fcntl(fd, F_GETFD) < 0 ? -errno : 0; }

static void close_poller(struct jev_poller *poller) {
  close_untaken(poller);
  jev_uring_close(&poller->uring);
  jev_uring_slab_close(&poller->buffers);
  if (poller->wake >= 0) {
    close(poller->wake);
  }
  free(poller->watches);
  free(poller->to_arm);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->wake = -1;
  int32_t error = jev_uring_open(&poller->uring, ENTRIES, counters);
  if (error == 0) {
    poller->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    error = poller->wake < 0 ? -errno : arm_wake(poller);
  }
  if (error != 0) {
    close_poller(poller);
    return error;
  }
  *out = poller;
  return 0;
}

static const struct jev_completion_ops COMPLETION = {
    .wait = wait,
    .attach_slab = attach_slab,
    .owner_changed = owner_changed,
    .bind_thread = bind_thread,
    .has_buffers = has_buffers,
    .receive = receive,
    .accept = accept_all,
    .cancel = cancel,
    .close = close_descriptor,
    .send = send_bytes,
    .sent = sent,
    .prepared = prepared,
    .next = next,
    .cq_overflowed = cq_overflowed,
    .give_back = give_back,
    .cancel_all = cancel_all,
};

const struct jev_poller_ops jev_poller_uring = {
    .kind = {.code = JEV_ENGINE_IO_URING,
             .name = "io_uring",
             .features = JEV_FEATURE_ET | JEV_FEATURE_O1 | JEV_FEATURE_FDS | JEV_FEATURE_EARLY_CLOSE,
             .status = jev_uring_status,
             .reason = jev_uring_reason,
             .check = check},
    .completion = &COMPLETION,
    .open = open_poller,
    .set = set,
    .wake = wake,
    .recreate = recreate,
    .close = close_poller,
};

#endif
