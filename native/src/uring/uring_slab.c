/* See uring_slab.h. */
#include "core/completion_backend.h"

#if defined(JEV_HAS_URING)

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/jev_assert.h"
#include "uring/uring_slab.h"

enum {
  SAMPLE = 64,     /* one assertion in 64 looks at all pieces */
  MIN_BUFFERS = 8, /* of a slab; with fewer everything goes by readiness */
  PIECES = 8,      /* of a buffer, at most */
  PIECE = JEV_RECEIVE_PIECE
};

static size_t bytes_of(uint32_t capacity) { return capacity * sizeof(struct io_uring_buf); }

/* An empty ring that the kernel knows as its group 0; NULL with *error. */
static struct io_uring_buf_ring *open_ring(const struct jev_uring *uring, uint32_t capacity, int32_t *error) {
  void *ring = mmap(NULL, bytes_of(capacity), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (ring == MAP_FAILED) {
    *error = -errno;
    return NULL;
  }
  struct io_uring_buf_reg registration = {.ring_addr = (uint64_t)(uintptr_t)ring, .ring_entries = capacity};
  if (syscall(SYS_io_uring_register, (long)uring->fd, (long)IORING_REGISTER_PBUF_RING, &registration, 1L) <
      0) {
    *error = -errno;
    munmap(ring, bytes_of(capacity));
    return NULL;
  }
  return ring;
}

static uint8_t *piece_at(const struct jev_uring_slab *buffers, uint32_t buffer, uint32_t piece) {
  return buffers->slab->base + (size_t)buffer * buffers->slab->size + (size_t)piece * buffers->piece_size;
}

/* Each piece is the kernel's or lent. */
static bool pieces_agree(const struct jev_uring_slab *buffers) {
  uint32_t lent = 0;
  for (uint32_t buffer = buffers->first; buffer < buffers->slab->count; buffer++) {
    lent += (uint32_t)__builtin_popcount(buffers->lent[buffer]);
  }
  return buffers->available + lent == (buffers->slab->count - buffers->first) * buffers->pieces;
}

static void give(struct jev_uring_slab *buffers, uint32_t buffer, uint32_t piece) {
  jev_assert(buffers->available < buffers->capacity);
  jev_assert(piece < buffers->pieces && buffer >= buffers->first);
  struct io_uring_buf *place = &buffers->ring->bufs[buffers->tail++ & (buffers->capacity - 1)];
  place->addr = (uint64_t)(uintptr_t)piece_at(buffers, buffer, piece);
  place->len = buffers->piece_size;
  place->bid = (uint16_t)((buffer - buffers->first) * buffers->pieces + piece);
  buffers->lent[buffer] &= (uint8_t) ~(1U << piece);
  buffers->available++;
  __atomic_store_n(&buffers->ring->tail, buffers->tail, __ATOMIC_RELEASE);
}

/* The kernel gets all that is not lent. */
static void fill(struct jev_uring_slab *buffers) {
  for (uint32_t buffer = buffers->first; buffer < buffers->slab->count; buffer++) {
    for (uint32_t piece = 0; piece < buffers->pieces; piece++) {
      if ((buffers->lent[buffer] & 1U << piece) == 0) {
        give(buffers, buffer, piece);
      }
    }
  }
  jev_assert(pieces_agree(buffers));
}

void jev_uring_slab_give_back(struct jev_uring_slab *buffers, uint32_t buffer, int64_t offset) {
  for (uint32_t piece = 0; piece < buffers->pieces; piece++) {
    bool meant = offset < 0 || piece_at(buffers, buffer, piece) == buffers->slab->base + offset;
    if (meant && (buffers->lent[buffer] & 1U << piece) != 0) {
      give(buffers, buffer, piece);
    }
  }
}

static void give_back_buffer(void *owner, uint32_t buffer) {
  struct jev_uring_slab *buffers = owner;
  jev_uring_slab_give_back(buffers, buffer, -1);
  jev_assert(buffers->lent[buffer] == 0);
  jev_assert(buffers->tail % SAMPLE != 0 || pieces_agree(buffers));
}

static uint32_t power_of_two(uint32_t min) {
  uint32_t power = 1;
  while (power < min) {
    power *= 2;
  }
  return power;
}

/* Half of it, so that a user who keeps a third of all buffers leaves some in each half. */
int32_t jev_uring_slab_attach(struct jev_uring_slab *buffers, const struct jev_uring *uring,
                              struct jev_slab *slab) {
  if (slab->count < MIN_BUFFERS) {
    return 0;
  }
  buffers->pieces = slab->size >= PIECES * PIECE ? PIECES : slab->size >= 2 * PIECE ? slab->size / PIECE : 1;
  buffers->piece_size = slab->size / buffers->pieces;
  buffers->first = slab->count / 2;
  buffers->capacity = power_of_two((slab->count - buffers->first) * buffers->pieces);
  jev_assert(buffers->pieces <= PIECES && buffers->piece_size * buffers->pieces <= slab->size);
  buffers->lent = calloc(slab->count, sizeof *buffers->lent);
  if (buffers->lent == NULL) {
    return -ENOMEM;
  }
  int32_t error = -ENOMEM;
  buffers->ring = open_ring(uring, buffers->capacity, &error);
  if (buffers->ring == NULL) {
    return error;
  }
  buffers->slab = slab;
  fill(buffers);
  jev_slab_share(slab, buffers->first, give_back_buffer, buffers);
  return 0;
}

int32_t jev_uring_slab_move(struct jev_uring_slab *buffers, const struct jev_uring *uring) {
  if (buffers->slab == NULL) {
    return 0;
  }
  int32_t error = -ENOMEM;
  struct io_uring_buf_ring *ring = open_ring(uring, buffers->capacity, &error);
  if (ring == NULL) {
    return error;
  }
  munmap(buffers->ring, bytes_of(buffers->capacity));
  buffers->ring = ring;
  buffers->tail = 0;
  buffers->available = 0;
  fill(buffers);
  return 0;
}

void jev_uring_slab_close(struct jev_uring_slab *buffers) {
  if (buffers->ring != NULL) {
    munmap(buffers->ring, bytes_of(buffers->capacity));
  }
  free(buffers->lent);
}

bool jev_uring_slab_available(const struct jev_uring_slab *buffers) { return buffers->available > 0; }

int64_t jev_uring_slab_taken(struct jev_uring_slab *buffers, uint32_t number, uint32_t *buffer) {
  uint32_t piece = number % buffers->pieces;
  *buffer = buffers->first + number / buffers->pieces;
  jev_assert(piece_at(buffers, *buffer, piece) + buffers->piece_size <=
             buffers->slab->base + (size_t)(*buffer + 1) * buffers->slab->size);
  jev_assert(*buffer < buffers->slab->count && buffers->available > 0);
  jev_assert((buffers->lent[*buffer] & 1U << piece) == 0);
  buffers->lent[*buffer] |= (uint8_t)(1U << piece);
  buffers->available--;
  return piece_at(buffers, *buffer, piece) - buffers->slab->base;
}

int32_t jev_uring_slab_probe(const struct jev_uring *uring) {
  int32_t error = -ENOMEM;
  struct io_uring_buf_ring *ring = open_ring(uring, 1, &error);
  if (ring == NULL) {
    return error;
  }
  munmap(ring, bytes_of(1));
  return 0;
}

#endif
