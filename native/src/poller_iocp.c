/*
 * The I/O completion port of Windows as a poller: operations of streams are the system's own, and what is
 * only watched is asked of the driver behind sockets, on the same port.
 */
#include "poller.h"

#if defined(JEV_HAS_IOCP)

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocp.h"

enum {
  FIRST_ENDPOINTS = 64,
  PER_MILLISECOND = 1000000,
  TIMER_UNIT = 100,     /* nanoseconds */
  TIMER_SLACK = 100000, /* of a timer that is set already */
  LAST_WAIT = 2000,     /* milliseconds: for what was cancelled, at the end */
  LONGEST_WAIT = 0x7fffffff
};

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

/* ---- operations ---- */

void jev_operation_pends(struct jev_poller *poller, struct jev_operation *operation) {
  operation->state = OPERATION_PENDING;
  poller->pending++;
  poller->counters->posted++;
}

void jev_operation_done(struct jev_poller *poller, struct jev_operation *operation, int32_t result) {
  if (operation->state == OPERATION_PENDING) {
    poller->pending--;
  }
  operation->state = OPERATION_DONE;
  operation->result = result;
  operation->next = NULL;
  if (poller->last == NULL) {
    poller->first = operation;
  } else {
    poller->last->next = operation;
  }
  poller->last = operation;
}

int32_t jev_operation_begun(struct jev_poller *poller, struct jev_operation *operation, int error,
                            DWORD bytes) {
  if (error == 0 && operation->endpoint->skips) {
    poller->counters->posted++;
    jev_operation_done(poller, operation, (int32_t)bytes);
  } else if (error == 0 || error == ERROR_IO_PENDING) {
    jev_operation_pends(poller, operation);
  } else {
    return jev_windows_error((uint32_t)error);
  }
  return 0;
}

static struct jev_operation *next_done(struct jev_poller *poller) {
  struct jev_operation *operation = poller->first;
  if (operation != NULL) {
    poller->first = operation->next;
    poller->last = poller->first == NULL ? NULL : poller->last;
    operation->state = OPERATION_IDLE;
  }
  return operation;
}

static void cancel_operation(struct jev_poller *poller, struct jev_operation *operation) {
  if (operation->state == OPERATION_PENDING && !operation->cancelled) {
    operation->cancelled = true;
    poller->counters->syscalls++;
    CancelIoEx((HANDLE)operation->endpoint->socket, &operation->overlapped);
  }
}

/* ---- endpoints ---- */

static bool quiet(const struct jev_endpoint *endpoint) {
  return endpoint->read.state == OPERATION_IDLE && endpoint->write.state == OPERATION_IDLE &&
         endpoint->poll.state == OPERATION_IDLE && endpoint->end.state == OPERATION_IDLE;
}

static void unlist(struct jev_poller *poller, const struct jev_endpoint *endpoint) {
  struct jev_endpoint **place = &poller->wanting;
  while (*place != NULL && *place != endpoint) {
    place = &(*place)->next;
  }
  if (*place != NULL) {
    *place = endpoint->next;
  }
}

static void free_endpoint(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (endpoint->listed) {
    unlist(poller, endpoint);
  }
  if (endpoint->tied && !endpoint->closed && !endpoint->renewed) {
    jev_untie(endpoint);
  }
  uint32_t number = (uint32_t)endpoint->token;
  if (poller->endpoints[number] == endpoint) {
    poller->endpoints[number] = NULL;
  }
  if (endpoint->newer != NULL) {
    endpoint->newer->older = endpoint->older;
  } else {
    poller->all = endpoint->older;
  }
  if (endpoint->older != NULL) {
    endpoint->older->newer = endpoint->newer;
  }
  jev_afd_release(endpoint);
  free(endpoint->accepting);
  free(endpoint);
}

static void cancel_all(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  endpoint->wanted = 0;
  jev_afd_cancel(poller, endpoint);
  cancel_operation(poller, &endpoint->read);
  cancel_operation(poller, &endpoint->write);
}

/* Somebody else may have the number now: what is under way for the former file goes in its own time. */
static void abandon(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  poller->endpoints[(uint32_t)endpoint->token] = NULL;
  endpoint->orphan = true;
  endpoint->renewed = true;
  cancel_all(poller, endpoint);
  if (quiet(endpoint)) {
    free_endpoint(poller, endpoint);
  }
}

