/* See array_windows.h. */
#include "pollers/array_windows.h"

#include <errno.h>

#include "core/system.h"

short jev_array_events(uint32_t mask) {
  return (short)(((mask & JEV_READ) != 0 ? POLLIN : 0) | ((mask & JEV_WRITE) != 0 ? POLLOUT : 0));
}

uint32_t jev_array_mask(int events) {
  if ((events & (POLLERR | POLLNVAL)) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & (POLLIN | POLLHUP)) != 0 ? (uint32_t)JEV_READ : 0) |
         ((events & POLLOUT) != 0 ? (uint32_t)JEV_WRITE : 0);
}

int32_t jev_array_find_closed(struct jev_poller *poller) {
  int32_t found = 0;
  for (uint32_t i = 1; i < poller->count; i++) {
    jev_pollfd *entry = &poller->entries[i];
    poller->counters->syscalls++;
    entry->revents = jev_is_open((int32_t)entry->fd) != 0 ? POLLNVAL : 0;
    found += entry->revents != 0 ? 1 : 0;
  }
  poller->entries[0].revents = 0;
  return found > 0 ? found : jev_windows_error(WSAENOTSOCK);
}

int32_t jev_array_nothing(int64_t start, int64_t timeout) {
  return timeout > 0 && jev_clock() - start < timeout ? -EINTR : 0;
}
