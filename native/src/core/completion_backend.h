/*
 * The interface of a completion backend (a proactor), where the system performs operations: io_uring and
 * completion ports. It stands beside the poller's functions, which such a backend has for POLL.
 *
 * Functions that are NULL stand for what goes by readiness.
 */
#ifndef JEV_COMPLETION_BACKEND_H
#define JEV_COMPLETION_BACKEND_H

#include "core/poller.h"
#include "core/slab.h"

/* In the mask of `set`, for a backend with `watches_receives`: JEV_READ waits for something to receive. */
enum { JEV_RECEIVES = 0x40 };

/* The backend receives into pieces of a buffer, of that size at least: a smaller limit needs one-shot
 * receives. */
enum { JEV_RECEIVE_PIECE = 2048 };

enum { JEV_DONE_POLL, JEV_DONE_RECEIVE, JEV_DONE_ACCEPT, JEV_DONE_CONNECT, JEV_DONE_SEND, JEV_DONE_CLOSE };

/* The result of an operation that the system has performed. */
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

struct jev_completion_ops {
  /* ---- the wait ---- */
  /* Submits what was prepared and waits; `next` returns the results. Returns as a poller's `wait`, but for
   * the entries. */
  int32_t (*wait)(struct jev_poller *poller, int64_t timeout);
  /* Something is prepared that was not submitted. */
  bool (*prepared)(const struct jev_poller *poller);
  /* The next result; false when there is none. A received one's buffer is lent until `give_back`. */
  bool (*next)(struct jev_poller *poller, struct jev_done *out);
  /* Completions are out of sight for lack of memory, and would be dropped by `recreate`. */
  bool (*cq_overflowed)(const struct jev_poller *poller);

  /* ---- the thread ---- */
  /* Another thread than before has entered the ring: `recreate` binds it to that one. */
  bool (*owner_changed)(const struct jev_poller *poller);
  /* The first thread to enter becomes the owner. */
  int32_t (*bind_thread)(struct jev_poller *poller);

  /* ---- the slab ---- */
  /* The backend receives into a part of the slab. */
  int32_t (*attach_slab)(struct jev_poller *poller, struct jev_slab *slab);
  /* There are buffers to receive into. */
  bool (*has_buffers)(const struct jev_poller *poller);
  /* Takes back what is lent of a buffer, or only the bytes at an offset if that is not negative. */
  void (*give_back)(struct jev_poller *poller, uint32_t buffer, int64_t offset);

  /* ---- receiving, accepting and connecting ---- */
  /* `set` gets JEV_RECEIVES where a receive is waited for. */
  bool watches_receives;
  /* Receives again and again, or once if there is a limit. */
  int32_t (*receive)(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t limit);
  int32_t (*accept)(struct jev_poller *poller, int32_t fd, uint64_t token, bool blocking);
  /* Ends receiving or accepting: one more result comes. */
  void (*cancel)(struct jev_poller *poller, uint64_t token, bool accepting);
  /* Connects: -EINPROGRESS, or an error; -EOPNOTSUPP: not this one. The address is read at once. */
  int32_t (*connect)(struct jev_poller *poller, int32_t fd, uint64_t token, const void *address,
                     uint32_t length);

  /* ---- sending ---- */
  /* Sends as much as leaves at once when the batch is submitted. `number` counts from 0 after each `sent`. A
   * quiet one that sends everything does not end the wait. False: not now. */
  bool (*send)(struct jev_poller *poller, int32_t fd, const void *bytes, uint32_t length, uint32_t number,
               bool quiet);
  /* Fills in the results of those of the `count` submitted sends that have one: bytes sent, or an error. */
  void (*sent)(struct jev_poller *poller, uint32_t count, int32_t *results);
  /* `transmit` serves this descriptor. */
  bool (*associated)(struct jev_poller *poller, int32_t fd, uint64_t token);
  /* Sends, when it can, some of what did not go at once: 0, or an error; -EOPNOTSUPP: not for this one. The
   * description is read at once, the bytes are used until it is done. */
  int32_t (*transmit)(struct jev_poller *poller, int32_t fd, uint64_t token,
                      const struct jev_transfer *transfer);

  /* ---- the end ---- */
  /* The slot is detached: its operations are cancelled and its watch is dropped. True: something is under
   * way, and a JEV_DONE_CLOSE follows its end. `closes`: the descriptor is going to be closed. */
  bool (*cancel_all)(struct jev_poller *poller, uint64_t token, bool closes);
  /* Closes the descriptor, after all that was prepared. False: it cannot. */
  bool (*close)(struct jev_poller *poller, int32_t fd, uint64_t token);
};

#endif