static bool grow_to(struct jev_poller *poller, uint32_t number) {
  uint32_t count = poller->endpoint_count == 0 ? FIRST_ENDPOINTS : poller->endpoint_count;
  while (count <= number) {
    count *= 2;
  }
  if (count > poller->endpoint_count) {
    struct jev_endpoint **endpoints = realloc(poller->endpoints, count * sizeof *endpoints);
    if (endpoints == NULL) {
      return false;
    }
    memset(endpoints + poller->endpoint_count, 0, (count - poller->endpoint_count) * sizeof *endpoints);
    poller->endpoints = endpoints;
    poller->endpoint_count = count;
  }
  return true;
}

static struct jev_endpoint *find(const struct jev_poller *poller, uint64_t token) {
  uint32_t number = (uint32_t)token;
  struct jev_endpoint *endpoint = number < poller->endpoint_count ? poller->endpoints[number] : NULL;
  return endpoint != NULL && endpoint->token == token ? endpoint : NULL;
}

static struct jev_endpoint *new_endpoint(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = calloc(1, sizeof *endpoint);
  if (endpoint == NULL) {
    return NULL;
  }
  endpoint->socket = (SOCKET)(uint32_t)fd;
  endpoint->base = INVALID_SOCKET;
  endpoint->token = token;
  endpoint->read.endpoint = endpoint;
  endpoint->write.endpoint = endpoint;
  endpoint->poll.endpoint = endpoint;
  endpoint->poll.what = OPERATION_POLL;
  endpoint->end.endpoint = endpoint;
  endpoint->end.what = OPERATION_END;
  endpoint->older = poller->all;
  if (poller->all != NULL) {
    poller->all->newer = endpoint;
  }
  poller->all = endpoint;
  poller->endpoints[(uint32_t)token] = endpoint;
  return endpoint;
}

/* The slot's, made if need be; NULL: there is no memory for it. */
static struct jev_endpoint *endpoint_of(struct jev_poller *poller, int32_t fd, uint64_t token) {
  uint32_t number = (uint32_t)token;
  if (!grow_to(poller, number)) {
    return NULL;
  }
  struct jev_endpoint *endpoint = poller->endpoints[number];
  if (endpoint != NULL && endpoint->token == token) {
    return endpoint;
  }
  if (endpoint != NULL) {
    abandon(poller, endpoint);
  }
  return new_endpoint(poller, fd, token);
}

void jev_endpoint_wants(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (!endpoint->listed && endpoint->wanted != 0) {
    endpoint->listed = true;
    endpoint->next = poller->wanting;
    poller->wanting = endpoint;
  }
}

/* ---- what endpoints want ---- */

static int32_t watch(struct jev_poller *poller, struct jev_endpoint *endpoint, uint8_t mask) {
  if (mask == 0 || endpoint->poll.state == OPERATION_DONE) {
    return 0;
  }
  if (endpoint->poll.state == OPERATION_IDLE) {
    return jev_afd_watch(poller, endpoint, mask);
  }
  if ((endpoint->watched & mask) != mask) {
    jev_afd_cancel(poller, endpoint); /* asked anew when that has been answered */
  }
  return 0;
}

static void begin(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  uint8_t watched = endpoint->wanted & (JEV_READ | JEV_WRITE | JEV_CLOSED);
  if (endpoint->write.state != OPERATION_IDLE) {
    watched &= (uint8_t)~JEV_WRITE;
  }
  if ((endpoint->wanted & JEV_RECEIVES) != 0 && jev_endpoint_tied(poller, endpoint)) {
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
    endpoint->listed = false;
    begin(poller, endpoint);
  }
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)old;
  struct jev_endpoint *known = find(poller, token);
  if (wanted == 0 && known == NULL) {
    return 0;
  }
  if (known != NULL && renew) {
    abandon(poller, known);
  }
  struct jev_endpoint *endpoint = endpoint_of(poller, fd, token);
  if (endpoint == NULL) {
    return -ENOMEM;
  }
  endpoint->wanted = (uint8_t)wanted;
  jev_endpoint_wants(poller, endpoint);
  return 0;
}

