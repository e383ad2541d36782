/*
 * io_uring: the call that submits the queue fails or takes less, and operations get the errors they can get.
 *
 * For that a submission becomes a NOP before the kernel sees it, which bit 63 of its user data marks (the
 * library uses none of it). Its completion gets the intended result. The queues are found when they are
 * mapped.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "faults.h"

enum { RINGS = 64, PENDING = 64 };

#define MARK (UINT64_C(1) << 63)

struct planned {
  struct io_uring_sqe original;
  uint32_t place; /* in the queue */
  int32_t result;
  bool fatal;
};

struct ring { /* NOLINT: in the order of use */
  int fd;     /* and one, so that zero is none */
  struct io_uring_params params;
  uint8_t *queues;
  struct io_uring_sqe *submissions;
  uint32_t seen;    /* completions that were looked at */
  uint32_t changed; /* submissions that were */
  struct planned planned[PENDING];
  uint32_t planned_count;
};

static struct ring rings[RINGS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Called once for each operation, so errno stays as it is. */
static struct ring *ring_of(int fd) {
  for (int i = 0; i < RINGS; i++) {
    if (rings[i].fd == fd + 1) {
      return &rings[i];
    }
  }
  return NULL;
}

long faults_uring_setup(long entries, void *given) {
  FAULTS_REAL(syscall);
  struct io_uring_params *params = given;
  uint32_t fewer = faults_ring_entries();
  if (fewer != 0 && entries > (long)fewer) {
    entries = fewer;
    params->cq_entries = 2 * fewer;
  }
  long fd = real(SYS_io_uring_setup, entries, params);
  if (fd < 0) {
    return fd;
  }
  pthread_mutex_lock(&lock);
  struct ring *ring = ring_of((int)fd); /* a former one of that number is closed */
  for (int i = 0; ring == NULL && i < RINGS; i++) {
    ring = rings[i].fd == 0 ? &rings[i] : NULL;
  }
  if (ring != NULL) {
    *ring = (struct ring){.fd = (int)fd + 1, .params = *params};
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

void faults_uring_mapped(int fd, int64_t offset, void *memory) {
  struct ring *ring = ring_of(fd);
  if (ring != NULL && (uint64_t)offset == IORING_OFF_SQ_RING) {
    ring->queues = memory;
  } else if (ring != NULL && (uint64_t)offset == IORING_OFF_SQES) {
    ring->submissions = memory;
  }
}

static uint32_t number_at(const struct ring *ring, uint32_t offset) {
  return __atomic_load_n((uint32_t *)(void *)(ring->queues + offset), __ATOMIC_ACQUIRE);
}

static void plan(struct ring *ring, struct io_uring_sqe *sqe, int32_t result) {
  ring->planned[ring->planned_count++] =
      (struct planned){.original = *sqe, .place = ring->changed, .result = result};
  memset(sqe, 0, sizeof *sqe);
  sqe->opcode = IORING_OP_NOP;
  sqe->user_data = ring->planned[ring->planned_count - 1].original.user_data | MARK;
}

/* One that ends the stream. */
static void plan_fatal(struct ring *ring, struct io_uring_sqe *sqe, int error) {
  plan(ring, sqe, -error);
  ring->planned[ring->planned_count - 1].fatal = true;
}

enum {
  INTERRUPT = FAULT_BIT(FAULT_INTERRUPT),
  AGAIN = FAULT_BIT(FAULT_AGAIN),
  SHORT = FAULT_BIT(FAULT_SHORT),
  MEMORY = FAULT_BIT(FAULT_MEMORY),
  NO_DESCRIPTORS = FAULT_BIT(FAULT_DESCRIPTORS),
  FATAL = FAULT_BIT(FAULT_FATAL)
};

static void change_send(struct ring *ring, struct io_uring_sqe *sqe) {
  switch (faults_next(INTERRUPT | AGAIN | FATAL | (sqe->len > 1 ? SHORT : 0))) {
    case FAULT_INTERRUPT:
      plan(ring, sqe, -EINTR);
      break;
    case FAULT_AGAIN:
      plan(ring, sqe, -EAGAIN);
      break;
    case FAULT_FATAL:
      plan_fatal(ring, sqe, FAULTS_ONE_OF(EPIPE, ECONNRESET, ENOBUFS));
      break;
    case FAULT_SHORT:
      sqe->len = faults_up_to(sqe->len - 1);
      sqe->flags &= (uint8_t)~IOSQE_CQE_SKIP_SUCCESS;
      break;
    default:
      break;
  }
}

static void change_receive(struct ring *ring, struct io_uring_sqe *sqe) {
  switch (faults_next(INTERRUPT | AGAIN | MEMORY | FATAL)) {
    case FAULT_INTERRUPT:
      plan(ring, sqe, -EINTR);
      break;
    case FAULT_AGAIN:
      plan(ring, sqe, -EAGAIN);
      break;
    case FAULT_MEMORY:
      plan(ring, sqe, -FAULTS_ONE_OF(ENOBUFS, ENOBUFS, ENOMEM));
      break;
    case FAULT_FATAL:
      plan_fatal(ring, sqe, FAULTS_ONE_OF(ECONNRESET, ETIMEDOUT, EHOSTUNREACH));
      break;
    default:
      break;
  }
}

static void change_accept(struct ring *ring, struct io_uring_sqe *sqe) {
  switch (faults_next(INTERRUPT | AGAIN | MEMORY | NO_DESCRIPTORS)) {
    case FAULT_INTERRUPT:
      plan(ring, sqe, -FAULTS_ONE_OF(EINTR, ECONNABORTED, EPROTO));
      break;
    case FAULT_AGAIN:
      plan(ring, sqe, -EAGAIN);
      break;
    case FAULT_MEMORY:
      plan(ring, sqe, -FAULTS_ONE_OF(ENOBUFS, ENOMEM));
      break;
    case FAULT_DESCRIPTORS:
      plan(ring, sqe, -FAULTS_ONE_OF(EMFILE, ENFILE));
      break;
    default:
      break;
  }
}

/* Writing has to wait for its connect, of which no kernel says that it is over before it is. */
static bool may_connect(int fd) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  return getpeername(fd, (struct sockaddr *)&peer, &size) != 0 && errno == ENOTCONN;
}

/* Ready although nothing has come, or not to be watched for lack of memory. */
static void change_poll(struct ring *ring, struct io_uring_sqe *sqe) {
  if ((sqe->len & IORING_POLL_ADD_MULTI) != 0) {
    return;
  }
  uint32_t events = sqe->poll32_events & (POLLIN | POLLOUT);
  if ((events & POLLOUT) != 0 && may_connect(sqe->fd)) {
    events = 0;
  }
  switch (faults_next(MEMORY | (events != 0 ? (uint32_t)AGAIN : 0))) {
    case FAULT_AGAIN:
      plan(ring, sqe, (int32_t)events);
      break;
    case FAULT_MEMORY:
      plan(ring, sqe, -ENOMEM);
      break;
    default:
      break;
  }
}

static void change(struct ring *ring, struct io_uring_sqe *sqe) {
  switch (sqe->opcode) {
    case IORING_OP_SEND:
      change_send(ring, sqe);
      break;
    case IORING_OP_RECV:
      change_receive(ring, sqe);
      break;
    case IORING_OP_ACCEPT:
      change_accept(ring, sqe);
      break;
    case IORING_OP_POLL_ADD:
      change_poll(ring, sqe);
      break;
    default:
      break;
  }
}

static void change_all(struct ring *ring, uint32_t taken) {
  uint32_t mask = number_at(ring, ring->params.sq_off.ring_mask);
  uint32_t head = number_at(ring, ring->params.sq_off.head);
  if ((int32_t)(ring->changed - head) < 0) {
    ring->changed = head;
  }
  for (; ring->changed != head + taken && ring->planned_count < PENDING; ring->changed++) {
    change(ring, &ring->submissions[ring->changed & mask]);
  }
}

static void remove_plan(struct ring *ring, uint32_t i) {
  ring->planned_count--;
  memmove(&ring->planned[i], &ring->planned[i + 1], (ring->planned_count - i) * sizeof *ring->planned);
}

/* What the kernel has not taken is as it was. */
static void undo_untaken(struct ring *ring) {
  uint32_t mask = number_at(ring, ring->params.sq_off.ring_mask);
  uint32_t head = number_at(ring, ring->params.sq_off.head);
  for (uint32_t i = ring->planned_count; i > 0; i--) {
    const struct planned *planned = &ring->planned[i - 1];
    if ((int32_t)(planned->place - head) >= 0) {
      ring->submissions[planned->place & mask] = planned->original;
      remove_plan(ring, i - 1);
    }
  }
  ring->changed = (int32_t)(ring->changed - head) > 0 ? head : ring->changed;
}

static void put_result(struct ring *ring, struct io_uring_cqe *cqe) {
  for (uint32_t i = 0; i < ring->planned_count; i++) {
    const struct planned *planned = &ring->planned[i];
    if (planned->original.user_data == cqe->user_data) {
      cqe->res = planned->result;
      if (planned->fatal) {
        faults_note_fatal(planned->original.fd, -planned->result);
      }
      remove_plan(ring, i);
      return;
    }
  }
}

static void put_results(struct ring *ring) {
  uint32_t mask = number_at(ring, ring->params.cq_off.ring_mask);
  uint32_t tail = number_at(ring, ring->params.cq_off.tail);
  struct io_uring_cqe *completions = (void *)(ring->queues + ring->params.cq_off.cqes);
  for (; ring->seen != tail; ring->seen++) {
    struct io_uring_cqe *cqe = &completions[ring->seen & mask];
    if ((cqe->user_data & MARK) != 0) {
      cqe->user_data &= ~MARK;
      put_result(ring, cqe);
    }
  }
}

long faults_uring_enter(const long *given) {
  FAULTS_REAL(syscall);
  struct ring *ring = ring_of((int)given[0]);
  long submits = given[1];
  long waits = given[2];
  switch (faults_next(INTERRUPT | AGAIN | (submits > 0 ? (uint32_t)SHORT : 0))) {
    case FAULT_INTERRUPT:
      errno = EINTR;
      return -1;
    case FAULT_AGAIN:
      FAULTS_ONE_OF(EAGAIN, EBUSY);
      return -1;
    case FAULT_SHORT: /* the kernel does not wait then */
      submits = faults_up_to((uint32_t)submits) - 1;
      waits = 0;
      break;
    default:
      break;
  }
  if (ring != NULL && ring->submissions != NULL) {
    change_all(ring, (uint32_t)submits);
  }
  long result = real(SYS_io_uring_enter, given[0], submits, waits, given[3], given[4], given[5]);
  int error = errno;
  if (ring != NULL && ring->submissions != NULL) {
    undo_untaken(ring);
    put_results(ring);
  }
  errno = error;
  return result;
}
