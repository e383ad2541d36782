/*
 * The I/O completion port as a completion backend: what iocp_backend.c, iocp_stream.c and afd.c share.
 *
 * iocp_backend.c waits and reports; iocp_stream.c begins the operations of streams; afd.c watches for
 * readiness. An operation is idle, pending in the system, or done and in the queue of results.
 */
#ifndef JEV_IOCP_H
#define JEV_IOCP_H

#include "core/completion_backend.h"
#include "core/jev_assert.h"
#include "windows/windows_api.h"
/* winternl.h needs windows.h. */
#include <winternl.h>

/* Answers taken in one call. */
enum { JEV_IOCP_BATCH = 256 };

enum { OPERATION_IDLE, OPERATION_PENDING, OPERATION_DONE };

enum {
  OPERATION_RECEIVE,
  OPERATION_ACCEPT,
  OPERATION_CONNECT,
  OPERATION_SEND,
  OPERATION_POLL,
  OPERATION_END
};

struct jev_operation {
  OVERLAPPED overlapped; /* its first two fields are an IO_STATUS_BLOCK as well */
  struct jev_operation *next;
  struct jev_operation **place; /* what points to it among the missed; NULL elsewhere */
  struct jev_endpoint *endpoint;
  int32_t result; /* bytes or 0; negated error */
  uint8_t what;
  uint8_t state;
  bool cancelled;
};

/* What AcceptEx writes to, and the socket that waits for its connection. */
struct jev_accepting {
  SOCKET socket;
  bool blocking;
  struct jev_address peer; /* of the last one */
  uint8_t addresses[2 * (sizeof(struct sockaddr_in6) + 16)];
};

/* What the driver behind sockets is asked to watch, and what it answers. */
struct jev_afd_poll {
  LARGE_INTEGER timeout;
  ULONG count;
  ULONG exclusive;
  HANDLE socket;
  ULONG events;
  NTSTATUS status;
};

/* Many polls share one handle to the driver; not all of them, as cancelling one looks through them. */
struct jev_afd_group {
  struct jev_afd_group *next;
  HANDLE driver;
  uint32_t polls;
};

/* One descriptor of a slot. It lives until the last of its operations has been reported. */
struct jev_endpoint {
  struct jev_operation read;  /* RECEIVE or ACCEPT */
  struct jev_operation write; /* CONNECT or SEND */
  struct jev_operation poll;
  struct jev_operation end;
  struct jev_afd_poll asked;
  struct jev_afd_group *group;
  struct jev_accepting *accepting;
  struct jev_endpoint *next;   /* in the list of those that want something of the next wait */
  struct jev_endpoint *older;  /* in the list of all */
  struct jev_endpoint **place; /* what points to it there */
  SOCKET socket;
  SOCKET base; /* below layered providers: what the driver knows; INVALID_SOCKET until it is asked */
  uint64_t token;
  uint8_t wanted;  /* the mask of the last `set` */
  uint8_t watched; /* what the pending poll is for */
  bool listed;
  bool examined;   /* the following are known */
  bool associated; /* its operations complete on this port */
  bool skips;      /* not those that succeed at once */
  bool datagrams;
  bool ending;  /* the slot is detached: JEV_DONE_CLOSE follows the last operation */
  bool orphan;  /* its results are dropped */
  bool renewed; /* the number refers to another file now */
  bool closed;
  int family;
  int type;
  int protocol;
};

struct jev_extensions {
  DWORD provider;
  bool known;
  LPFN_ACCEPTEX accept;
  LPFN_GETACCEPTEXSOCKADDRS addresses;
  LPFN_CONNECTEX connect;
  LPFN_TRANSMITFILE transmit;
};

struct jev_poller {
  HANDLE port;
  HANDLE timer; /* finer than the system's tick, or NULL */
  int64_t timer_due;
  DWORD timer_thread;
  volatile LONG woken;
  struct jev_header *counters;
  struct jev_endpoint **endpoints; /* by slot */
  uint32_t endpoint_count;
  struct jev_endpoint *all;
  struct jev_endpoint *wanting;
  uint32_t pending;            /* operations in the system */
  struct jev_operation *first; /* done, in the order in which they are reported */
  struct jev_operation *last;
  struct jev_operation *missed; /* in the system, which did not find them to cancel them */
  struct jev_afd_group *groups;
  struct jev_extensions extensions;
  OVERLAPPED_ENTRY entries[JEV_IOCP_BATCH];
};

