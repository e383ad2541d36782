/*
 * The slots of a ring: the state of each attached descriptor, its interest, and the lists of slots. The
 * reactor is all the slots of a ring with the poller that serves them.
 *
 * Floors above this file, each of which uses those before it: send.c, stream.c, ready.c, hold.c, results.c,
 * submit.c, enter.c.
 */
#ifndef JEV_SLOTS_H
#define JEV_SLOTS_H

#include "core/completion_backend.h"
#include "core/held.h"
#include "core/jev_assert.h"
#include "core/poller.h"
#include "core/ring.h"
#include "core/system.h"

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
  SLOT_NOT_SOCKET = 0x0800, /* read and write */
  SLOT_BULK = 0x1000,       /* the last receive was large: the next one gets an empty buffer */
  SLOT_IN_DIRTY_LIST = 0x2000,
  SLOT_SHUT_READS = 0x4000, /* what SLOT_SHUT_WAITS is for */
  SLOT_SHUT_WRITES = 0x8000
};

/* The mask of the field of a slot's limit, which is a batch at most. */
enum { JEV_LIMIT_MASK = 0xfffff };

/* Completions that one submission, a ready slot, a result, or a batched send may take, at most. Accepting and
 * datagrams ask for room themselves. */
enum { JEV_PER_SUBMISSION = 4, JEV_PER_READY = 4, JEV_PER_RESULT = 4, JEV_PER_SEND = 2 };

#define SLOT_LISTED (SLOT_IN_WAITING_LIST | SLOT_IN_DIRTY_LIST)
#define SLOT_STREAM (SLOT_RECEIVING | SLOT_ACCEPTING | SLOT_CONNECTING | SLOT_SENDING)

/* The mode of a slot's descriptor. Asked once, where it matters: see nonsocket.h. */
enum {
  MODE_UNKNOWN,
  MODE_NONBLOCKING,
  MODE_BLOCKING,
  MODE_FILE /* always ready: a regular file, or what the poller refuses to watch for that reason */
};

/* How a slot receives or accepts now. */
enum jev_receive_mode {
  RECEIVE_OFF,                /* it is not asked to, or is detached */
  RECEIVE_DATA_DROPPED,       /* data was dropped for lack of memory: an error ends receiving */
  RECEIVE_HELD,               /* data that arrived earlier is delivered first */
  RECEIVE_ARMED,              /* the backend's operation is under way */
  RECEIVE_STOPPING,           /* the backend's operation is under way and not wanted: its end comes first */
  RECEIVE_WAITING_FOR_BUFFER, /* a slab buffer has to be given back first */
  RECEIVE_CONNECTING,         /* the connection comes first */
  RECEIVE_BY_BACKEND,         /* the backend may begin */
  RECEIVE_BY_READINESS        /* the reactor reads when the poller reports it */
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
  /* With a completion backend alone: */
  uint32_t armed : 1;        /* it receives or accepts */
  uint32_t accepts : 1;      /* which of them */
  uint32_t stopping : 1;     /* the end of it was asked for */
  uint32_t held : 1;         /* data has arrived that was not wanted yet */
  uint32_t prepared : 1;     /* a send is with the backend */
  uint32_t by_readiness : 1; /* the backend does not serve this descriptor */
  uint32_t detaching : 1;    /* DETACHED follows what is under way */
  uint32_t closing : 1;      /* and it is being closed */
  uint32_t data_dropped : 1; /* what arrived could not be kept: nothing follows but the error */
  uint32_t next_waiting;
  uint32_t next_dirty;
  struct jev_out *out;
};

_Static_assert(sizeof(struct jev_slot) <= 32, "ten thousand idle connections cost little");

struct jev_send_batch;

