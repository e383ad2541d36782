/*
 * What the shim takes for granted about a system, as the compiler for that system sees it: sizes, offsets
 * and numbers. Compiled to assembly and never run; each line of it that begins with "layout" is one entry.
 */
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#include <winsock2.h>
/**/
#include <ws2tcpip.h>
/**/
#include <windows.h>
#else
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#endif
#if defined(__linux__) && !defined(JEV_EMULATED_SYS_EVENT_H)
#include <linux/io_uring.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#endif
#if !defined(_WIN32) && !defined(__linux__)
#include <sys/event.h>
#endif

#define EMIT(name, value) __asm__ volatile(".ascii \"layout " name " %c0\"" ::"i"((int64_t)(value)))
#define NUMBER(constant) EMIT(#constant, constant)
#define SIZE(type) EMIT("sizeof." #type, sizeof(type))
#define OFFSET(type, member) EMIT(#type "." #member, offsetof(type, member))

typedef struct sockaddr_in inet;
typedef struct sockaddr_in6 inet6;
#if !defined(_WIN32)
typedef struct sockaddr_un unix_domain;
typedef struct pollfd pollfd;
typedef struct iovec iovec;
typedef struct timespec timespec;
#endif

void jev_layouts(void);
void jev_layouts(void) {
  EMIT("sizeof.pointer", sizeof(void *));
  EMIT("little_endian", __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
  NUMBER(AF_INET);
  NUMBER(AF_INET6);
  NUMBER(SOL_SOCKET);
  SIZE(inet);
  OFFSET(inet, sin_family);
  OFFSET(inet, sin_port);
  OFFSET(inet, sin_addr);
  SIZE(inet6);
  OFFSET(inet6, sin6_port);
  OFFSET(inet6, sin6_addr);
  OFFSET(inet6, sin6_scope_id);
#if defined(_WIN32)
  SIZE(SOCKET);
  SIZE(OVERLAPPED);
  SIZE(WSABUF);
  OFFSET(WSABUF, buf);
  SIZE(WSAPOLLFD);
  OFFSET(fd_set, fd_array);
  NUMBER(POLLIN);
  NUMBER(POLLOUT);
  NUMBER(WSAEWOULDBLOCK);
#else
  SIZE(off_t);
  SIZE(pollfd);
  SIZE(iovec);
  SIZE(timespec);
  SIZE(unix_domain);
  OFFSET(unix_domain, sun_path);
  NUMBER(POLLIN);
  NUMBER(POLLOUT);
  NUMBER(POLLNVAL);
  NUMBER(EAGAIN);
  NUMBER(EWOULDBLOCK);
#endif
#if defined(__linux__) && !defined(JEV_EMULATED_SYS_EVENT_H)
  typedef struct epoll_event epoll_event;
  typedef struct io_uring_sqe io_uring_sqe;
  typedef struct io_uring_cqe io_uring_cqe;
  typedef struct io_uring_params io_uring_params;
  typedef struct io_uring_getevents_arg io_uring_getevents_arg;
  SIZE(epoll_event);
  OFFSET(epoll_event, data);
  NUMBER(EPOLLRDHUP);
  NUMBER(POLLRDHUP);
  NUMBER(SYS_epoll_pwait2);
  NUMBER(SYS_io_uring_setup);
  NUMBER(SYS_io_uring_enter);
  NUMBER(SYS_io_uring_register);
  SIZE(io_uring_sqe);
  SIZE(io_uring_cqe);
  SIZE(io_uring_params);
  SIZE(io_uring_getevents_arg);
#endif
#if defined(EVFILT_READ)
  typedef struct kevent event;
  SIZE(event);
  OFFSET(event, ident);
  OFFSET(event, filter);
  OFFSET(event, flags);
  OFFSET(event, fflags);
  OFFSET(event, data);
  OFFSET(event, udata);
  NUMBER(EVFILT_READ);
  NUMBER(EVFILT_WRITE);
  NUMBER(EVFILT_USER);
  NUMBER(EV_ADD);
  NUMBER(EV_DELETE);
  NUMBER(EV_ENABLE);
  NUMBER(EV_DISABLE);
  NUMBER(EV_ONESHOT);
  NUMBER(EV_CLEAR);
  NUMBER(EV_RECEIPT);
  NUMBER(EV_DISPATCH);
  NUMBER(EV_ERROR);
  NUMBER(EV_EOF);
  EMIT("NOTE_TRIGGER", (int64_t)NOTE_TRIGGER);
#endif
}
