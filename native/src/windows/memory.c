/* Memory on Windows: that of rings, and what Java asks for. */
#include "windows/windows_api.h"

enum { LINE = 64 };

/* Pieces from this size on, the unit of the system's address space, are reserved one by one. */
enum { MAPPED = 64 * 1024 };

void *jev_map(size_t size) { return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE); }

void jev_unmap(void *memory, size_t size) {
  (void)size;
  VirtualFree(memory, 0, MEM_RELEASE);
}

/* The heap aligns to 16 bytes: the start of its piece is kept in front of what is given. */
int64_t jev_alloc(int64_t size) {
  if (size <= 0 || size > INT32_MAX) {
    return 0;
  }
  if (size >= MAPPED) {
    return (int64_t)(uintptr_t)jev_map((size_t)size);
  }
  uint8_t *piece = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (size_t)size + LINE + sizeof(void *));
  if (piece == NULL) {
    return 0;
  }
  uintptr_t given = ((uintptr_t)piece + sizeof(void *) + LINE - 1) & ~(uintptr_t)(LINE - 1);
  ((void **)given)[-1] = piece;
  return (int64_t)given;
}

void jev_free(int64_t address, int64_t size) {
  void *memory = (void *)(uintptr_t)address; /* NOLINT */
  if (memory == NULL) {
    return;
  }
  if (size >= MAPPED) {
    jev_unmap(memory, (size_t)size);
  } else {
    HeapFree(GetProcessHeap(), 0, ((void **)memory)[-1]);
  }
}
