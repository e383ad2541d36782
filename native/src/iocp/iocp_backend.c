/*
 * The I/O completion port of Windows as a completion backend. Operations of streams are the system's;
 * readiness comes from the driver behind sockets, on the same port.
 */
#include <errno.h>
#include <stdlib.h>

#include "iocp/iocp.h"

enum {
  PER_MILLISECOND = 1000000,
  TIMER_UNIT = 100,     /* nanoseconds */
  TIMER_SLACK = 100000, /* of a timer that is set already */
  COARSE = 100000000,   /* of what is left of a time-out, more can wait by the tick */
  MAX_BATCHES = 16,
  MISSED_WAIT = 10000000, /* until what was to be cancelled and was not found is asked for again */
  LAST_WAIT = 2000,       /* milliseconds: for what was cancelled, at the end */
  LONGEST_WAIT = 0x7fffffff
};

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

/* ---- what endpoints want ---- */

static int32_t watch(struct jev_poller *poller, struct jev_endpoint *endpoint, uint8_t mask) {
  if (mask == 0 || endpoint->poll.state == OPERATION_DONE) {
    return 0;
  }
  if (endpoint->poll.state == OPERATION_IDLE) {
    return jev_afd_watch(poller, endpoint, mask);
  }
  if ((endpoint->watched & mask) != mask) {
    jev_afd_cancel(poller, endpoint); /* asked again when that one has been answered */
  }
  return 0;
}

static void begin(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  uint8_t watched = endpoint->wanted & (JEV_READ | JEV_WRITE | JEV_CLOSED);
  if (endpoint->write.state != OPERATION_IDLE) {
    watched &= (uint8_t)~JEV_WRITE;
  }
  /* A datagram that does not fit into an empty buffer may be reported twice: datagrams go by readiness. */
  if ((endpoint->wanted & JEV_RECEIVES) != 0 && jev_endpoint_associated(poller, endpoint) &&
      !endpoint->datagrams) {
    watched &= (uint8_t)~JEV_READ;
    if (endpoint->read.state == OPERATION_IDLE) {
      int32_t error = jev_begin_receive(poller, endpoint);
      if (error != 0) {
        jev_operation_done(poller, &endpoint->read, error);
      }
    }
  }
  int32_t error = watch(poller, endpoint, watched);
  if (error != 0) {
    jev_operation_done(poller, &endpoint->poll, error);
  }
}

static void begin_all(struct jev_poller *poller) {
  while (poller->wanting != NULL) {
    struct jev_endpoint *endpoint = poller->wanting;
    poller->wanting = endpoint->next;
    jev_assert(endpoint->listed);
    endpoint->listed = false;
    begin(poller, endpoint);
  }
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)old;
  struct jev_endpoint *known = jev_endpoint_find(poller, token);
  if (wanted == 0 && known == NULL) {
    return 0;
  }
  if (known != NULL && renew) {
    jev_endpoint_abandon(poller, known);
  }
  struct jev_endpoint *endpoint = jev_endpoint_of(poller, fd, token);
  if (endpoint == NULL) {
    return -ENOMEM;
  }
  endpoint->wanted = (uint8_t)wanted;
  jev_endpoint_wants(poller, endpoint);
  return 0;
}

static bool associated(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = jev_endpoint_of(poller, fd, token);
  return endpoint != NULL && jev_endpoint_associated(poller, endpoint);
}

static struct jev_accepting *accepting_on(struct jev_endpoint *endpoint) {
  if (endpoint->accepting == NULL) {
    endpoint->accepting = calloc(1, sizeof *endpoint->accepting);
    if (endpoint->accepting != NULL) {
      endpoint->accepting->socket = INVALID_SOCKET;
    }
  }
  return endpoint->accepting;
}

static int32_t accept_on(struct jev_poller *poller, int32_t fd, uint64_t token, bool blocking) {
  struct jev_endpoint *endpoint = jev_endpoint_of(poller, fd, token);
  struct jev_accepting *accepting = endpoint == NULL ? NULL : accepting_on(endpoint);
  if (accepting == NULL) {
    return -ENOMEM;
  }
  accepting->blocking = blocking;
  return jev_endpoint_associated(poller, endpoint) ? jev_begin_accept(poller, endpoint) : -EOPNOTSUPP;
}

