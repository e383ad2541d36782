/*
 * Operations of streams that the system performs: receiving, accepting, connecting, sending.
 *
 * No buffer is pinned while waiting: a receive of no bytes ends when there are some, and bytes to send stay
 * in the program's memory. What ends at once is done without a packet where the provider allows it.
 */
#include <errno.h>
#include <stdlib.h>

#include "iocp/iocp.h"

enum { ADDRESS_ROOM = sizeof(struct sockaddr_in6) + 16 };

enum { MAX_BUFFERS = 64, MAX_BYTES = 1 << 20, MAX_OF_FILE = 1 << 30, FILE_REPLACE_COMPLETION = 61 };

/* ---- the socket and the port ---- */

/* Only providers whose handles are the system's define what becomes of the packet. */
static void examine(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  WSAPROTOCOL_INFOW info;
  int length = sizeof info;
  endpoint->examined = true;
  poller->counters->syscalls++;
  if (getsockopt(endpoint->socket, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length) != 0) {
    return;
  }
  endpoint->family = info.iAddressFamily;
  endpoint->type = info.iSocketType;
  endpoint->protocol = info.iProtocol;
  endpoint->datagrams = info.iSocketType == SOCK_DGRAM;
  poller->counters->syscalls++;
  if (CreateIoCompletionPort((HANDLE)endpoint->socket, poller->port, 0, 0) == NULL) {
    return;
  }
  endpoint->associated = true;
  if ((info.dwServiceFlags1 & XP1_IFS_HANDLES) != 0) {
    poller->counters->syscalls++;
    endpoint->skips =
        SetFileCompletionNotificationModes((HANDLE)endpoint->socket, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS |
                                                                         FILE_SKIP_SET_EVENT_ON_HANDLE) != 0;
  }
}

bool jev_endpoint_associated(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (!endpoint->examined) {
    examine(poller, endpoint);
  }
  return endpoint->associated;
}

/* Not in every winternl.h. */
NTSTATUS NTAPI NtSetInformationFile(HANDLE file, IO_STATUS_BLOCK *answer, void *information, ULONG length,
                                    FILE_INFORMATION_CLASS which);

struct completion_information {
  HANDLE port;
  void *key;
};

void jev_dissociate(const struct jev_endpoint *endpoint) {
  struct completion_information none = {NULL, NULL};
  IO_STATUS_BLOCK answer;
  NtSetInformationFile((HANDLE)endpoint->socket, &answer, &none, sizeof none,
                       (FILE_INFORMATION_CLASS)FILE_REPLACE_COMPLETION);
}

static bool find(SOCKET socket, GUID which, void *out, DWORD size) {
  DWORD bytes;
  return WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &which, sizeof which, out, size, &bytes, NULL,
                  NULL) == 0;
}

/* Each provider has its extension functions; they are looked up again only when the provider changes. */
static const struct jev_extensions *extensions(struct jev_poller *poller,
                                               const struct jev_endpoint *endpoint) {
  struct jev_extensions *known = &poller->extensions;
  WSAPROTOCOL_INFOW info;
  int length = sizeof info;
  if (getsockopt(endpoint->socket, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length) != 0) {
    return NULL;
  }
  if (known->known && known->provider == info.dwCatalogEntryId) {
    return known;
  }
  const GUID accept = WSAID_ACCEPTEX;
  const GUID addresses = WSAID_GETACCEPTEXSOCKADDRS;
  const GUID connect = WSAID_CONNECTEX;
  const GUID transmit = WSAID_TRANSMITFILE;
  known->provider = info.dwCatalogEntryId;
  known->known = find(endpoint->socket, accept, &known->accept, sizeof known->accept) &&
                 find(endpoint->socket, addresses, &known->addresses, sizeof known->addresses) &&
                 find(endpoint->socket, connect, &known->connect, sizeof known->connect) &&
                 find(endpoint->socket, transmit, &known->transmit, sizeof known->transmit);
  return known->known ? known : NULL;
}

static bool internet(const struct jev_endpoint *endpoint) {
  return endpoint->type == SOCK_STREAM && (endpoint->family == AF_INET || endpoint->family == AF_INET6);
}

