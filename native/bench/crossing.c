/*
 * The cost of crossing between Java and C in the ways an event library could choose. They are an empty call,
 * a call per event, an upcall per event, and a batch of events in shared memory.
 */
#include <stdint.h>
#include <stdlib.h>

#define CROSSING_EXPORT __attribute__((visibility("default")))

/* One event, as the shared memory holds it. */
struct crossing_event {
  int32_t slot;
  int32_t mask;
};

struct crossing_state {
  int32_t next;
  int32_t count;
};

typedef void (*crossing_callback)(int32_t slot, int32_t mask);

static struct crossing_event event_of(int32_t number) {
  return (struct crossing_event){.slot = number & 1023, .mask = 2};
}

/* Nothing: the price of the crossing itself. */
CROSSING_EXPORT int32_t crossing_nop(void);
CROSSING_EXPORT int32_t crossing_nop(void) { return 0; }

/* Nothing, with as many arguments as a typical call has. */
CROSSING_EXPORT int64_t crossing_nop4(int64_t a, int64_t b, int64_t c, int64_t d);
CROSSING_EXPORT int64_t crossing_nop4(int64_t a, int64_t b, int64_t c, int64_t d) { return a ^ b ^ c ^ d; }

/* One call into Java for each of n events. */
CROSSING_EXPORT void crossing_events_by_callback(crossing_callback callback, int32_t n);
CROSSING_EXPORT void crossing_events_by_callback(crossing_callback callback, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    struct crossing_event event = event_of(i);
    callback(event.slot, event.mask);
  }
}

/* A source of n events that are asked for one by one; 0 when there is no memory. */
CROSSING_EXPORT int64_t crossing_open(int32_t n);
CROSSING_EXPORT int64_t crossing_open(int32_t n) {
  struct crossing_state *state = calloc(1, sizeof *state);
  if (state != NULL) {
    state->count = n;
  }
  return (int64_t)(intptr_t)state;
}

/* The slot in the upper half, the mask in the lower; -1 at the end, after which the events restart. */
CROSSING_EXPORT int64_t crossing_next_event(int64_t state);
CROSSING_EXPORT int64_t crossing_next_event(int64_t state) {
  struct crossing_state *source = (struct crossing_state *)(intptr_t)state;
  if (source->next >= source->count) {
    source->next = 0;
    return -1;
  }
  struct crossing_event event = event_of(source->next++);
  return (int64_t)event.slot << 32 | (uint32_t)event.mask;
}

CROSSING_EXPORT void crossing_close(int64_t state);
CROSSING_EXPORT void crossing_close(int64_t state) { free((void *)(intptr_t)state); }

/* n events into shared memory, 8 bytes each: the way of the ring. Returns n. */
CROSSING_EXPORT int32_t crossing_events_in_batch(int64_t memory, int32_t n);
CROSSING_EXPORT int32_t crossing_events_in_batch(int64_t memory, int32_t n) {
  struct crossing_event *events = (struct crossing_event *)(intptr_t)memory;
  for (int32_t i = 0; i < n; i++) {
    events[i] = event_of(i);
  }
  return n;
}

/* The same under the names by which a JVM binds native methods of org.jevent.bench.Crossing. */
CROSSING_EXPORT int32_t Java_org_jevent_bench_Crossing_nop(void *env, void *owner);
CROSSING_EXPORT int32_t Java_org_jevent_bench_Crossing_nop(void *env, void *owner) {
  (void)env;
  (void)owner;
  return crossing_nop();
}

CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_nop4(void *env, void *owner, int64_t a, int64_t b,
                                                            int64_t c, int64_t d);
CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_nop4(void *env, void *owner, int64_t a, int64_t b,
                                                            int64_t c, int64_t d) {
  (void)env;
  (void)owner;
  return crossing_nop4(a, b, c, d);
}

CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_open(void *env, void *owner, int32_t n);
CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_open(void *env, void *owner, int32_t n) {
  (void)env;
  (void)owner;
  return crossing_open(n);
}

CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_nextEvent(void *env, void *owner, int64_t state);
CROSSING_EXPORT int64_t Java_org_jevent_bench_Crossing_nextEvent(void *env, void *owner, int64_t state) {
  (void)env;
  (void)owner;
  return crossing_next_event(state);
}

CROSSING_EXPORT void Java_org_jevent_bench_Crossing_close(void *env, void *owner, int64_t state);
CROSSING_EXPORT void Java_org_jevent_bench_Crossing_close(void *env, void *owner, int64_t state) {
  (void)env;
  (void)owner;
  crossing_close(state);
}

CROSSING_EXPORT int32_t Java_org_jevent_bench_Crossing_eventsInBatch(void *env, void *owner, int64_t memory,
                                                                     int32_t n);
CROSSING_EXPORT int32_t Java_org_jevent_bench_Crossing_eventsInBatch(void *env, void *owner, int64_t memory,
                                                                     int32_t n) {
  (void)env;
  (void)owner;
  return crossing_events_in_batch(memory, n);
}