static void cancel(struct jev_poller *poller, uint64_t token, bool accepting) {
  (void)accepting;
  struct jev_endpoint *endpoint = jev_endpoint_find(poller, token);
  if (endpoint != NULL) {
    jev_cancel_operation(poller, &endpoint->read);
    endpoint->read.cancelled = true; /* what is done already is the last one too */
  }
}

static int32_t connect_to(struct jev_poller *poller, int32_t fd, uint64_t token, const void *address,
                          uint32_t length) {
  if (!associated(poller, fd, token)) {
    return -EOPNOTSUPP;
  }
  int32_t error = jev_begin_connect(poller, jev_endpoint_find(poller, token), address, length);
  return error == 0 ? -EINPROGRESS : error;
}

static int32_t transmit(struct jev_poller *poller, int32_t fd, uint64_t token,
                        const struct jev_transfer *transfer) {
  if (!associated(poller, fd, token)) {
    return -EOPNOTSUPP;
  }
  return jev_begin_transfer(poller, jev_endpoint_find(poller, token), transfer);
}

/* ---- the end of endpoints ---- */

/* No memory of the program is in use any more: a poll uses only the backend's memory. */
static bool idle(const struct jev_endpoint *endpoint) {
  return endpoint->read.state == OPERATION_IDLE && endpoint->write.state == OPERATION_IDLE;
}

static void settle(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (endpoint->orphan) {
    if (jev_endpoint_idle(endpoint)) {
      jev_endpoint_free(poller, endpoint);
    }
  } else if (endpoint->ending && idle(endpoint) && endpoint->end.state == OPERATION_IDLE) {
    jev_operation_done(poller, &endpoint->end, endpoint->end.result);
  }
}

static void end(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  jev_assert(idle(endpoint));
  if (endpoint->associated && !endpoint->closed) {
    jev_dissociate(endpoint);
  }
  jev_endpoint_abandon(poller, endpoint);
}

static bool cancel_all(struct jev_poller *poller, uint64_t token, bool closes) {
  struct jev_endpoint *endpoint = jev_endpoint_find(poller, token);
  if (endpoint == NULL) {
    return false;
  }
  jev_cancel_all(poller, endpoint);
  if (closes) {
    return false; /* `close` comes next */
  }
  if (!idle(endpoint)) {
    endpoint->ending = true;
    return true;
  }
  end(poller, endpoint);
  return false;
}

static bool close_socket(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = jev_endpoint_of(poller, fd, token);
  if (endpoint == NULL) {
    return false;
  }
  endpoint->closed = true;
  endpoint->ending = true;
  poller->counters->syscalls++;
  endpoint->end.result = jev_close(fd);
  settle(poller, endpoint);
  return true;
}

/* ---- results ---- */

static bool receive_result(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  struct jev_endpoint *endpoint = operation->endpoint;
  int32_t error = jev_errno_of(operation->result);
  if (error == ECANCELED || endpoint->ending || endpoint->orphan) {
    jev_endpoint_wants(poller, endpoint);
    return false;
  }
  if (error == 0) {
    jev_endpoint_wants(poller, endpoint);
    out->what = JEV_DONE_POLL;
    out->mask = JEV_READ;
    return (endpoint->wanted & JEV_READ) != 0;
  }
  out->what = JEV_DONE_RECEIVE;
  out->result = operation->result == jev_windows_error(WSAESHUTDOWN) ? 0 : operation->result;
  out->last = true;
  return true;
}

/* The next one is begun at once: connections may be waiting. */
static bool accept_result(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  struct jev_endpoint *endpoint = operation->endpoint;
  bool cancelled = operation->cancelled || endpoint->orphan;
  jev_assert(operation->result < 0 || endpoint->accepting->socket != INVALID_SOCKET);
  int32_t result = jev_end_accept(poller, endpoint);
  bool passed_over = result < 0 && !cancelled && jev_accept_passes_over(jev_errno_of(result));
  out->what = JEV_DONE_ACCEPT;
  out->peer = &endpoint->accepting->peer;
  out->result = result < 0 && cancelled ? -ECANCELED : result;
  out->last = cancelled || (result < 0 && !passed_over);
  if (!out->last) {
    int32_t error = jev_begin_accept(poller, endpoint);
    if (error != 0) {
      jev_operation_done(poller, operation, error);
    }
  }
  return !passed_over;
}

