/*
 * The reactor: the operations of a ring on top of any poller. It tries first and polls only after EAGAIN.
 *
 * reactor.c takes submissions, enter.c waits and hands readiness out; stream.c carries the operations of one
 * slot out.
 */
#ifndef JEV_REACTOR_H
#define JEV_REACTOR_H

#include "poller.h"
#include "ring.h"
#include "system.h"

enum {
  SLOT_ATTACHED = 0x0001,
  SLOT_POLL_ONCE = 0x0002,
  SLOT_RECEIVING = 0x0004,
  SLOT_DATAGRAMS = 0x0008, /* RECEIVE_FROM */
  SLOT_ACCEPTING = 0x0010,
  SLOT_ACCEPT_BLOCKING = 0x0020,
  SLOT_CONNECTING = 0x0040,
  SLOT_SENDING = 0x0080,          /* slot->out has bytes to go */
  SLOT_SHUT_WAITS = 0x0100,       /* shutdown after connecting and the bytes of slot->out */
  SLOT_WAITS_FOR_BUFFER = 0x0200, /* receives no more until a slab buffer is given back */
  SLOT_IN_WAITING_LIST = 0x0400,
  SLOT_NOT_SOCKET = 0x0800, /* not a socket: read and write */
  SLOT_BULK = 0x1000,       /* the last receive was large: the next one gets an empty buffer */
  SLOT_IN_DIRTY_LIST = 0x2000,
  SLOT_SHUT_READS = 0x4000, /* what SLOT_SHUT_WAITS is for */
  SLOT_SHUT_WRITES = 0x8000
};

/* Of receives: less room than the first is none, and what is as large as the second gets a buffer of its own.
 */
enum { MIN_RECEIVE = 512, BULK = 2048 };

/* Of slots that receive, so many at once, and about so many bytes: what has come, and what the kernel had it
 * in, is in the processor's cache still when it is looked at and answered. */
enum { JEV_BATCH_BYTES = 128 * 1024, JEV_MIN_BATCH = 4, JEV_MAX_BATCH = 64 };

/* By one slot in one jev_enter: a batch, whatever its limit. The mask is that of the limit's field. */
enum { MAX_RECEIVED = JEV_BATCH_BYTES, LIMIT_MASK = 0xfffff };

/* Completions that a ready slot may bring, at most, but for what it accepts and for datagrams. */
enum { JEV_PER_READY = 4 };

#define SLOT_LISTED (SLOT_IN_WAITING_LIST | SLOT_IN_DIRTY_LIST)
#define SLOT_STREAM (SLOT_RECEIVING | SLOT_ACCEPTING | SLOT_CONNECTING | SLOT_SENDING)

/* Of a slot's descriptor. Asked once, where it matters: see nonsocket_posix.c and nonsocket_windows.c. */
enum {
  MODE_UNKNOWN,
  MODE_NONBLOCKING,
  MODE_BLOCKING,
  MODE_FILE /* always ready: a regular file, or what the poller refuses to watch for that reason */
};

/* What a short write has left to do. Kept, once made, until the slot is detached. */
struct jev_out {
  uint16_t op; /* JEV_OP_SEND, SEND_TO or SEND_FILE */
  int32_t file;
  int64_t sent;
  int64_t position;
  int64_t remaining; /* of a file */
  int64_t address;   /* of jev_address bytes kept in `to`, or 0 */
  struct jev_address to;
  uint32_t first;
  uint32_t count;
  uint32_t capacity;
  struct iovec vectors[];
};

/* The state of one attached descriptor. */
struct jev_slot {
  int32_t fd;
  uint32_t generation;
  uint16_t flags;
  uint8_t polled;        /* mask of POLL */
  uint8_t registered;    /* what the poller watches for */
  uint32_t limit : 20;   /* bytes of one receive */
  uint32_t received : 1; /* in this jev_enter already */
  uint32_t mode : 2;     /* MODE_UNKNOWN and the others */
  /* Where the system carries operations out itself: see direct.c and direct_send.c. */
  uint32_t armed : 1;        /* it receives or accepts */
  uint32_t accepts : 1;      /* which of them */
  uint32_t stopping : 1;     /* the end of it was asked for */
  uint32_t held : 1;         /* something has come that was not wanted yet */
  uint32_t prepared : 1;     /* a send that leaves with the next wait */
  uint32_t by_readiness : 1; /* not for this one */
  uint32_t detaching : 1;    /* DETACHED follows what is under way */
  uint32_t closing : 1;      /* and it is being closed */
  uint32_t data_dropped : 1; /* what had come could not be kept: nothing follows but the error */
  uint32_t next_waiting;
  uint32_t next_dirty;
  struct jev_out *out;
};

