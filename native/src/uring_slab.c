/* See uring_slab.h. */
#include "poller.h"

#if defined(JEV_HAS_URING)

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring_slab.h"

enum {
  LEAST_BUFFERS = 8, /* of a slab; with fewer everything goes by readiness */
  PIECES = 8,        /* of a buffer, at most */
  PIECE = 2048
};

/* ---- a ring of buffers ---- */

static void close_group(struct jev_uring_group *group) {
  if (group->ring != NULL) {
    munmap(group->ring, group->capacity * sizeof(struct io_uring_buf));
    group->ring = NULL;
  }
}

static int32_t open_group(struct jev_uring_group *group, const struct jev_uring *uring, uint16_t number,
                          uint32_t capacity, uint32_t size) {
  *group = (struct jev_uring_group){.capacity = capacity, .size = size};
  void *ring = mmap(NULL, capacity * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (ring == MAP_FAILED) {
    return -errno;
  }
  group->ring = ring;
  struct io_uring_buf_reg registration = {
      .ring_addr = (uint64_t)(uintptr_t)ring, .ring_entries = capacity, .bgid = number};
  if (syscall(SYS_io_uring_register, (long)uring->fd, (long)IORING_REGISTER_PBUF_RING, &registration, 1L) <
      0) {
    int32_t error = -errno;
    close_group(group);
    return error;
  }
  return 0;
}

/* Gives the kernel a buffer. */
static void give_to(struct jev_uring_group *group, uint8_t *address, uint16_t number) {
  struct io_uring_buf *place = &group->ring->bufs[group->tail++ & (group->capacity - 1)];
  place->addr = (uint64_t)(uintptr_t)address;
  place->len = group->size;
  place->bid = number;
  group->available++;
  __atomic_store_n(&group->ring->tail, group->tail, __ATOMIC_RELEASE);
}

/* ---- the slab ---- */

static uint8_t *buffer_at(const struct jev_uring_slab *buffers, uint32_t buffer, uint32_t piece) {
  return buffers->slab->base + (size_t)buffer * buffers->slab->size + (size_t)piece * buffers->piece_size;
}

static uint32_t small_pieces(const struct jev_uring_slab *buffers) {
  return (buffers->first_bulk - buffers->first_small) * buffers->pieces;
}

static void give(struct jev_uring_slab *buffers, uint32_t buffer, uint32_t piece) {
  buffers->lent[buffer] &= (uint8_t) ~(1U << piece);
  if (buffer >= buffers->first_bulk) {
    give_to(&buffers->groups[JEV_URING_BULK], buffer_at(buffers, buffer, 0),
            (uint16_t)(small_pieces(buffers) + buffer - buffers->first_bulk));
  } else {
    give_to(&buffers->groups[JEV_URING_SMALL], buffer_at(buffers, buffer, piece),
            (uint16_t)((buffer - buffers->first_small) * buffers->pieces + piece));
  }
}

void jev_uring_slab_give_back(struct jev_uring_slab *buffers, uint32_t buffer, int64_t offset) {
  uint32_t only = PIECES;
  if (offset >= 0 && buffer < buffers->first_bulk) {
    only = (uint32_t)(offset % buffers->slab->size) / buffers->piece_size;
  }
  for (uint32_t piece = 0; piece < buffers->pieces; piece++) {
    if ((buffers->lent[buffer] & 1U << piece) != 0 && (only == PIECES || only == piece)) {
      give(buffers, buffer, piece);
    }
  }
}

static uint32_t power_of_two(uint32_t least) {
  uint32_t power = 1;
  while (power < least) {
    power *= 2;
  }
  return power;
}

/* The kernel gets all that is not lent. */
static int32_t open_groups(struct jev_uring_slab *buffers, const struct jev_uring *uring,
                           struct jev_uring_group *groups) {
  uint32_t small = small_pieces(buffers);
  uint32_t bulk = buffers->slab->count - buffers->first_bulk;
  int32_t error =
      open_group(&groups[JEV_URING_SMALL], uring, JEV_URING_SMALL, power_of_two(small), buffers->piece_size);
  if (error == 0) {
    error =
        open_group(&groups[JEV_URING_BULK], uring, JEV_URING_BULK, power_of_two(bulk), buffers->slab->size);
    if (error != 0) {
      close_group(&groups[JEV_URING_SMALL]);
    }
  }
  return error;
}

static void fill_groups(struct jev_uring_slab *buffers) {
  for (uint32_t buffer = buffers->first_small; buffer < buffers->slab->count; buffer++) {
    uint32_t pieces = buffer < buffers->first_bulk ? buffers->pieces : 1;
    for (uint32_t piece = 0; piece < pieces; piece++) {
      if ((buffers->lent[buffer] & 1U << piece) == 0) {
        give(buffers, buffer, piece);
      }
    }
  }
}

static void give_back_buffer(void *buffers, uint32_t buffer) {
  jev_uring_slab_give_back(buffers, buffer, -1);
}

/* Shares of the slab: for what is copied or goes by readiness, for little, for bulk. A user who keeps a third
 * of all buffers leaves some in each of the first two, and those who find none for bulk receive by little. */
int32_t jev_uring_slab_adopt(struct jev_uring_slab *buffers, const struct jev_uring *uring,
                             struct jev_slab *slab) {
  if (slab->count < LEAST_BUFFERS) {
    return 0;
  }
  buffers->lent = calloc(slab->count, sizeof *buffers->lent);
  if (buffers->lent == NULL) {
    return -ENOMEM;
  }
  buffers->slab = slab;
  buffers->first_small = slab->count * 7 / 16;
  buffers->first_bulk = slab->count - slab->count / 8;
  buffers->pieces = slab->size >= PIECES * PIECE ? PIECES : slab->size >= 2 * PIECE ? slab->size / PIECE : 1;
  buffers->piece_size = slab->size / buffers->pieces;
  int32_t error = open_groups(buffers, uring, buffers->groups);
  if (error != 0) {
    buffers->slab = NULL;
    return error;
  }
  fill_groups(buffers);
  jev_slab_yield(slab, buffers->first_small, give_back_buffer, buffers);
  return 0;
}

int32_t jev_uring_slab_move(struct jev_uring_slab *buffers, const struct jev_uring *uring) {
  struct jev_uring_group groups[JEV_URING_GROUPS];
  if (buffers->slab == NULL) {
    return 0;
  }
  int32_t error = open_groups(buffers, uring, groups);
  if (error != 0) {
    return error;
  }
  for (int i = 0; i < JEV_URING_GROUPS; i++) {
    close_group(&buffers->groups[i]);
    buffers->groups[i] = groups[i];
  }
  fill_groups(buffers);
  return 0;
}

void jev_uring_slab_close(struct jev_uring_slab *buffers) {
  for (int i = 0; i < JEV_URING_GROUPS; i++) {
    close_group(&buffers->groups[i]);
  }
  free(buffers->lent);
}

bool jev_uring_slab_available(const struct jev_uring_slab *buffers, bool bulk) {
  return buffers->slab != NULL && buffers->groups[jev_uring_slab_group(bulk)].available > 0;
}

uint16_t jev_uring_slab_group(bool bulk) { return bulk ? JEV_URING_BULK : JEV_URING_SMALL; }

int64_t jev_uring_slab_taken(struct jev_uring_slab *buffers, uint32_t number, uint32_t *buffer) {
  uint32_t small = small_pieces(buffers);
  bool bulk = number >= small;
  uint32_t piece = bulk ? 0 : number % buffers->pieces;
  *buffer = bulk ? buffers->first_bulk + number - small : buffers->first_small + number / buffers->pieces;
  buffers->lent[*buffer] |= (uint8_t)(1U << piece);
  buffers->groups[jev_uring_slab_group(bulk)].available--;
  return buffer_at(buffers, *buffer, piece) - buffers->slab->base;
}

int32_t jev_uring_slab_probe(const struct jev_uring *uring) {
  struct jev_uring_group group;
  int32_t error = open_group(&group, uring, 0, 1, 1);
  if (error == 0) {
    close_group(&group);
  }
  return error;
}

#endif
