/*
 * Numbers and pointers that several threads, or signal handlers, share. Everything is ordered as it is
 * written.
 */
#ifndef JEV_ATOMICS_H
#define JEV_ATOMICS_H

#include <stdint.h>

#if defined(_WIN32)

#include <intrin.h>

typedef struct {
  volatile long value;
} jev_atomic;

typedef struct {
  void *volatile value;
} jev_atomic_pointer;

static inline int32_t jev_load(jev_atomic *from) { return _InterlockedCompareExchange(&from->value, 0, 0); }

/* Returns what was there before, as all that change do. */
static inline int32_t jev_swap(jev_atomic *to, int32_t value) {
  return _InterlockedExchange(&to->value, value);
}

static inline int32_t jev_add(jev_atomic *to, int32_t value) {
  return _InterlockedExchangeAdd(&to->value, value);
}

static inline void *jev_load_pointer(jev_atomic_pointer *from) {
  return _InterlockedCompareExchangePointer(&from->value, NULL, NULL);
}

static inline void jev_store_pointer(jev_atomic_pointer *to, void *value) {
  _InterlockedExchangePointer(&to->value, value);
}

#else

#include <stdatomic.h>

typedef struct {
  atomic_int value;
} jev_atomic;

typedef struct {
  _Atomic(void *) value;
} jev_atomic_pointer;

static inline int32_t jev_load(jev_atomic *from) { return atomic_load(&from->value); }

/* Returns what was there before, as all that change do. */
static inline int32_t jev_swap(jev_atomic *to, int32_t value) { return atomic_exchange(&to->value, value); }

static inline int32_t jev_add(jev_atomic *to, int32_t value) { return atomic_fetch_add(&to->value, value); }

static inline void *jev_load_pointer(jev_atomic_pointer *from) { return atomic_load(&from->value); }

static inline void jev_store_pointer(jev_atomic_pointer *to, void *value) { atomic_store(&to->value, value); }

#endif

static inline void jev_store(jev_atomic *to, int32_t value) { (void)jev_swap(to, value); }

#endif
