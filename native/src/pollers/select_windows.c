/*
 * select on Windows, whose sets are arrays of sockets with a count, as large as they need to be.
 *
 * Traps handled here: connects that fail show as exceptions, in a third set; a socket that was closed fails
 * the whole call. Time-outs are cut to microseconds and rounded up.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "core/system.h"
#include "pollers/array_windows.h"

enum { MICROSECOND = 1000, IN_SECOND = 1000000 };

enum set { READING, WRITING, FAILING, SETS };

/* As fd_set, of any size. */
struct sockets {
  u_int count;
  SOCKET sockets[];
};

static const short EVENTS[SETS] = {POLLIN, POLLOUT, POLLOUT};
static const short FOUND[SETS] = {POLLIN, POLLOUT, POLLERR};

static size_t size_of(uint32_t capacity) { return sizeof(struct sockets) + capacity * sizeof(SOCKET); }

/* The sets stand one after the other, each with room for all entries. */
static struct sockets *set_of(const struct jev_poller *poller, int set) {
  return (struct sockets *)(void *)((uint8_t *)poller->sets + (size_t)set * size_of(poller->sets_capacity));
}

static int32_t make_room(struct jev_poller *poller) {
  if (poller->sets_capacity >= poller->count) {
    return 0;
  }
  void *sets = realloc(poller->sets, SETS * size_of(poller->capacity));
  if (sets == NULL) {
    return -ENOMEM;
  }
  poller->sets = sets;
  poller->sets_capacity = poller->capacity;
  return 0;
}

static void fill(struct jev_poller *poller) {
  for (int i = 0; i < SETS; i++) {
    struct sockets *set = set_of(poller, i);
    set->count = 0;
    for (uint32_t j = 0; j < poller->count; j++) {
      if ((poller->entries[j].events & EVENTS[i]) != 0) {
        set->sockets[set->count++] = poller->entries[j].fd;
      }
    }
  }
}

/* What is left in the sets is what was found. */
static int32_t collect(struct jev_poller *poller) {
  int32_t found = 0;
  for (uint32_t i = 0; i < poller->count; i++) {
    poller->entries[i].revents = 0;
  }
  for (int i = 0; i < SETS; i++) {
    const struct sockets *set = set_of(poller, i);
    for (u_int j = 0; j < set->count; j++) {
      int32_t fd = jev_descriptor_of(set->sockets[j]);
      jev_pollfd *entry = &poller->entries[jev_array_place(poller, fd)];
      found += entry->revents == 0 ? 1 : 0;
      entry->revents |= FOUND[i];
    }
  }
  return found;
}

static struct timeval limit_of(int64_t timeout) {
  int64_t rounded = timeout / MICROSECOND + (timeout % MICROSECOND > 0 ? 1 : 0);
  int64_t seconds = rounded / IN_SECOND;
  return (struct timeval){.tv_sec = seconds < LONG_MAX ? (long)seconds : LONG_MAX,
                          .tv_usec = (long)(rounded % IN_SECOND)};
}

static int32_t wait_kernel(struct jev_poller *poller, int64_t timeout) {
  int32_t error = make_room(poller);
  if (error != 0) {
    return error;
  }
  fill(poller);
  int64_t start = timeout > 0 ? jev_clock() : 0;
  struct timeval limit = limit_of(timeout);
  int result = select(0, (fd_set *)(void *)set_of(poller, READING), (fd_set *)(void *)set_of(poller, WRITING),
                      (fd_set *)(void *)set_of(poller, FAILING), timeout < 0 ? NULL : &limit);
  if (result > 0) {
    return collect(poller);
  }
  if (result == 0) {
    return jev_array_nothing(start, timeout);
  }
  return WSAGetLastError() == WSAENOTSOCK ? jev_array_find_closed(poller) : jev_socket_error();
}

static int32_t status(void) { return jev_winsock(); }

static const struct jev_array_system SYSTEM = {
    .wait = wait_kernel, .events = jev_array_events, .mask = jev_array_mask};

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  return jev_array_open(out, counters, &SYSTEM);
}

const struct jev_poller_ops jev_poller_select = {
    .kind = {.code = JEV_ENGINE_SELECT, .name = "select", .status = status, .check = jev_is_open},
    .open = open_poller,
    .set = jev_array_set,
    .closing = jev_array_closing,
    .wait = jev_array_wait,
    .wake = jev_array_wake,
    .recreate = jev_array_recreate,
    .close = jev_array_close,
};
