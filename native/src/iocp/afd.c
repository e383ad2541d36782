/*
 * Readiness on a completion port: IOCTL_AFD_POLL, the call behind select() and WSAPoll(), asked of the driver
 * behind sockets directly and answered on the port. Known from wepoll, libuv and mio; not documented by
 * Microsoft, and unchanged since Windows Vista.
 *
 * One answer comes for each question, so a watch that goes on is asked for again before the next wait, which
 * makes it level-triggered.
 */
#include <errno.h>
#include <stdlib.h>

#include "iocp/iocp.h"

enum { MAX_POLLS = 32 };

enum {
  IOCTL_AFD_POLL = 0x00012024,
  AFD_RECEIVE = 0x001,
  AFD_SEND = 0x004,
  AFD_DISCONNECT = 0x008,
  AFD_ABORT = 0x010,
  AFD_LOCAL_CLOSE = 0x020,
  AFD_ACCEPT = 0x080,
  AFD_CONNECT_FAIL = 0x100
};

#define AFD_READS (AFD_RECEIVE | AFD_ACCEPT | AFD_DISCONNECT)
#define AFD_FAILS (AFD_ABORT | AFD_CONNECT_FAIL)

#define STATUS_OF_SUCCESS ((NTSTATUS)0)
#define STATUS_OF_PENDING ((NTSTATUS)0x00000103L)
#define STATUS_OF_INVALID_HANDLE ((NTSTATUS)0xC0000008L)

#ifndef SIO_BSP_HANDLE_POLL
#define SIO_BSP_HANDLE_POLL 0x4800001DUL
#endif
#ifndef SIO_BASE_HANDLE
#define SIO_BASE_HANDLE 0x48000022UL
#endif

NTSYSCALLAPI NTSTATUS NTAPI NtCancelIoFileEx(HANDLE file, IO_STATUS_BLOCK *which, IO_STATUS_BLOCK *answer);

static IO_STATUS_BLOCK *status_of(struct jev_operation *operation) {
  return (IO_STATUS_BLOCK *)(void *)&operation->overlapped.Internal;
}

static int32_t error_of(NTSTATUS status) {
  return status == STATUS_OF_INVALID_HANDLE ? jev_windows_error(ERROR_INVALID_HANDLE)
                                            : jev_windows_error(RtlNtStatusToDosError(status));
}

static int32_t open_driver(HANDLE *out) {
  static const wchar_t NAME[] = L"\\Device\\Afd\\jevent";
  UNICODE_STRING name = {.Length = sizeof NAME - sizeof *NAME,
                         .MaximumLength = sizeof NAME,
                         .Buffer = (wchar_t *)(uintptr_t)NAME};
  OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .ObjectName = &name};
  IO_STATUS_BLOCK answer;
  NTSTATUS status = NtCreateFile(out, SYNCHRONIZE, &attributes, &answer, NULL, 0,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0);
  return status == STATUS_OF_SUCCESS ? 0 : error_of(status);
}

int32_t jev_afd_status(void) {
  HANDLE driver;
  int32_t error = open_driver(&driver);
  if (error == 0) {
    CloseHandle(driver);
  }
  return error;
}

/* ---- groups ---- */

static int32_t open_group(struct jev_poller *poller, struct jev_afd_group **out) {
  struct jev_afd_group *group = calloc(1, sizeof *group);
  if (group == NULL) {
    return -ENOMEM;
  }
  int32_t error = open_driver(&group->driver);
  if (error == 0 && CreateIoCompletionPort(group->driver, poller->port, 0, 0) == NULL) {
    error = jev_system_error();
    CloseHandle(group->driver);
  }
  if (error != 0) {
    free(group);
    return error;
  }
  SetFileCompletionNotificationModes(group->driver, FILE_SKIP_SET_EVENT_ON_HANDLE);
  group->next = poller->groups;
  poller->groups = group;
  *out = group;
  return 0;
}

static int32_t join_group(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  struct jev_afd_group *group = poller->groups;
  while (group != NULL && group->polls >= MAX_POLLS) {
    group = group->next;
  }
  if (group == NULL) {
    int32_t error = open_group(poller, &group);
    if (error != 0) {
      return error;
    }
  }
  jev_assert(endpoint->group == NULL && group->polls < MAX_POLLS);
  group->polls++;
  endpoint->group = group;
  return 0;
}

