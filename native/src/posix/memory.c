/* Memory on POSIX systems: that of rings, and what Java asks for. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/system.h"

enum { LINE = 64 };

/* Pieces from this size on are mapped one by one. The heap would keep them for its next ones, so that
   a process that had much to send would stay large. */
enum { MAPPED = 64 * 1024 };

void *jev_map(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void jev_unmap(void *memory, size_t size) { munmap(memory, size); }

int64_t jev_alloc(int64_t size) {
  if (size <= 0 || size > INT32_MAX) {
    return 0;
  }
  if (size >= MAPPED) {
    return (int64_t)(uintptr_t)jev_map((size_t)size);
  }
  void *memory = NULL;
  if (posix_memalign(&memory, LINE, (size_t)size) != 0) {
    return 0;
  }
  memset(memory, 0, (size_t)size);
  return (int64_t)(uintptr_t)memory;
}

void jev_free(int64_t address, int64_t size) {
  void *memory = (void *)(intptr_t)address; /* NOLINT */
  if (memory != NULL && size >= MAPPED) {
    jev_unmap(memory, (size_t)size);
  } else {
    free(memory);
  }
}