struct jev_reactor {
  const struct jev_poller_ops *ops;
  const struct jev_completion_ops *completion; /* NULL where the poller only reports readiness */
  struct jev_poller *poller;
  struct jev_slot *slots;
  uint32_t slot_count;
  uint32_t *owners; /* by the descriptor's index: the slot that registered it last */
  uint32_t owner_count;
  struct jev_ready *ready;
  uint32_t ready_capacity;
  uint32_t waiting;   /* head of the list of slots that wait for a buffer, NO_SLOT at its end */
  uint32_t dirty;     /* the same: slots whose interest may be more than they want */
  uint32_t *received; /* slots that have received in this jev_enter, with room for all */
  uint32_t received_count;
  uint32_t received_bytes; /* by them, which is no more than the slab holds */
  uint32_t average;        /* bytes that a slot received after the last wait; 0: none has */
  uint32_t reserve;        /* completions kept free for reported slots that were not looked at yet */
  bool skipped;            /* the last call did not wait although it might have */
  bool orphaned;           /* the poller reports a registration that no slot has */
  /* With a completion backend alone: */
  bool backend_receives; /* it has buffers of the slab */
  struct jev_holdings held;
  struct jev_send_batch *batch; /* NULL where the backend batches no sends */
  int64_t merged;               /* where in the slab what is being merged begins, or -1 */
  int64_t merged_end;           /* of the room in the slab for what is being merged */
};

#define NO_SLOT UINT32_MAX

static inline uint32_t jev_min(uint32_t a, uint32_t b) { return a < b ? a : b; }

static inline struct jev_slot *jev_slot_of(const struct jev_reactor *reactor, uint32_t number) {
  jev_assert(number < reactor->slot_count);
  return &reactor->slots[number];
}

static inline bool jev_slot_has(const struct jev_slot *slot, unsigned int flags) {
  return (slot->flags & flags) != 0;
}

static inline void jev_slot_clear(struct jev_slot *slot, unsigned int flags) {
  slot->flags &= (uint16_t)~flags;
}

static inline void jev_slot_raise(struct jev_slot *slot, unsigned int flags) {
  slot->flags |= (uint16_t)flags;
}

/* The operations of this slot never wait, so nothing is watched for them. */
static inline bool jev_always_ready(const struct jev_slot *slot) {
  return slot->mode == MODE_FILE && slot->polled == 0;
}

/* How the poller knows a slot: a successor's token is another. */
static inline uint64_t jev_token(const struct jev_slot *slot, uint32_t number) {
  return ((uint64_t)(slot->generation & 0x7fffffffU) << 32) | number;
}

static inline int32_t jev_wake(const struct jev_reactor *reactor) {
  return reactor->ops->wake(reactor->poller);
}

/* Asserts what is true of every slot whenever its state has changed. */
void jev_slot_check(const struct jev_reactor *reactor, uint32_t number);
/* Asserts what is true of all slots, of their lists and of the slab between two iterations. Of many slots
 * only some iterations check it, because it looks at all of them. */
void jev_reactor_check(const struct jev_ring *ring);

/* ---- the life of a slot ---- */
/* 0, or a negated errno that refuses the attachment. */
int32_t jev_slot_attach(struct jev_reactor *reactor, uint32_t number, int32_t fd);
/* Nothing of the slot is under way any more: its last completion. */
void jev_detached(struct jev_ring *ring, uint32_t number, int32_t result);
/* The program closed the descriptor of this slot, and another slot has registered a new file under its
 * number. The registration belongs to that slot now. */
bool jev_fd_reused(const struct jev_reactor *reactor, int32_t fd, uint32_t number);

/* ---- receiving ---- */
enum jev_receive_mode jev_receive_mode(const struct jev_reactor *reactor, const struct jev_slot *slot);
/* The slot has received in this jev_enter: not again before the next one. */
void jev_received(struct jev_reactor *reactor, uint32_t number);
/* Ends receiving with a completion: 0 at the end of the stream, or an error. */
void jev_end_receiving(struct jev_ring *ring, uint32_t number, int32_t result);
/* The slot receives no more until a slab buffer is given back. */
void jev_wait_for_buffer(struct jev_reactor *reactor, uint32_t number);
/* Buffers were given back. */
void jev_resume_receivers(struct jev_reactor *reactor);

/* ---- interest ---- */
/* Asks the poller and the backend for what the slot's operations wait for. `force`: even if they know it
 * already. A slot that is always ready goes on before the next wait. */
int32_t jev_interest(struct jev_reactor *reactor, uint32_t number, bool force);
/* The same where an error cannot be reported: it is tried again before the next wait, and reported then. */
void jev_reconsider(struct jev_reactor *reactor, uint32_t number);
/* Has the slot's interest updated before the next wait: by then it may want more again or be closed. */
void jev_mark_dirty(struct jev_reactor *reactor, uint32_t number);

#endif