static bool poll_result(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  struct jev_endpoint *endpoint = operation->endpoint;
  int32_t result = operation->result;
  out->what = JEV_DONE_POLL;
  if (result == 0) {
    return false; /* the program has closed it */
  }
  jev_endpoint_wants(poller, endpoint);
  if (endpoint->wanted == 0 || (result < 0 && operation->cancelled)) {
    return false;
  }
  bool failed = result == (JEV_READ | JEV_WRITE | JEV_CLOSED);
  out->result = result < 0 ? result : 0;
  out->mask = result < 0 ? 0 : (uint32_t)result;
  return result < 0 || failed || (result & endpoint->wanted) != 0;
}

static bool result_of(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  switch (operation->what) {
    case OPERATION_RECEIVE:
      return receive_result(poller, operation, out);
    case OPERATION_ACCEPT:
      return accept_result(poller, operation, out);
    case OPERATION_CONNECT:
      out->what = JEV_DONE_CONNECT;
      out->result = jev_end_connect(poller, operation->endpoint);
      return true;
    case OPERATION_SEND:
      out->what = JEV_DONE_SEND;
      out->result = operation->result;
      return true;
    default:
      return poll_result(poller, operation, out);
  }
}

static bool next(struct jev_poller *poller, struct jev_done *out) {
  struct jev_operation *operation = jev_next_done(poller);
  while (operation != NULL) {
    struct jev_endpoint *endpoint = operation->endpoint;
    *out = (struct jev_done){.token = endpoint->token};
    if (operation->what == OPERATION_END) {
      out->what = JEV_DONE_CLOSE;
      out->result = operation->result;
      end(poller, endpoint);
      return true;
    }
    bool reported = result_of(poller, operation, out);
    bool orphan = endpoint->orphan;
    if (orphan && out->what == JEV_DONE_ACCEPT && out->result >= 0) {
      jev_close(out->result);
    }
    settle(poller, endpoint);
    if (reported && !orphan) {
      return true;
    }
    operation = jev_next_done(poller);
  }
  return false;
}

/* ---- waiting ---- */

static void take(struct jev_poller *poller, ULONG count) {
  const OVERLAPPED_ENTRY *entries = poller->entries;
  poller->counters->packets += count;
  for (ULONG i = 0; i < count; i++) {
    struct jev_operation *operation = (struct jev_operation *)(void *)entries[i].lpOverlapped;
    if (operation == NULL) {
      InterlockedExchange(&poller->woken, 0);
    } else {
      int32_t result = operation->what == OPERATION_POLL ? jev_afd_result(operation)
                                                         : jev_stream_result(operation, &entries[i]);
      jev_operation_done(poller, operation, result);
    }
  }
}

static void CALLBACK expired(void *unused, DWORD low, DWORD high) {
  (void)unused;
  (void)low;
  (void)high;
}

/* The wait itself keeps to the system's tick of 15.6 ms; a timer whose call interrupts it does not. It serves
 * the end of a long wait alone, so that a wait that does not last needs none. */
static bool set_timer(struct jev_poller *poller, int64_t timeout) {
  if (poller->timer == NULL) {
    return false;
  }
  int64_t now = jev_clock();
  int64_t due = now + timeout;
  int64_t apart = due - poller->timer_due;
  if (poller->timer_thread == GetCurrentThreadId() && poller->timer_due > now && apart < TIMER_SLACK &&
      apart > -TIMER_SLACK) {
    return true;
  }
  LARGE_INTEGER relative = {.QuadPart = -((timeout + TIMER_UNIT - 1) / TIMER_UNIT)};
  poller->counters->syscalls++;
  poller->timer_due = due;
  poller->timer_thread = GetCurrentThreadId();
  return SetWaitableTimer(poller->timer, &relative, 0, expired, NULL, FALSE) != 0;
}

static DWORD milliseconds(int64_t timeout) {
  if (timeout < 0) {
    return INFINITE;
  }
  int64_t rounded = timeout / PER_MILLISECOND + (timeout % PER_MILLISECOND != 0 ? 1 : 0);
  return (DWORD)(rounded < LONGEST_WAIT ? rounded : LONGEST_WAIT);
}