/* ---- iocp_operation.c ---- */
/* The operation is under way in the system. */
void jev_operation_pends(struct jev_poller *poller, struct jev_operation *operation);
/* The operation is over, by whatever way that became known. */
void jev_operation_done(struct jev_poller *poller, struct jev_operation *operation, int32_t result);
/* What a call that begins an operation has answered: 0, or the system's error. Returns 0 when it is under way
 * or done, else the negated error. */
int32_t jev_operation_begun(struct jev_poller *poller, struct jev_operation *operation, int error,
                            DWORD bytes);
/* The first of those that are done, now idle; or NULL. */
struct jev_operation *jev_next_done(struct jev_poller *poller);
void jev_cancel_operation(struct jev_poller *poller, struct jev_operation *operation);
/* Cancels again what was missed and is still pending. */
void jev_cancel_missed(struct jev_poller *poller);
/* ---- iocp_endpoint.c ---- */
/* Cancels all operations of the endpoint. */
void jev_cancel_all(struct jev_poller *poller, struct jev_endpoint *endpoint);
/* The slot's, made if need be; NULL: there is no memory for it. */
struct jev_endpoint *jev_endpoint_of(struct jev_poller *poller, int32_t fd, uint64_t token);
struct jev_endpoint *jev_endpoint_find(const struct jev_poller *poller, uint64_t token);
/* All its operations are idle. */
bool jev_endpoint_idle(const struct jev_endpoint *endpoint);
/* Another file may have the number now. The operations of the previous file end when the system ends them. */
void jev_endpoint_abandon(struct jev_poller *poller, struct jev_endpoint *endpoint);
void jev_endpoint_free(struct jev_poller *poller, struct jev_endpoint *endpoint);
/* Lists the endpoint: the next wait begins what it wants. */
void jev_endpoint_wants(struct jev_poller *poller, struct jev_endpoint *endpoint);

/* ---- iocp_stream.c ---- */
/* Associates the socket with the port, once; false: another port has it, and it goes by readiness. */
bool jev_endpoint_associated(struct jev_poller *poller, struct jev_endpoint *endpoint);
/* Waits for bytes without a buffer. */
int32_t jev_begin_receive(struct jev_poller *poller, struct jev_endpoint *endpoint);
int32_t jev_begin_accept(struct jev_poller *poller, struct jev_endpoint *endpoint);
/* The connection of an accept that is done: a descriptor, or a negated error; and its peer. */
int32_t jev_end_accept(struct jev_poller *poller, struct jev_endpoint *endpoint);
int32_t jev_begin_connect(struct jev_poller *poller, struct jev_endpoint *endpoint, const void *address,
                          uint32_t length);
int32_t jev_end_connect(struct jev_poller *poller, struct jev_endpoint *endpoint);
int32_t jev_begin_transfer(struct jev_poller *poller, struct jev_endpoint *endpoint,
                           const struct jev_transfer *transfer);
/* The result of a socket operation that the port has reported. */
int32_t jev_stream_result(const struct jev_operation *operation, const OVERLAPPED_ENTRY *entry);
/* Ends the association, so that another port can have the socket. */
void jev_dissociate(const struct jev_endpoint *endpoint);

/* ---- afd.c ---- */
/* Watches for `mask`; one answer follows. */
int32_t jev_afd_watch(struct jev_poller *poller, struct jev_endpoint *endpoint, uint8_t mask);
void jev_afd_cancel(struct jev_poller *poller, struct jev_endpoint *endpoint);
/* What the driver has answered: JEV_READ, JEV_WRITE, JEV_CLOSED; 0 when the descriptor was closed; or a
 * negated error. */
int32_t jev_afd_result(const struct jev_operation *operation);
void jev_afd_release(struct jev_endpoint *endpoint);
void jev_afd_close(struct jev_poller *poller);
/* 0 when the driver can be asked. */
int32_t jev_afd_status(void);

#endif
