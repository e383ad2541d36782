/*
 * A poller over an array of descriptors that is passed with each wait, so that the cost grows with the
 * number watched. It serves poll, and select where its sets are arrays.
 */
#ifndef JEV_ARRAY_H
#define JEV_ARRAY_H

#include "core/poller.h"
#include "pollers/wake.h"

#if defined(_WIN32)
#include "windows/windows_api.h"
typedef WSAPOLLFD jev_pollfd;
static inline jev_pollfd jev_array_entry(int32_t fd, short events) {
  return (jev_pollfd){.fd = jev_socket_of(fd), .events = events};
}
#else
#include <poll.h>
typedef struct pollfd jev_pollfd;
static inline jev_pollfd jev_array_entry(int32_t fd, short events) {
  return (jev_pollfd){.fd = fd, .events = events};
}
#endif

/* What the system's call does with the array. */
struct jev_array_system {
  /* Fills revents in as poll does and returns how many are not 0, or an error. */
  int32_t (*wait)(struct jev_poller *poller, int64_t timeout);
  /* What to ask for, and what was reported, as the contract has it: the platform's. */
  short (*events)(uint32_t mask);
  uint32_t (*mask)(int events);
};

struct jev_poller {
  struct jev_wake wake;
  jev_pollfd *entries; /* the first is the wake-up's */
  uint64_t *tokens;
  uint32_t count;
  uint32_t capacity;
  uint32_t next;    /* where the next report starts, so that all get their turn */
  uint32_t *places; /* by the descriptor's index: its entry, or 0 */
  uint32_t place_count;
  struct jev_header *counters;
  const struct jev_array_system *system;
  void *sets; /* of select */
  uint32_t sets_capacity;
};

int32_t jev_array_open(struct jev_poller **out, struct jev_header *counters,
                       const struct jev_array_system *system);
int32_t jev_array_set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                      bool renew);
void jev_array_closing(struct jev_poller *poller, int32_t fd, uint32_t old);
int32_t jev_array_wait(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max);
int32_t jev_array_wake(struct jev_poller *poller);
int32_t jev_array_recreate(struct jev_poller *poller);
void jev_array_close(struct jev_poller *poller);
/* The entry of a descriptor; 0, the wake-up's, when there is no other. */
uint32_t jev_array_place(const struct jev_poller *poller, int32_t fd);

#endif
