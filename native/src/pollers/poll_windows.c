/*
 * WSAPoll on Windows.
 *
 * Traps handled here: before Windows 10 version 2004 a connect that fails is never reported; select serves
 * those systems. Unknown flags, POLLPRI among them, fail the call, and so do closed sockets.
 *
 * POLLHUP cannot be turned off. It is reported for broken connections and for those whose peer has only
 * ended its side. A slot that waits to write gets it, and would get it again and again while the peer does
 * not read. So such an entry rests in every other wait, which lasts some milliseconds then. Time-outs are
 * milliseconds, rounded up.
 */
#include <errno.h>
#include <limits.h>

#include "core/system.h"
#include "pollers/array_windows.h"

enum { MILLISECOND = 1000000, NAP = 10 * MILLISECOND, FIRST_BUILD = 19041 };

/* From ntdll; GetVersionEx reports what the program's manifest declares. */
__declspec(dllimport) LONG WINAPI RtlGetVersion(OSVERSIONINFOW *version);

static int32_t status(void) {
  OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
  RtlGetVersion(&version);
  bool late =
      version.dwMajorVersion > 10 || (version.dwMajorVersion == 10 && version.dwBuildNumber >= FIRST_BUILD);
  return late ? jev_winsock() : jev_windows_error(ERROR_NOT_SUPPORTED);
}

static int reason(char *out, size_t size) {
  static const char TEXT[] = "WSAPoll reports connects that fail since Windows 10 version 2004";
  size_t length = sizeof TEXT - 1;
  if (status() == 0) {
    return 0;
  }
  for (size_t i = 0; i < size && i <= length; i++) {
    out[i] = i + 1 < size ? TEXT[i] : 0;
  }
  return (int)length;
}

static bool only_hung_up(const jev_pollfd *entry) {
  return (entry->revents & POLLHUP) != 0 && (entry->events & POLLIN) == 0;
}

/* Entries with a negative number are passed over. */
static bool lay_to_rest(struct jev_poller *poller) {
  bool rests = false;
  for (uint32_t i = 1; i < poller->count; i++) {
    jev_pollfd *entry = &poller->entries[i];
    if (only_hung_up(entry)) {
      entry->fd = ~entry->fd;
      rests = true;
    }
  }
  return rests;
}

static void raise_again(struct jev_poller *poller) {
  for (uint32_t i = 1; i < poller->count; i++) {
    jev_pollfd *entry = &poller->entries[i];
    if ((INT_PTR)entry->fd < 0) {
      entry->fd = ~entry->fd;
      entry->revents = 0;
    }
  }
}

static void report_writers(struct jev_poller *poller) {
  for (uint32_t i = 1; i < poller->count; i++) {
    if (only_hung_up(&poller->entries[i])) {
      poller->entries[i].revents |= POLLOUT;
    }
  }
}

static int milliseconds(int64_t timeout) {
  int64_t rounded = timeout / MILLISECOND + (timeout % MILLISECOND > 0 ? 1 : 0);
  return timeout < 0 ? -1 : rounded < INT_MAX ? (int)rounded : INT_MAX;
}

static int32_t wait_kernel(struct jev_poller *poller, int64_t timeout) {
  int64_t start = timeout > 0 ? jev_clock() : 0;
  bool rests = lay_to_rest(poller);
  bool naps = rests && (timeout < 0 || timeout > NAP);
  int found = WSAPoll(poller->entries, poller->count, milliseconds(naps ? NAP : timeout));
  int error = found < 0 ? WSAGetLastError() : 0;
  if (rests) {
    raise_again(poller);
  }
  if (error == WSAENOTSOCK) {
    return jev_array_find_closed(poller);
  }
  if (error != 0) {
    return jev_windows_error((uint32_t)error);
  }
  if (found == 0) {
    return naps ? -EINTR : jev_array_nothing(start, timeout);
  }
  report_writers(poller);
  return found;
}

static const struct jev_array_system SYSTEM = {
    .wait = wait_kernel, .events = jev_array_events, .mask = jev_array_mask};

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  return jev_array_open(out, counters, &SYSTEM);
}

const struct jev_poller_ops jev_poller_poll = {
    .kind =
        {.code = JEV_ENGINE_POLL, .name = "poll", .status = status, .reason = reason, .check = jev_is_open},
    .open = open_poller,
    .set = jev_array_set,
    .closing = jev_array_closing,
    .wait = jev_array_wait,
    .wake = jev_array_wake,
    .recreate = jev_array_recreate,
    .close = jev_array_close,
};
