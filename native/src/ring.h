/*
 * What a ring is inside the shim: the shared block with its two queues and its slab, and the engine that
 * serves it.
 */
#ifndef JEV_RING_H
#define JEV_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"
#include "jevent.h"

struct jev_ring;

/* What is known of an engine without a ring. */
struct jev_kind {
  int32_t code;
  int32_t features;
  bool emulated; /* on a stand-in for the system's interface: tests only */
  /* 0 when it can be used here, else a negated errno. */
  int32_t (*status)(void);
  /* Why not, in words, as snprintf; NULL, or nothing written: the error says it all. */
  int (*reason)(char *out, size_t size);
  /* 0 when a descriptor can be watched, else the negated errno that watching would meet. */
  int32_t (*check)(int32_t fd);
};

/* What an engine must provide. */
struct jev_engine {
  const struct jev_kind *kind;
  int32_t (*open)(struct jev_ring *ring, int32_t flags);
  int32_t (*enter)(struct jev_ring *ring, int64_t timeout);
  /* Any thread, and signal handlers. */
  int32_t (*wakeup)(struct jev_ring *ring);
  void (*close)(struct jev_ring *ring);
};

/* Slab buffers: lent to Java with a completion, free again at the next jev_enter unless retained. */
struct jev_slab {
  uint8_t *base;
  uint32_t size;
  uint32_t count;
  uint32_t current; /* the buffer being filled, or count when there is none */
  uint32_t offset;  /* the first free byte of it */
  uint32_t free_count;
  uint32_t lent_count;
  uint32_t *free;        /* stack of free buffers */
  uint32_t *lent;        /* buffers that completions of the last jev_enter refer to */
  uint8_t *is_lent;      /* by buffer */
  uint32_t *retained;    /* by buffer: how often, as several completions may share one */
  uint32_t shared_first; /* the buffers from this one on belong to the owner, who gets them back */
  void (*give_back)(void *owner, uint32_t buffer);
  void *owner;
};

struct jev_ring {
  const struct jev_engine *engine;
  void *state; /* the engine's own */
  uint8_t *block;
  int64_t block_size;
  struct jev_header *header;
  struct jev_submission *submissions;
  struct jev_completion *completions;
  uint32_t reserved; /* completions that sends under way may need */
  uint32_t left;     /* submissions that the last jev_enter left over */
  struct jev_slab slab;
  jev_atomic_pointer port; /* signals: a jev_port, or NULL when none was ever watched; set by any thread */
};

/* Room for that many more completions. */
static inline uint32_t jev_room(const struct jev_ring *ring) {
  return ring->header->completions_capacity - ring->header->completed - ring->reserved;
}

/* Appends a completion; the caller has made sure that there is room. */
struct jev_completion *jev_complete(struct jev_ring *ring, uint16_t op, uint32_t slot, int32_t result);

/* ---- slab.c ---- */
int32_t jev_slab_open(struct jev_slab *slab, uint8_t *base, uint32_t count, uint32_t size);
void jev_slab_close(struct jev_slab *slab);
/* Frees what the last batch lent and Java has not retained. */
void jev_slab_recycle(struct jev_slab *slab);
/* Keeps a buffer that the last batch lent; no effect on any other. */
void jev_slab_retain(struct jev_slab *slab, int64_t buffer);
bool jev_slab_retains(const struct jev_slab *slab, int64_t buffer);
/* -EINVAL when it was not retained. */
int32_t jev_slab_release(struct jev_slab *slab, int64_t buffer);
/* Where the next `max` bytes may go; *got is how many of them fit. The current buffer serves when `wish`
 * bytes are left in it, then an empty one, then the current one with `min` bytes. NULL when there is no room.
 * */
uint8_t *jev_slab_reserve(struct jev_slab *slab, uint32_t min, uint32_t wish, uint32_t max, uint32_t *got);
/* How many empty buffers, of `max`, stand behind the one being filled, in a row, and are next in turn. */
uint32_t jev_slab_contiguous(const struct jev_slab *slab, uint32_t max);
/* The next empty buffer, of which there is one, is the one being filled. */
void jev_slab_next(struct jev_slab *slab);
/* Leaves the buffers from `shared_first` on to an owner who lends them, and is given back what Java does not
 * retain. Before anything is reserved. */
void jev_slab_share(struct jev_slab *slab, uint32_t shared_first, void (*give_back)(void *, uint32_t),
                    void *owner);
/* A completion refers to a buffer of the other owner. */
void jev_slab_lend(struct jev_slab *slab, uint32_t buffer);
/* Keeps `used` bytes of the last reservation; returns the offset of its start in the slab, and its buffer in
 * *buffer. */
int64_t jev_slab_commit(struct jev_slab *slab, uint32_t used, uint32_t *buffer);
/* Every buffer is retained: waiting for the next batch will not help. */
bool jev_slab_exhausted(const struct jev_slab *slab);

/* ---- signals.c ---- */
int32_t jev_signals_watch(struct jev_ring *ring, int32_t signal, bool on);
/* Turns what the handlers have counted into completions. */
void jev_signals_report(struct jev_ring *ring);
void jev_signals_close(struct jev_ring *ring);

/* ---- engines.c ---- */
/* The engine of that code in this build, or NULL. */
const struct jev_engine *jev_engine_find(int32_t code);

#endif