void jev_afd_release(struct jev_endpoint *endpoint) {
  if (endpoint->group != NULL) {
    jev_assert(endpoint->group->polls > 0 && endpoint->poll.state != OPERATION_PENDING);
    endpoint->group->polls--;
    endpoint->group = NULL;
  }
}

void jev_afd_close(struct jev_poller *poller) {
  while (poller->groups != NULL) {
    struct jev_afd_group *group = poller->groups;
    poller->groups = group->next;
    jev_assert(group->polls == 0);
    CloseHandle(group->driver);
    free(group);
  }
}

/* ---- watching ---- */

/* Layered providers return other socket handles, which the driver does not know. */
static int32_t find_base(struct jev_endpoint *endpoint) {
  static const DWORD WAYS[] = {SIO_BASE_HANDLE, SIO_BSP_HANDLE_POLL};
  int32_t error = jev_is_open(jev_descriptor_of(endpoint->socket));
  for (size_t i = 0; error == 0 && i < sizeof WAYS / sizeof *WAYS; i++) {
    SOCKET base = INVALID_SOCKET;
    DWORD bytes;
    if (WSAIoctl(endpoint->socket, WAYS[i], NULL, 0, &base, sizeof base, &bytes, NULL, NULL) == 0 &&
        base != INVALID_SOCKET) {
      endpoint->base = base;
      return 0;
    }
  }
  return error != 0 ? error : jev_socket_error();
}

int32_t jev_afd_watch(struct jev_poller *poller, struct jev_endpoint *endpoint, uint8_t mask) {
  int32_t error = endpoint->base == INVALID_SOCKET ? find_base(endpoint) : 0;
  if (error == 0 && endpoint->group == NULL) {
    error = join_group(poller, endpoint);
  }
  if (error != 0) {
    return error;
  }
  struct jev_operation *operation = &endpoint->poll;
  jev_assert(operation->state == OPERATION_IDLE);
  ULONG events = AFD_FAILS | AFD_LOCAL_CLOSE;
  events |= (mask & JEV_READ) != 0 ? AFD_READS : 0;
  events |= (mask & JEV_WRITE) != 0 ? AFD_SEND : 0;
  events |= (mask & JEV_CLOSED) != 0 ? AFD_DISCONNECT : 0;
  endpoint->asked = (struct jev_afd_poll){
      .timeout.QuadPart = INT64_MAX, .count = 1, .socket = (HANDLE)endpoint->base, .events = events};
  endpoint->watched = mask;
  operation->cancelled = false;
  status_of(operation)->Status = STATUS_OF_PENDING;
  poller->counters->syscalls++;
  NTSTATUS status = NtDeviceIoControlFile(endpoint->group->driver, NULL, NULL, operation,
                                          status_of(operation), IOCTL_AFD_POLL, &endpoint->asked,
                                          sizeof endpoint->asked, &endpoint->asked, sizeof endpoint->asked);
  if (status != STATUS_OF_SUCCESS && status != STATUS_OF_PENDING) {
    return error_of(status);
  }
  jev_operation_pends(poller, operation);
  return 0;
}

void jev_afd_cancel(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  struct jev_operation *operation = &endpoint->poll;
  if (operation->state != OPERATION_PENDING || operation->cancelled) {
    return;
  }
  operation->cancelled = true;
  /* An answer that is there already needs no cancelling, and comes. */
  if (status_of(operation)->Status == STATUS_OF_PENDING) {
    IO_STATUS_BLOCK answer;
    poller->counters->syscalls++;
    NtCancelIoFileEx(endpoint->group->driver, status_of(operation), &answer);
  }
}

int32_t jev_afd_result(const struct jev_operation *operation) {
  const struct jev_endpoint *endpoint = operation->endpoint;
  NTSTATUS status = (NTSTATUS)operation->overlapped.Internal;
  if (status < 0) {
    return error_of(status);
  }
  ULONG events = endpoint->asked.count > 0 ? endpoint->asked.events : 0;
  if ((events & AFD_LOCAL_CLOSE) != 0) {
    return 0;
  }
  if ((events & AFD_FAILS) != 0) {
    return JEV_READ | JEV_WRITE | JEV_CLOSED;
  }
  return ((events & AFD_READS) != 0 ? JEV_READ : 0) | ((events & AFD_SEND) != 0 ? JEV_WRITE : 0) |
         ((events & AFD_DISCONNECT) != 0 ? JEV_CLOSED : 0);
}
