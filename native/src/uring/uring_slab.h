/*
 * The part of a slab that io_uring receives into, in pieces. Those that the kernel may fill are in a ring
 * that it shares; one that it has filled is lent until it is given back.
 */
#ifndef JEV_URING_SLAB_H
#define JEV_URING_SLAB_H

#include "core/slab.h"
#include "uring/uring.h"

struct jev_uring_slab {
  struct jev_slab *slab; /* NULL: it is too small */
  struct io_uring_buf_ring *ring;
  uint32_t capacity;  /* of the ring: a power of two */
  uint32_t available; /* pieces that the kernel has */
  uint16_t tail;
  uint32_t first;  /* buffer of the slab */
  uint32_t pieces; /* of a buffer */
  uint32_t piece_size;
  uint8_t *lent; /* by buffer: a bit for each piece that is not the kernel's */
};

/* 0 when this kernel has rings of buffers. */
int32_t jev_uring_slab_probe(const struct jev_uring *uring);
/* Takes half of the slab over, unless it is too small. */
int32_t jev_uring_slab_attach(struct jev_uring_slab *buffers, const struct jev_uring *uring,
                              struct jev_slab *slab);
/* Gives what is not lent to another ring; after an error all is as before. */
int32_t jev_uring_slab_move(struct jev_uring_slab *buffers, const struct jev_uring *uring);
void jev_uring_slab_close(struct jev_uring_slab *buffers);
/* The kernel has some. */
bool jev_uring_slab_available(const struct jev_uring_slab *buffers);
/* The kernel has filled the piece of that number: the offset in the slab, and its buffer in *buffer. */
int64_t jev_uring_slab_taken(struct jev_uring_slab *buffers, uint32_t number, uint32_t *buffer);
/* Gives back what is lent of a buffer, or only the piece at an offset if that is not negative. */
void jev_uring_slab_give_back(struct jev_uring_slab *buffers, uint32_t buffer, int64_t offset);

#endif
