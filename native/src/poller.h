/*
 * What a readiness interface must provide to be an engine: reactor.c does the rest.
 */
#ifndef JEV_POLLER_H
#define JEV_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "ring.h"
#include "system.h"

#if !defined(_WIN32)
#include <stdlib.h>
#include <time.h>

/* A time-out as kernels take it. Compilers divide on 32-bit processors by functions that not every C library
 * has; this one each has. */
struct jev_limit {
  int64_t seconds;
  int64_t nanoseconds;
};

static inline struct jev_limit jev_limit_of(int64_t nanoseconds) {
  const lldiv_t parts = lldiv(nanoseconds, 1000000000);
  return (struct jev_limit){.seconds = parts.quot, .nanoseconds = parts.rem};
}

/* And as C libraries take it. */
static inline struct timespec jev_timespec_of(int64_t nanoseconds) {
  const struct jev_limit limit = jev_limit_of(nanoseconds);
  return (struct timespec){.tv_sec = (time_t)limit.seconds, .tv_nsec = (long)limit.nanoseconds};
}
#endif

/* Which interfaces this system has. JEVENT_EMULATION: a library for tests, with stand-ins for foreign ones.
 */
#if defined(__linux__)
#define JEV_HAS_EPOLL
#if __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#if defined(IORING_SETUP_DEFER_TASKRUN)
#define JEV_HAS_URING
#endif
#endif
#endif
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__) || \
    defined(__DragonFly__) || defined(JEVENT_EMULATION)
#define JEV_HAS_KQUEUE
#endif
#if defined(__sun) || defined(JEVENT_EMULATION)
#define JEV_HAS_EVPORT
#define JEV_HAS_DEVPOLL
#endif

#if defined(_WIN32)
#define JEV_HAS_IOCP
#endif

#define JEV_HAS_POLL
#define JEV_HAS_SELECT

#if defined(JEVENT_EMULATION)
#define JEV_EMULATED true
#else
#define JEV_EMULATED false
#endif

struct jev_poller;

/* One descriptor that is ready: the token it was set with, and JEV_READ, JEV_WRITE, JEV_CLOSED; all three
 * after an error or a hang-up. */
struct jev_ready {
  uint64_t token;
  uint32_t mask;
  int32_t error; /* negated, when `set` was too early to know: the descriptor is not watched; else 0 */
};

/* In the mask of `set`, for a poller that asks for it: what JEV_READ waits for is going to be received. */
enum { JEV_RECEIVES = 0x40 };

/* What came of an operation that the system carries out itself. */
enum { JEV_DONE_POLL, JEV_DONE_RECEIVE, JEV_DONE_ACCEPT, JEV_DONE_CONNECT, JEV_DONE_SEND, JEV_DONE_CLOSE };

struct jev_done {
  uint64_t token;
  uint32_t what;
  uint32_t mask;  /* POLL */
  int32_t result; /* POLL: 0 or an error; RECEIVE: bytes, 0 at the end, or an error; ACCEPT: a descriptor or
                     one; CONNECT: 0 or one; SEND: bytes or one; CLOSE: 0 or one */
  bool last;      /* the operation is over */
  const struct jev_address *peer; /* ACCEPT: NULL where it has to be asked; valid until the next result */
  uint32_t buffer;                /* RECEIVE: where the bytes are, in the slab */
  int64_t offset;
};

/* The rest of a send: some bytes, one datagram, or a piece of a file. */
struct jev_transfer {
  uint16_t op; /* JEV_OP_SEND, SEND_TO or SEND_FILE */
  const struct iovec *vectors;
  uint32_t count;
  const void *to; /* the system's address, or NULL */
  uint32_t to_length;
  int32_t file;
  int64_t position;
  int64_t remaining;
};

/* What a poller does beyond readiness, where the system carries operations out itself: io_uring and
 * completion ports. Such a poller reports through `next`, after `wait`, which fills nothing. Functions that
 * are NULL stand for what goes by readiness. */
