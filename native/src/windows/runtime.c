/*
 * The library is linked without a C runtime, so that it cannot meet another version of it. The few functions
 * that the library and the compiler use are here, on top of the system's.
 */
#include <stdlib.h>
#include <string.h>

#include "windows/windows_api.h"

#if defined(_MSC_VER)
#pragma function(memcpy, memset, memcmp)
#endif

BOOL WINAPI jev_dll_main(HINSTANCE library, DWORD reason, LPVOID reserved);
BOOL WINAPI jev_dll_main(HINSTANCE library, DWORD reason, LPVOID reserved) {
  (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) {
    DisableThreadLibraryCalls(library);
  }
  return TRUE;
}

void *malloc(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size); }

void *calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) {
    return NULL;
  }
  return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, count * size);
}

void *realloc(void *memory, size_t size) {
  return memory == NULL ? malloc(size) : HeapReAlloc(GetProcessHeap(), 0, memory, size);
}

void free(void *memory) {
  if (memory != NULL) {
    HeapFree(GetProcessHeap(), 0, memory);
  }
}

/* The system's functions, which the headers have as macros that make them calls of the C runtime. */
#undef RtlMoveMemory
#undef RtlFillMemory
#undef RtlCompareMemory
__declspec(dllimport) void WINAPI RtlMoveMemory(void *to, const void *from, SIZE_T count);
__declspec(dllimport) void WINAPI RtlFillMemory(void *to, SIZE_T count, unsigned char value);
__declspec(dllimport) SIZE_T WINAPI RtlCompareMemory(const void *one, const void *other, SIZE_T count);

void *memcpy(void *to, const void *from, size_t count) {
  RtlMoveMemory(to, from, count);
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  RtlMoveMemory(to, from, count);
  return to;
}

void *memset(void *to, int value, size_t count) {
  RtlFillMemory(to, count, (unsigned char)value);
  return to;
}

int memcmp(const void *one, const void *other, size_t count) {
  size_t same = RtlCompareMemory(one, other, count);
  return same == count ? 0 : ((const uint8_t *)one)[same] - ((const uint8_t *)other)[same];
}
