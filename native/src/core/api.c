/*
 * Making, entering, waking and freeing rings.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/engines.h"
#include "core/enter.h"
#include "core/jev_assert.h"
#include "core/log.h"
#include "core/signals.h"
#include "core/submit.h"
#include "core/system.h"

enum {
  FLAGS = JEV_CREATE_TIMERFD,
  MIN_ENTRIES = 8,
  MAX_ENTRIES = 65536,
  MAX_BUFFERS = 65536,
  MIN_BUFFER_SIZE = 1024,
  MAX_BUFFER_SIZE = 1 << 20,
  LINE = 64
};

static int64_t align(int64_t offset) { return (offset + LINE - 1) & ~(int64_t)(LINE - 1); }

static bool within(int32_t value, int32_t min, int32_t max) { return value >= min && value <= max; }

/* Maps the block and writes its header. */
static int32_t lay_out(struct jev_ring *ring, uint32_t entries, uint32_t buffers, uint32_t buffer_size) {
  int64_t submissions = align((int64_t)sizeof(struct jev_header));
  int64_t completions = align(submissions + (int64_t)entries * (int64_t)sizeof(struct jev_submission));
  int64_t slab = align(completions + 2 * (int64_t)entries * (int64_t)sizeof(struct jev_completion));
  int64_t size = slab + (int64_t)buffers * buffer_size;
  if (size > INT32_MAX) {
    return -EINVAL; /* Java maps it as one buffer */
  }
  void *block = jev_map((size_t)size);
  if (block == NULL) {
    return -ENOMEM;
  }
  ring->block = block;
  ring->block_size = size;
  ring->header = block;
  ring->submissions = (void *)(ring->block + submissions);
  ring->completions = (void *)(ring->block + completions);
  ring->header->magic = JEV_MAGIC;
  ring->header->abi = JEV_ABI_VERSION;
  ring->header->submissions_offset = (uint32_t)submissions;
  ring->header->submissions_capacity = entries;
  ring->header->completions_offset = (uint32_t)completions;
  ring->header->completions_capacity = 2 * entries;
  ring->header->slab_offset = (uint32_t)slab;
  ring->header->buffer_size = buffer_size;
  ring->header->buffer_count = buffers;
  return jev_slab_open(&ring->slab, ring->block + slab, buffers, buffer_size);
}

static void free_ring(struct jev_ring *ring) {
  jev_slab_close(&ring->slab);
  if (ring->block != NULL) {
    jev_unmap(ring->block, (size_t)ring->block_size);
  }
  free(ring);
}

int64_t jev_create(int32_t engine, int32_t entries, int32_t buffers, int32_t buffer_size, int32_t flags) {
  const struct jev_poller_ops *found = jev_engine_find(engine);
  if (found == NULL) {
    return -ENOSYS;
  }
  if (!within(entries, MIN_ENTRIES, MAX_ENTRIES) || !within(buffers, 1, MAX_BUFFERS) ||
      !within(buffer_size, MIN_BUFFER_SIZE, MAX_BUFFER_SIZE) || (flags & ~FLAGS) != 0) {
    return -EINVAL;
  }
  struct jev_ring *ring = calloc(1, sizeof *ring);
  if (ring == NULL) {
    return -ENOMEM;
  }
  int32_t error = lay_out(ring, (uint32_t)entries, (uint32_t)buffers, (uint32_t)buffer_size);
  if (error == 0) {
    error = jev_reactor_open(ring, found, flags);
  }
  if (error != 0) {
    free_ring(ring);
    jev_log(JEV_LOG_DEBUG, found->kind.name, "a ring could not be made", error);
    return error;
  }
  jev_log(JEV_LOG_DEBUG, found->kind.name, "a ring was made", 0);
  return (int64_t)(uintptr_t)ring;
}

static struct jev_ring *of(int64_t handle) { return (struct jev_ring *)(intptr_t)handle; /* NOLINT */ }

/* A ring belongs to one thread at a time, which enters it and leaves it again. */
static void note_thread(struct jev_ring *ring, bool enters) {
#if JEV_ASSERTS
  jev_assert(jev_swap(&ring->entered, enters) == !enters);
#else
  (void)ring;
  (void)enters;
#endif
}

int64_t jev_block(int64_t ring) { return (int64_t)(uintptr_t)of(ring)->block; }

int64_t jev_block_size(int64_t ring) { return of(ring)->block_size; }

int32_t jev_enter(int64_t ring, int64_t timeout) {
  struct jev_ring *entered = of(ring);
  note_thread(entered, true);
  int32_t result = jev_reactor_enter(entered, timeout);
  jev_reactor_check(entered);
  note_thread(entered, false);
  return result;
}

int32_t jev_wakeup(int64_t ring) { return jev_wake(of(ring)->reactor); }

int32_t jev_watch_signal(int64_t ring, int32_t signal, int32_t on) {
  return jev_signals_watch(of(ring), signal, on != 0);
}

void jev_destroy(int64_t ring) {
  struct jev_ring *destroyed = of(ring);
  note_thread(destroyed, true);
  const char *name = destroyed->reactor->ops->kind.name;
  jev_signals_close(destroyed);
  jev_reactor_close(destroyed);
  free_ring(destroyed);
  jev_log(JEV_LOG_DEBUG, name, "a ring was destroyed", 0);
}

int32_t jev_abi_version(void) { return JEV_ABI_VERSION; }