int32_t jev_stream_result(const struct jev_operation *operation, const OVERLAPPED_ENTRY *entry) {
  const struct jev_endpoint *endpoint = operation->endpoint;
  if ((NTSTATUS)entry->Internal >= 0) {
    return (int32_t)entry->dwNumberOfBytesTransferred;
  }
  DWORD bytes = 0;
  DWORD flags = 0;
  if (endpoint->closed) {
    return -ECANCELED;
  }
  if (WSAGetOverlappedResult(endpoint->socket, (OVERLAPPED *)&operation->overlapped, &bytes, FALSE, &flags)) {
    return (int32_t)bytes;
  }
  int error = WSAGetLastError();
  return error == WSA_OPERATION_ABORTED ? -ECANCELED : jev_windows_error((uint32_t)error);
}

/* ---- receiving ---- */

static void prepare(struct jev_operation *operation, uint8_t what) {
  jev_assert(operation->state == OPERATION_IDLE); /* else the system still writes to it */
  operation->overlapped = (OVERLAPPED){0};
  operation->what = what;
  operation->cancelled = false;
}

int32_t jev_begin_receive(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  struct jev_operation *operation = &endpoint->read;
  WSABUF none = {.len = 0, .buf = NULL};
  DWORD bytes = 0;
  DWORD flags = 0;
  prepare(operation, OPERATION_RECEIVE);
  poller->counters->syscalls++;
  int error = 0;
  if (WSARecv(endpoint->socket, &none, 1, &bytes, &flags, &operation->overlapped, NULL) != 0) {
    error = WSAGetLastError();
  }
  return jev_operation_begun(poller, operation, error, bytes);
}

/* ---- accepting ---- */

