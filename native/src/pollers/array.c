/*
 * See array.h.
 *
 * Traps handled here: a closed descriptor is reported as POLLNVAL, again and again. It is reported once as
 * ready for everything, as libevent does, and then left alone until it is set again.
 */
#include "pollers/array.h"

#include <errno.h>
#include <stdlib.h>

#include "core/jev_assert.h"
#include "core/system.h"

enum { FIRST = 64 };

static int32_t grow(struct jev_poller *poller) {
  uint32_t capacity = poller->capacity == 0 ? FIRST : 2 * poller->capacity;
  jev_pollfd *entries = realloc(poller->entries, capacity * sizeof *entries);
  if (entries != NULL) {
    poller->entries = entries;
  }
  uint64_t *tokens = realloc(poller->tokens, capacity * sizeof *tokens);
  if (tokens != NULL) {
    poller->tokens = tokens;
  }
  if (entries == NULL || tokens == NULL) {
    return -ENOMEM;
  }
  poller->capacity = capacity;
  return 0;
}

static int32_t make_place(struct jev_poller *poller, uint32_t index) {
  uint32_t count = poller->place_count == 0 ? FIRST : poller->place_count;
  if (index >= JEV_MAX_DESCRIPTORS) {
    return -EMFILE;
  }
  while (count <= index) {
    count *= 2;
  }
  if (count > poller->place_count) {
    uint32_t *places = realloc(poller->places, count * sizeof *places);
    if (places == NULL) {
      return -ENOMEM;
    }
    for (uint32_t i = poller->place_count; i < count; i++) {
      places[i] = 0;
    }
    poller->places = places;
    poller->place_count = count;
  }
  return poller->count < poller->capacity ? 0 : grow(poller);
}

uint32_t jev_array_place(const struct jev_poller *poller, int32_t fd) {
  uint32_t index = jev_index(fd);
  return index < poller->place_count ? poller->places[index] : 0;
}

static void take_out(struct jev_poller *poller, int32_t fd) {
  uint32_t place = jev_array_place(poller, fd);
  if (place == 0) {
    return;
  }
  jev_assert(place < poller->count);
  jev_assert(jev_index((int32_t)poller->entries[place].fd) == jev_index(fd));
  uint32_t last = --poller->count;
  poller->entries[place] = poller->entries[last];
  poller->tokens[place] = poller->tokens[last];
  poller->places[jev_index((int32_t)poller->entries[place].fd)] = place;
  poller->places[jev_index(fd)] = 0;
  jev_assert(poller->count > 0); /* the wake-up's entry stays */
}

int32_t jev_array_set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                      bool renew) {
  (void)renew; /* the number is looked up at each wait */
  if (wanted == 0) {
    take_out(poller, fd);
    return 0;
  }
  int32_t error = old == 0 ? jev_is_open(fd) : 0;
  if (error != 0) {
    return error;
  }
  uint32_t place = jev_array_place(poller, fd);
  if (place == 0) {
    error = make_place(poller, jev_index(fd));
    if (error != 0) {
      return error;
    }
    jev_assert(poller->count < poller->capacity);
    place = poller->count++;
    poller->places[jev_index(fd)] = place;
  }
  jev_assert(place > 0 && place < poller->count);
  jev_assert(poller->places[jev_index(fd)] == place);
  poller->entries[place] = jev_array_entry(fd, poller->system->events(wanted));
  poller->tokens[place] = token;
  return 0;
}

void jev_array_closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)old;
  take_out(poller, fd);
}

/* Goes once around, starting where the last call ended. When all have been reported it starts with the next
 * of them, as the last ones may find no room for what they receive. */
static int32_t report(struct jev_poller *poller, int32_t found, struct jev_ready *out, int32_t max) {
  int32_t reported = 0;
  jev_assert(poller->count > 0 && max > 0);
  uint32_t watched = poller->count - 1;
  uint32_t first = watched == 0 ? 0 : poller->next % watched;
  uint32_t first_reported = poller->next;
  for (uint32_t i = 0; i < watched && found > 0 && reported < max; i++) {
    uint32_t place = 1 + (first + i) % watched;
    jev_pollfd *entry = &poller->entries[place];
    poller->next = place;
    if (entry->revents == 0) {
      continue;
    }
    found--;
    first_reported = reported == 0 ? place : first_reported;
    out[reported].token = poller->tokens[place];
    out[reported++].mask = poller->system->mask(entry->revents);
    if ((entry->revents & POLLNVAL) != 0) {
      entry->events = 0;
    }
  }
  poller->next = found == 0 ? first_reported : poller->next;
  return reported;
}

static void leave_closed_alone(struct jev_poller *poller) {
  for (uint32_t place = poller->count - 1; place > 0; place--) {
    const jev_pollfd *entry = &poller->entries[place];
    if (entry->events == 0 && (entry->revents & POLLNVAL) != 0) {
      take_out(poller, (int32_t)entry->fd);
    }
  }
}

int32_t jev_array_wait(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  poller->counters->waits++;
  poller->counters->syscalls++;
  int32_t found = poller->system->wait(poller, timeout);
  if (found < 0) {
    return found;
  }
  if (found > 0 && poller->entries[0].revents != 0) {
    jev_wake_drain(&poller->wake);
    poller->counters->syscalls++;
    found--;
  }
  jev_assert(found < (int32_t)poller->count);
  int32_t reported = report(poller, found, out, max);
  bool closed = false;
  for (int32_t i = 0; i < reported; i++) {
    closed = closed || out[i].mask == (JEV_READ | JEV_WRITE | JEV_CLOSED);
  }
  if (closed) {
    leave_closed_alone(poller);
  }
  return reported;
}

int32_t jev_array_wake(struct jev_poller *poller) { return jev_wake_up(&poller->wake); }

int32_t jev_array_recreate(struct jev_poller *poller) {
  while (poller->count > 1) {
    take_out(poller, (int32_t)poller->entries[1].fd);
  }
  return 0;
}

void jev_array_close(struct jev_poller *poller) {
  jev_wake_close(&poller->wake);
  free(poller->entries);
  free(poller->tokens);
  free(poller->places);
  free(poller->sets);
  free(poller);
}

int32_t jev_array_open(struct jev_poller **out, struct jev_header *counters,
                       const struct jev_array_system *system) {
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->system = system;
  int32_t error = jev_wake_open(&poller->wake);
  if (error == 0) {
    error = grow(poller);
  }
  if (error != 0) {
    jev_array_close(poller);
    return error;
  }
  poller->entries[0] = jev_array_entry(poller->wake.ends[0], POLLIN);
  poller->count = 1;
  *out = poller;
  return 0;
}