_Static_assert(sizeof(struct jev_slot) <= 32, "ten thousand idle connections cost little");

struct jev_backend;

struct jev_reactor {
  const struct jev_poller_ops *ops;
  struct jev_poller *poller;
  struct jev_backend *backend; /* NULL where the poller only tells what is ready */
  struct jev_slot *slots;
  uint32_t slot_count;
  uint32_t *owners; /* by the descriptor's index: the slot that registered it last */
  uint32_t owner_count;
  struct jev_ready *ready;
  uint32_t ready_capacity;
  uint32_t waiting;   /* head of a list of slots, NO_SLOT at its end */
  uint32_t dirty;     /* the same: slots whose interest may be more than they want */
  uint32_t *received; /* slots that have received in this jev_enter, with room for all */
  uint32_t received_count;
  uint32_t received_bytes; /* by them, which is no more than the slab holds */
  uint32_t average;        /* bytes that a slot received after the last wait; 0: none has */
  uint32_t reserve;        /* completions kept free for what is still to be looked at */
  bool skipped;            /* the last call did not wait although it might have */
  bool orphaned;           /* the poller reports a registration that is none of ours */
};

#define NO_SLOT UINT32_MAX

static inline uint32_t jev_min(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* The operations of this slot never wait, so nothing is watched for them. */
static inline bool jev_always_ready(const struct jev_slot *slot) {
  return slot->mode == MODE_FILE && slot->polled == 0;
}

/* How the poller knows a slot: a successor's token is another. */
static inline uint64_t jev_token(const struct jev_slot *slot, uint32_t number) {
  return ((uint64_t)(slot->generation & 0x7fffffffU) << 32) | number;
}

/* ---- plain_*.c: what is no socket, and what was left in blocking mode ---- */
/* The slot has its first operation: jev_receive, jev_send and accepting must not wait from now on. */
void jev_make_ready(struct jev_ring *ring, struct jev_slot *slot);
/* The same for accepting and connecting, which POSIX cannot tell with each call. */
void jev_make_nonblocking(struct jev_ring *ring, struct jev_slot *slot);
/* For what is no socket, and never waiting either. */
int64_t jev_nonsocket_read(struct jev_ring *ring, struct jev_slot *slot, void *bytes, size_t max);
int64_t jev_nonsocket_write(struct jev_ring *ring, struct jev_slot *slot, const struct iovec *vectors,
                            uint32_t count);
/* From a file to whatever the slot stands for: how much went, 0 at the end of the file. */
int64_t jev_send_file(struct jev_ring *ring, struct jev_slot *slot, int32_t file, int64_t position,
                      int64_t max);

/* ---- reactor.c ---- */
int32_t jev_reactor_open(struct jev_ring *ring, const struct jev_poller_ops *ops, int32_t flags);
int32_t jev_reactor_wakeup(struct jev_ring *ring);
void jev_reactor_close(struct jev_ring *ring);
/* Tells the poller what the slot's operations wait for; `force`: even if it knows of that already. What is
 * always ready goes on before the next wait. */
int32_t jev_interest(struct jev_reactor *reactor, uint32_t slot, bool force);
/* The same where nobody can be told of an error: it is tried again before the next wait, and what waits for
 * it is told then. */
void jev_reconsider(struct jev_reactor *reactor, uint32_t slot);
/* The same for a slot that wants less now, but only before the next wait: by then it may want more again or
 * be closed. */
void jev_mark_dirty(struct jev_reactor *reactor, uint32_t slot);
/* Has received in this jev_enter: not again before the next one. */
void jev_received(struct jev_reactor *reactor, uint32_t slot);
/* Receives no more for want of slab buffers. */
void jev_wait_for_buffer(struct jev_reactor *reactor, uint32_t slot);
/* Carries out what was submitted, as far as there is room for what comes of it. */
void jev_take_submissions(struct jev_ring *ring);
/* Nothing of the slot is under way any more: its last completion. */
void jev_detached(struct jev_ring *ring, uint32_t slot, int32_t result);

/* ---- enter.c ---- */
int32_t jev_reactor_enter(struct jev_ring *ring, int64_t timeout);
/* A descriptor is ready. */
void jev_report(struct jev_ring *ring, const struct jev_ready *ready);
/* It cannot be watched, as turns out afterwards. */
void jev_unwatched(struct jev_ring *ring, uint32_t slot, int32_t error);

/* ---- direct.c, direct_send.c ---- */
int32_t jev_backend_open(struct jev_ring *ring);
void jev_backend_close(struct jev_reactor *reactor);
/* The system receives or accepts for this slot, if anybody does. */
bool jev_backend_reads(const struct jev_reactor *reactor, const struct jev_slot *slot);
/* What the system receives still, or has received, comes before what is read otherwise. */
static inline bool jev_completions_first(const struct jev_slot *slot) {
  return slot->armed != 0 || slot->held != 0;
}
/* The poller is to be told where receiving is what it waits for. */
bool jev_backend_watches_receives(const struct jev_reactor *reactor);
/* There are sends that the system has not been told. */
bool jev_backend_prepared(const struct jev_reactor *reactor);
/* Has the system begin or end it as the slot wants. */
int32_t jev_backend_interest(struct jev_reactor *reactor, uint32_t slot);
/* Has it end what is under way for a slot that is detached, and close the descriptor if asked. False: there
 * is nothing to wait for. */
bool jev_backend_end(struct jev_reactor *reactor, uint32_t slot, bool closes);
/* Has it send what goes at once; false: not now. */
bool jev_send_batched(struct jev_ring *ring, uint32_t slot, const struct iovec *bytes, bool quiet);
/* Connects, where the system does: -EINPROGRESS or an error; -EOPNOTSUPP: by readiness. */
int32_t jev_backend_connect(struct jev_reactor *reactor, uint32_t slot, int64_t address);
/* Files leave by themselves. */
bool jev_transmits(struct jev_reactor *reactor, uint32_t slot);
/* Has it send some of slot->out when it can: 0, or an error; -EOPNOTSUPP: by readiness. */
int32_t jev_transmit(struct jev_reactor *reactor, uint32_t slot);
/* After the wait: what became of the sends; what has come; what has come before. */
void jev_complete_batch(struct jev_ring *ring);
void jev_reap(struct jev_ring *ring);
void jev_deliver_held(struct jev_ring *ring);

/* What is held for a slot is not wanted any more. */
void jev_drop_held(struct jev_reactor *reactor, uint32_t number);

/* ---- stream.c ---- */
void jev_end_receiving(struct jev_ring *ring, uint32_t slot, int32_t result);
/* Each returns 0 or a negated errno that refuses the submission. */
int32_t jev_op_receive(struct jev_ring *ring, const struct jev_submission *in);
int32_t jev_op_accept(struct jev_ring *ring, const struct jev_submission *in);
int32_t jev_op_connect(struct jev_ring *ring, const struct jev_submission *in);
/* The slot is connected, or is not going to be. */
void jev_connected(struct jev_ring *ring, uint32_t slot, int32_t result);
int32_t jev_op_shutdown(struct jev_ring *ring, const struct jev_submission *in);
/* The slot's descriptor is ready for `mask`. */
void jev_stream_ready(struct jev_ring *ring, uint32_t slot, uint32_t mask);
/* The slot's descriptor cannot be watched: what waits for it ends with this error. */
void jev_stream_refused(struct jev_ring *ring, uint32_t slot, int32_t error);

/* ---- send.c ---- */
int32_t jev_op_send(struct jev_ring *ring, const struct jev_submission *in);
/* Sends later what did not leave, `sent` bytes having left. */
void jev_send_rest(struct jev_ring *ring, uint32_t slot, struct iovec *rest, int64_t sent, bool quiet);
/* The system has sent that much of slot->out, or has failed. */
void jev_transmitted(struct jev_ring *ring, uint32_t slot, int32_t result);
/* Goes on with what a short write has left. */
void jev_send_on(struct jev_ring *ring, uint32_t slot);
/* Ends what is left with an error. */
void jev_send_fail(struct jev_ring *ring, uint32_t slot, int32_t error);
/* Carries a shutdown out that has waited, unless it has to wait still. */
void jev_shut_if_asked(struct jev_ring *ring, uint32_t slot);

#endif