int32_t jev_begin_accept(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  const struct jev_extensions *functions = internet(endpoint) ? extensions(poller, endpoint) : NULL;
  if (functions == NULL) {
    return -EOPNOTSUPP;
  }
  struct jev_accepting *accepting = endpoint->accepting;
  struct jev_operation *operation = &endpoint->read;
  poller->counters->syscalls += 2;
  accepting->socket = WSASocketW(endpoint->family, endpoint->type, endpoint->protocol, NULL, 0,
                                 WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (accepting->socket == INVALID_SOCKET) {
    return jev_socket_error();
  }
  prepare(operation, OPERATION_ACCEPT);
  const DWORD size = ADDRESS_ROOM;
  DWORD bytes = 0;
  int error = 0;
  if (!functions->accept(endpoint->socket, accepting->socket, accepting->addresses, 0, size, size, &bytes,
                         &operation->overlapped)) {
    error = WSAGetLastError();
  }
  int32_t result = jev_operation_begun(poller, operation, error, bytes);
  if (result != 0) {
    closesocket(accepting->socket);
    accepting->socket = INVALID_SOCKET;
  }
  return result;
}

static void store_peer(const struct jev_poller *poller, struct jev_accepting *accepting) {
  struct sockaddr *local;
  struct sockaddr *remote;
  int local_length;
  int remote_length;
  poller->extensions.addresses(accepting->addresses, 0, ADDRESS_ROOM, ADDRESS_ROOM, &local, &local_length,
                               &remote, &remote_length);
  jev_address_from_system(remote, (uint32_t)remote_length, &accepting->peer);
}

int32_t jev_end_accept(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  struct jev_accepting *accepting = endpoint->accepting;
  SOCKET socket = accepting->socket;
  int32_t result = endpoint->read.result;
  jev_assert(endpoint->read.state == OPERATION_IDLE);
  accepting->socket = INVALID_SOCKET;
  if (result >= 0) {
    u_long nonblocking = 1;
    poller->counters->syscalls += 2;
    if (setsockopt(socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&endpoint->socket,
                   sizeof endpoint->socket) != 0 ||
        (!accepting->blocking && ioctlsocket(socket, (long)FIONBIO, &nonblocking) != 0)) {
      result = jev_socket_error();
    }
  }
  if (result < 0) {
    closesocket(socket);
    return result;
  }
  store_peer(poller, accepting);
  return jev_descriptor_of(socket);
}

/* ---- connecting ---- */

/* ConnectEx wants a socket that is bound; one that is already refuses this, and keeps its address. */
static void bind_anywhere(const struct jev_endpoint *endpoint) {
  struct sockaddr_in6 any = {.sin6_family = (short)endpoint->family};
  int length = endpoint->family == AF_INET ? (int)sizeof(struct sockaddr_in) : (int)sizeof any;
  (void)bind(endpoint->socket, (const struct sockaddr *)&any, length);
}

int32_t jev_begin_connect(struct jev_poller *poller, struct jev_endpoint *endpoint, const void *address,
                          uint32_t length) {
  const struct jev_extensions *functions = internet(endpoint) ? extensions(poller, endpoint) : NULL;
  if (functions == NULL) {
    return -EOPNOTSUPP;
  }
  struct jev_operation *operation = &endpoint->write;
  bind_anywhere(endpoint);
  prepare(operation, OPERATION_CONNECT);
  poller->counters->syscalls += 2;
  DWORD bytes = 0;
  int error = 0;
  if (!functions->connect(endpoint->socket, address, (int)length, NULL, 0, &bytes, &operation->overlapped)) {
    error = WSAGetLastError();
  }
  return jev_operation_begun(poller, operation, error, bytes);
}

int32_t jev_end_connect(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (endpoint->write.result < 0) {
    return endpoint->write.result;
  }
  poller->counters->syscalls++;
  return setsockopt(endpoint->socket, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) == 0
             ? 0
             : jev_socket_error();
}

/* ---- sending ---- */

static uint32_t gather(const struct jev_transfer *transfer, WSABUF *buffers) {
  uint32_t count = 0;
  size_t room = MAX_BYTES;
  while (count < transfer->count && count < MAX_BUFFERS && room > 0) {
    const struct iovec *from = &transfer->vectors[count];
    size_t length = from->iov_len < room ? from->iov_len : room;
    buffers[count++] = (WSABUF){.len = (ULONG)length, .buf = from->iov_base};
    room -= length;
  }
  return count;
}

static int send_bytes(const struct jev_endpoint *endpoint, const struct jev_transfer *transfer,
                      OVERLAPPED *overlapped, DWORD *bytes) {
  WSABUF buffers[MAX_BUFFERS];
  uint32_t count = gather(transfer, buffers);
  int failed = transfer->to == NULL ? WSASend(endpoint->socket, buffers, count, bytes, 0, overlapped, NULL)
                                    : WSASendTo(endpoint->socket, buffers, count, bytes, 0, transfer->to,
                                                (int)transfer->to_length, overlapped, NULL);
  return failed == 0 ? 0 : WSAGetLastError();
}

/* Of what the file has: asked for more, the system would fail; asked for nothing, it would send all. */
static int send_file(struct jev_poller *poller, const struct jev_endpoint *endpoint,
                     const struct jev_transfer *transfer, OVERLAPPED *overlapped, bool *ended) {
  const struct jev_extensions *functions = extensions(poller, endpoint);
  HANDLE file = jev_handle_of(transfer->file);
  LARGE_INTEGER size;
  poller->counters->syscalls++;
  if (functions == NULL || !GetFileSizeEx(file, &size)) {
    return functions == NULL ? WSAEOPNOTSUPP : (int)GetLastError();
  }
  int64_t left = size.QuadPart - transfer->position;
  left = left < transfer->remaining ? left : transfer->remaining;
  left = left < MAX_OF_FILE ? left : MAX_OF_FILE;
  *ended = left <= 0;
  if (*ended) {
    return 0;
  }
  overlapped->Offset = (DWORD)transfer->position;
  overlapped->OffsetHigh = (DWORD)((uint64_t)transfer->position >> 32);
  return functions->transmit(endpoint->socket, file, (DWORD)left, 0, overlapped, NULL, 0) ? 0
                                                                                          : WSAGetLastError();
}

int32_t jev_begin_transfer(struct jev_poller *poller, struct jev_endpoint *endpoint,
                           const struct jev_transfer *transfer) {
  struct jev_operation *operation = &endpoint->write;
  DWORD bytes = 0;
  prepare(operation, OPERATION_SEND);
  poller->counters->syscalls++;
  if (transfer->op != JEV_OP_SEND_FILE) {
    int error = send_bytes(endpoint, transfer, &operation->overlapped, &bytes);
    return jev_operation_begun(poller, operation, error, bytes);
  }
  bool ended = false;
  int error = send_file(poller, endpoint, transfer, &operation->overlapped, &ended);
  if (ended) {
    jev_operation_done(poller, operation, 0);
    return 0;
  }
  if (error == WSAENOTCONN) { /* any more: what sends call broken */
    return -(EPIPE | WSAENOTCONN << JEV_ERRNO_BITS);
  }
  /* How much it was is in the record of the operation, whether it waited or not. */
  return jev_operation_begun(poller, operation, error, (DWORD)operation->overlapped.InternalHigh);
}
