/* Allocations of the library: those that the C library makes for it, and what it maps. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "faults.h"

#define MEMORY FAULT_BIT(FAULT_MEMORY)

FAULTS_EXPORT void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset) {
  FAULTS_REAL(mmap);
  bool ours = FAULTS_OURS;
  if (ours && faults_next(MEMORY) == FAULT_MEMORY) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  void *memory = real(address, size, protection, flags, fd, offset);
  if (ours && memory != MAP_FAILED) {
    faults_note_mapped((int64_t)size);
    if (fd >= 0) {
      faults_uring_mapped(fd, offset, memory);
    }
  }
  return memory;
}

FAULTS_EXPORT int munmap(void *memory, size_t size) {
  FAULTS_REAL(munmap);
  int result = real(memory, size);
  if (result == 0 && FAULTS_OURS) {
    faults_note_mapped(-(int64_t)size);
  }
  return result;
}

/* The allocator behind this one, by its internal names: looking for the next one would allocate. A sanitizer
 * has to know all that is allocated here. */
#ifdef JEVENT_SANITIZED
#define ALLOCATOR(function) __interceptor_##function
#else
#define ALLOCATOR(function) __libc_##function
#endif
extern void *ALLOCATOR(malloc)(size_t size);
extern void *ALLOCATOR(calloc)(size_t count, size_t size);
extern void *ALLOCATOR(realloc)(void *memory, size_t size);
extern void ALLOCATOR(free)(void *memory);

/* The blocks that belong to the library. The return address does not show which caller frees one, as a last
 * call is a jump. */
enum { PLACES = 1 << 16, REACH = 32 };
static _Atomic uintptr_t blocks[PLACES + REACH];

/* Replaces `from` by `to` in one of the places for this block. */
static bool note(uintptr_t block, uintptr_t from, uintptr_t to) {
  _Atomic uintptr_t *place = &blocks[(block >> 4) * 0x9e3779b1U % PLACES];
  for (int i = 0; i < REACH; i++) {
    uintptr_t expected = from;
    if (atomic_load_explicit(&place[i], memory_order_relaxed) == from &&
        atomic_compare_exchange_strong(&place[i], &expected, to)) {
      return true;
    }
  }
  return false;
}

static void cancel_all(const void *memory) {
  uintptr_t block = (uintptr_t)memory;
  if (block != 0 && note(block, block, 0)) {
    faults_note_allocated(-1);
  }
}

/* What an allocation by the library gives. */
static void *counted(void *memory) {
  uintptr_t block = (uintptr_t)memory;
  if (block != 0 && note(block, 0, block)) {
    faults_note_allocated(1);
  }
  return memory;
}

static bool refused(void) {
  if (faults_next(MEMORY) != FAULT_MEMORY) {
    return false;
  }
  errno = ENOMEM;
  return true;
}

FAULTS_EXPORT void *malloc(size_t size) {
  if (!faults_known_ours(__builtin_return_address(0))) {
    return ALLOCATOR(malloc)(size);
  }
  return refused() ? NULL : counted(ALLOCATOR(malloc)(size));
}

FAULTS_EXPORT void *calloc(size_t count, size_t size) {
  if (!faults_known_ours(__builtin_return_address(0))) {
    return ALLOCATOR(calloc)(count, size);
  }
  return refused() ? NULL : counted(ALLOCATOR(calloc)(count, size));
}

FAULTS_EXPORT void *realloc(void *memory, size_t size) {
  if (!faults_known_ours(__builtin_return_address(0))) {
    return ALLOCATOR(realloc)(memory, size);
  }
  if (refused()) {
    return NULL;
  }
  cancel_all(memory);
  return counted(ALLOCATOR(realloc)(memory, size)); /* tests do not run out of memory otherwise */
}

FAULTS_EXPORT void free(void *memory) {
  cancel_all(memory);
  ALLOCATOR(free)(memory);
}