static bool tied(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = endpoint_of(poller, fd, token);
  return endpoint != NULL && jev_endpoint_tied(poller, endpoint);
}

static int32_t accept_on(struct jev_poller *poller, int32_t fd, uint64_t token, bool blocking) {
  struct jev_endpoint *endpoint = endpoint_of(poller, fd, token);
  if (endpoint == NULL) {
    return -ENOMEM;
  }
  if (!jev_endpoint_tied(poller, endpoint)) {
    return -EOPNOTSUPP;
  }
  if (endpoint->accepting == NULL) {
    endpoint->accepting = calloc(1, sizeof *endpoint->accepting);
    if (endpoint->accepting == NULL) {
      return -ENOMEM;
    }
    endpoint->accepting->socket = INVALID_SOCKET;
  }
  endpoint->accepting->blocking = blocking;
  return jev_begin_accept(poller, endpoint);
}

static void cancel(struct jev_poller *poller, uint64_t token, bool accepting) {
  (void)accepting;
  struct jev_endpoint *endpoint = find(poller, token);
  if (endpoint != NULL) {
    cancel_operation(poller, &endpoint->read);
    endpoint->read.cancelled = true; /* what is done already is the last one too */
  }
}

static int32_t connect_to(struct jev_poller *poller, int32_t fd, uint64_t token, const void *address,
                          uint32_t length) {
  if (!tied(poller, fd, token)) {
    return -EOPNOTSUPP;
  }
  return jev_begin_connect(poller, find(poller, token), address, length);
}

static int32_t transmit(struct jev_poller *poller, int32_t fd, uint64_t token,
                        const struct jev_transfer *transfer) {
  if (!tied(poller, fd, token)) {
    return -EOPNOTSUPP;
  }
  return jev_begin_transfer(poller, find(poller, token), transfer);
}

/* ---- the end of endpoints ---- */

/* Nothing is under way any more. */
static void settle(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (!quiet(endpoint)) {
    return;
  }
  if (endpoint->orphan) {
    free_endpoint(poller, endpoint);
  } else if (endpoint->ending) {
    jev_operation_done(poller, &endpoint->end, endpoint->end.result);
  }
}

static bool forget(struct jev_poller *poller, uint64_t token, bool closes) {
  struct jev_endpoint *endpoint = find(poller, token);
  if (endpoint == NULL) {
    return false;
  }
  cancel_all(poller, endpoint);
  if (closes) {
    return false; /* `close` comes next */
  }
  if (endpoint->read.state != OPERATION_IDLE || endpoint->write.state != OPERATION_IDLE) {
    endpoint->ending = true;
    return true;
  }
  if (endpoint->tied) {
    jev_untie(endpoint);
  }
  abandon(poller, endpoint); /* a poll that is being cancelled uses nobody's memory but its own */
  return false;
}