struct jev_completion_ops {
  /* `set` is told where receiving is what is waited for. */
  bool watches_receives;
  /* Receives into these buffers of the slab. */
  int32_t (*attach_slab)(struct jev_poller *poller, struct jev_slab *slab);
  /* The ring is entered by another thread than before: `recreate` makes it that thread's. */
  bool (*owner_changed)(const struct jev_poller *poller);
  /* The first thread to enter makes the ring its own. */
  int32_t (*bind_thread)(struct jev_poller *poller);
  /* There are buffers to receive into. */
  bool (*has_buffers)(const struct jev_poller *poller);
  /* Receives again and again, or once if there is a limit. */
  int32_t (*receive)(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t limit);
  int32_t (*accept)(struct jev_poller *poller, int32_t fd, uint64_t token, bool blocking);
  /* Ends receiving or accepting: one more result comes. */
  void (*cancel)(struct jev_poller *poller, uint64_t token, bool accepting);
  /* Closes the descriptor, after all that was prepared. False: it cannot. */
  bool (*close)(struct jev_poller *poller, int32_t fd, uint64_t token);
  /* Sends what goes at once when the queue is handed over. `number` is 0 for the first after `sent`, and so
   * on. A quiet one that sends everything does not end the wait. False: not now. */
  bool (*send)(struct jev_poller *poller, int32_t fd, const void *bytes, uint32_t length, uint32_t number,
               bool quiet);
  /* Connects: -EINPROGRESS, or an error; -EOPNOTSUPP: not this one. The address is read at once. */
  int32_t (*connect)(struct jev_poller *poller, int32_t fd, uint64_t token, const void *address,
                     uint32_t length);
  /* `transmit` serves this descriptor. */
  bool (*associated)(struct jev_poller *poller, int32_t fd, uint64_t token);
  /* Sends, when it can, some of what did not go at once: 0, or an error; -EOPNOTSUPP: not for this one. The
   * description is read at once, the bytes are used until it is done. */
  int32_t (*transmit)(struct jev_poller *poller, int32_t fd, uint64_t token,
                      const struct jev_transfer *transfer);
  /* What came of the `count` sends that were handed over: fills in the results of those that said anything,
   * the bytes that they sent or an error. */
  void (*sent)(struct jev_poller *poller, uint32_t count, int32_t *results);
  /* Something is prepared that the system has not been told. */
  bool (*prepared)(const struct jev_poller *poller);
  /* The next result; false when there is none. A received one's buffer is lent until `give_back`. */
  bool (*next)(struct jev_poller *poller, struct jev_done *out);
  /* Something has come that cannot be seen for want of memory, and is lost if the ring moves now. */
  bool (*cq_overflowed)(const struct jev_poller *poller);
  /* Gives back what is lent of a buffer, or only the bytes at an offset if that is not negative. */
  void (*give_back)(struct jev_poller *poller, uint32_t buffer, int64_t offset);
  /* The slot is detached: what was watched for it is not to be reported. True: something is under way, and a
   * JEV_DONE_CLOSE follows its end. `closes`: the descriptor is going to be closed. */
  bool (*cancel_all)(struct jev_poller *poller, uint64_t token, bool closes);
};

struct jev_poller_ops {
  struct jev_kind kind;
  const struct jev_completion_ops *backend; /* or NULL */
  /* A new poller in *out, or a negated errno. */
  int32_t (*open)(struct jev_poller **out, struct jev_header *counters, int32_t flags);
  /* Changes what a descriptor is watched for. `renew`: `old` may be wrong, the number may stand for another
   * file. */
  int32_t (*set)(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                 bool renew);
  /* The descriptor is about to be closed. */
  void (*closing)(struct jev_poller *poller, int32_t fd, uint32_t old);
  /* At most `max` entries into `out`; < 0: a negated errno. Returns 0 after a wake-up or the time-out,
   * -EINTR after a signal or for nothing: it is called again for the time that is left. */
  int32_t (*wait)(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max);
  /* Any thread, and signal handlers. */
  int32_t (*wake)(struct jev_poller *poller);
  /* Starts afresh with nothing set, because a registration has become stale. After an error all is as before.
   */
  int32_t (*recreate)(struct jev_poller *poller);
  void (*close)(struct jev_poller *poller);
};

extern const struct jev_poller_ops jev_poller_iocp;
extern const struct jev_poller_ops jev_poller_epoll;
extern const struct jev_poller_ops jev_poller_uring;
extern const struct jev_poller_ops jev_poller_kqueue;
extern const struct jev_poller_ops jev_poller_evport;
extern const struct jev_poller_ops jev_poller_devpoll;
extern const struct jev_poller_ops jev_poller_poll;
extern const struct jev_poller_ops jev_poller_select;

#endif