/* -EINTR: nothing in that time. */
static int32_t fetch(struct jev_poller *poller, DWORD limit, bool alertable, ULONG *count) {
  *count = 0;
  poller->counters->waits++;
  poller->counters->syscalls++;
  if (GetQueuedCompletionStatusEx(poller->port, poller->entries, JEV_IOCP_BATCH, count, limit, alertable)) {
    take(poller, *count);
    return 0;
  }
  DWORD error = GetLastError();
  return error == WAIT_TIMEOUT || error == WAIT_IO_COMPLETION ? -EINTR : jev_windows_error(error);
}

static int32_t wait(struct jev_poller *poller, int64_t timeout) {
  begin_all(poller);
  int64_t left = poller->first == NULL ? timeout : 0;
  left = poller->missed != NULL && (left < 0 || left > MISSED_WAIT) ? MISSED_WAIT : left;
  bool partly = left > COARSE && poller->timer != NULL;
  bool timed = left > 0 && !partly && set_timer(poller, left);
  left -= partly ? COARSE / 2 : 0;
  ULONG count;
  int32_t error = fetch(poller, milliseconds(left), timed, &count);
  for (uint32_t calls = 1; error == 0 && count == JEV_IOCP_BATCH && calls < MAX_BATCHES; calls++) {
    fetch(poller, 0, false, &count);
  }
  jev_cancel_missed(poller);
  return error;
}

static int32_t wake(struct jev_poller *poller) {
  if (InterlockedExchange(&poller->woken, 1) != 0) {
    return 0;
  }
  return PostQueuedCompletionStatus(poller->port, 0, 0, NULL) ? 0 : jev_system_error();
}

/* ---- the poller ---- */

static int32_t open_port(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  poller->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  if (poller->port == NULL) {
    int32_t error = jev_system_error();
    free(poller);
    return error;
  }
  if ((flags & JEV_CREATE_TIMERFD) == 0) {
    poller->timer =
        CreateWaitableTimerExW(NULL, NULL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TIMER_ALL_ACCESS);
  }
  *out = poller;
  return 0;
}

/* The system writes to what is under way: its memory goes when all of it has come back. Should something not,
 * its memory stays. */
static void close_port(struct jev_poller *poller) {
  for (struct jev_endpoint *endpoint = poller->all; endpoint != NULL; endpoint = endpoint->older) {
    jev_cancel_all(poller, endpoint);
    endpoint->orphan = true;
  }
  struct jev_done done;
  int64_t end = jev_clock() + (int64_t)LAST_WAIT * PER_MILLISECOND;
  do {
    while (next(poller, &done)) {
    }
  } while (poller->pending > 0 && jev_clock() < end && wait(poller, PER_MILLISECOND) != -EBADF);
  if (poller->timer != NULL) {
    CancelWaitableTimer(poller->timer);
    CloseHandle(poller->timer);
  }
  CloseHandle(poller->port);
  jev_assert(poller->first == NULL && poller->last == NULL);
  if (poller->pending == 0) {
    struct jev_endpoint *older;
    for (struct jev_endpoint *endpoint = poller->all; endpoint != NULL; endpoint = older) {
      older = endpoint->older;
      jev_endpoint_free(poller, endpoint);
    }
    jev_afd_close(poller);
    free(poller->endpoints);
    free(poller);
  }
}

static int32_t recreate(struct jev_poller *poller) {
  (void)poller;
  return 0; /* registrations end with their descriptors */
}

static const struct jev_completion_ops COMPLETION = {
    .wait = wait,
    .watches_receives = true,
    .accept = accept_on,
    .cancel = cancel,
    .connect = connect_to,
    .associated = associated,
    .transmit = transmit,
    .close = close_socket,
    .next = next,
    .cancel_all = cancel_all,
};

const struct jev_poller_ops jev_poller_iocp = {
    .kind = {.code = JEV_ENGINE_IOCP,
             .name = "iocp",
             .features = JEV_FEATURE_O1 | JEV_FEATURE_EARLY_CLOSE,
             .emulated = JEV_EMULATED,
             .status = jev_afd_status,
             .check = jev_is_open},
    .completion = &COMPLETION,
    .open = open_port,
    .set = set,
    .wake = wake,
    .recreate = recreate,
    .close = close_port,
};