static bool close_socket(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = endpoint_of(poller, fd, token);
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

/* ---- telling ---- */

static int32_t errno_of(int32_t result) { return result < 0 ? -result & 0xfff : 0; }

static bool tell_received(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  struct jev_endpoint *endpoint = operation->endpoint;
  int32_t error = errno_of(operation->result);
  if (error == ECANCELED || endpoint->ending || endpoint->orphan) {
    jev_endpoint_wants(poller, endpoint);
    return false;
  }
  if (error == 0 || (endpoint->datagrams && error == EMSGSIZE)) {
    jev_endpoint_wants(poller, endpoint);
    out->what = JEV_DONE_POLL;
    out->mask = JEV_READ;
    return (endpoint->wanted & JEV_READ) != 0;
  }
  out->what = JEV_DONE_RECEIVE;
  out->result = operation->result;
  out->last = true;
  return true;
}

/* The next one is begun at once: connections may be waiting. */
static bool tell_accepted(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  struct jev_endpoint *endpoint = operation->endpoint;
  bool cancelled = operation->cancelled || endpoint->orphan;
  int32_t result = jev_end_accept(poller, endpoint);
  bool passed_over = result < 0 && !cancelled && jev_accept_passes_over(errno_of(result));
  out->what = JEV_DONE_ACCEPT;
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

static bool tell_ready(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
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

static bool tell(struct jev_poller *poller, struct jev_operation *operation, struct jev_done *out) {
  switch (operation->what) {
    case OPERATION_RECEIVE:
      return tell_received(poller, operation, out);
    case OPERATION_ACCEPT:
      return tell_accepted(poller, operation, out);
    case OPERATION_CONNECT:
      out->what = JEV_DONE_CONNECT;
      out->result = jev_end_connect(poller, operation->endpoint);
      return true;
    case OPERATION_SEND:
      out->what = JEV_DONE_SEND;
      out->result = operation->result;
      return true;
    default:
      return tell_ready(poller, operation, out);
  }
}

static bool next(struct jev_poller *poller, struct jev_done *out) {
  struct jev_operation *operation = next_done(poller);
  while (operation != NULL) {
    struct jev_endpoint *endpoint = operation->endpoint;
    *out = (struct jev_done){.token = endpoint->token};
    if (operation->what == OPERATION_END) {
      out->what = JEV_DONE_CLOSE;
      out->result = operation->result;
      free_endpoint(poller, endpoint);
      return true;
    }
    bool told = tell(poller, operation, out);
    bool orphan = endpoint->orphan;
    if (orphan && out->what == JEV_DONE_ACCEPT && out->result >= 0) {
      jev_close(out->result);
    }
    settle(poller, endpoint);
    if (told && !orphan) {
      return true;
    }
    operation = next_done(poller);
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

/* The wait itself keeps to the system's tick of 15.6 ms; a timer whose call interrupts it does not. */
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

static int32_t wait(struct jev_poller *poller, int64_t timeout, struct jev_ready *unused, int32_t none) {
  (void)unused;
  (void)none;
  ULONG count = 0;
  begin_all(poller);
  bool waits = timeout != 0 && poller->first == NULL;
  bool timed = waits && timeout > 0 && set_timer(poller, timeout);
  poller->counters->waits++;
  poller->counters->syscalls++;
  if (GetQueuedCompletionStatusEx(poller->port, poller->entries, JEV_IOCP_BATCH, &count,
                                  waits ? milliseconds(timeout) : 0, timed)) {
    take(poller, count);
    return 0;
  }
  DWORD error = GetLastError();
  if (error == WAIT_IO_COMPLETION) {
    return -EINTR;
  }
  return error == WAIT_TIMEOUT ? 0 : jev_windows_error(error);
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
    cancel_all(poller, endpoint);
    endpoint->orphan = true;
  }
  struct jev_done done;
  int64_t end = jev_clock() + (int64_t)LAST_WAIT * PER_MILLISECOND;
  do {
    while (next(poller, &done)) {
    }
  } while (poller->pending > 0 && jev_clock() < end && wait(poller, PER_MILLISECOND, NULL, 0) != -EBADF);
  if (poller->timer != NULL) {
    CancelWaitableTimer(poller->timer);
    CloseHandle(poller->timer);
  }
  CloseHandle(poller->port);
  if (poller->pending == 0) {
    while (poller->all != NULL) {
      free_endpoint(poller, poller->all);
    }
    jev_afd_close(poller);
    free(poller->endpoints);
    free(poller);
  }
}

static int32_t check(int32_t fd) {
  int type;
  int length = sizeof type;
  return getsockopt((SOCKET)(uint32_t)fd, SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0
             ? 0
             : jev_socket_error();
}

static int32_t rebuild(struct jev_poller *poller) {
  (void)poller;
  return 0; /* its registrations go with their descriptors */
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)poller;
  (void)fd;
  (void)old;
}

static const struct jev_direct_ops DIRECT = {
    .watches_receives = true,
    .accept = accept_on,
    .cancel = cancel,
    .connect = connect_to,
    .tied = tied,
    .transmit = transmit,
    .close = close_socket,
    .next = next,
    .forget = forget,
};

const struct jev_poller_ops jev_poller_iocp = {
    .kind = {.code = JEV_ENGINE_IOCP,
             .features = JEV_FEATURE_O1 | JEV_FEATURE_EARLY_CLOSE,
             .emulated = JEV_EMULATED,
             .status = jev_afd_status,
             .check = check},
    .direct = &DIRECT,
    .open = open_port,
    .set = set,
    .closing = closing,
    .wait = wait,
    .wake = wake,
    .rebuild = rebuild,
    .close = close_port,
};

#endif
