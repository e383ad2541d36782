/*
 * The receive buffers of a ring: lent to Java with a completion, free again at the next jev_enter unless
 * retained.
 */
#ifndef JEV_SLAB_H
#define JEV_SLAB_H

#include <stdbool.h>
#include <stdint.h>

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

/* Asserts that each buffer has one state: free, lent, retained, or with its owner. It looks at all buffers.
 */
void jev_slab_check(const struct jev_slab *slab);
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

#endif
