/*
 * What the shim asks of the operating system. Each system answers in its folder, posix/ or windows/, in
 * files of the same names.
 *
 * Results are those of the contract: what was asked for, or a negated error, on Windows with the system's
 * code above the errno.
 */
#ifndef JEV_SYSTEM_H
#define JEV_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jevent.h"

#if defined(_WIN32)
struct iovec {
  void *iov_base;
  size_t iov_len;
};
/* Handles are multiples of four, and a process can have 2^24 of them. */
enum { JEV_MAX_VECTORS = 64, JEV_DESCRIPTOR_SHIFT = 2, JEV_MAX_DESCRIPTORS = 1 << 24 };
enum { JEV_DATAGRAMS_TOGETHER = 1 };
/* A pending receive does not end when receiving is shut down. */
#define JEV_SHUTS_SILENTLY true
#else
#include <sys/socket.h>
#include <sys/uio.h>
/* Apple's headers have the flag, its systems before 2025 have not: sockets get SO_NOSIGPIPE there. */
#if defined(MSG_NOSIGNAL) && !defined(__APPLE__)
enum { JEV_NO_SIGNAL = MSG_NOSIGNAL };
#else
enum { JEV_NO_SIGNAL = 0 };
#endif
enum { JEV_MAX_VECTORS = 1024, JEV_DESCRIPTOR_SHIFT = 0, JEV_MAX_DESCRIPTORS = 1 << 30 };
/* Those with sendmmsg. */
#if defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__)
enum { JEV_DATAGRAMS_TOGETHER = 64 };
#else
enum { JEV_DATAGRAMS_TOGETHER = 1 };
#endif
#define JEV_SHUTS_SILENTLY false
#endif

enum { JEV_ERRNO_BITS = 12, JEV_SYSTEM_ADDRESS_SIZE = 128 };

/* The errno of a result, 0 when it is no error: what results are compared by. */
static inline int32_t jev_errno_of(int64_t result) {
  return result < 0 ? (int32_t)(-result & ((1 << JEV_ERRNO_BITS) - 1)) : 0;
}

/* The index of a descriptor in tables. Those of JEV_MOST_DESCRIPTORS or more are in none. */
static inline uint32_t jev_index(int32_t fd) { return (uint32_t)fd >> JEV_DESCRIPTOR_SHIFT; }

/* ---- memory.c ---- */
/* Zeroed; its pages cost nothing until they are touched. NULL when there is none. */
void *jev_map(size_t size);
void jev_unmap(void *memory, size_t size);

/* ---- io.c ---- */
/* Nanoseconds that never go back. */
int64_t jev_clock(void);
/* 0 when the descriptor is open. */
int32_t jev_is_open(int32_t fd);
/* The following never wait; -EAGAIN when they would have to. Sockets alone: -ENOTSOCK. */
int64_t jev_receive(int32_t fd, void *bytes, size_t max);
int64_t jev_receive_datagram(int32_t fd, void *bytes, size_t max, struct jev_address *from, bool *truncated);
/* At most JEV_MOST_VECTORS. */
int64_t jev_send(int32_t fd, const struct iovec *vectors, uint32_t count);
/* All of it or nothing; to: the peer when NULL. */
int64_t jev_send_datagram(int32_t fd, const struct iovec *vectors, uint32_t count,
                          const struct jev_address *to);
/* One of several: to its peer when `to` is NULL. */
struct jev_datagram {
  void *bytes;
  size_t length;
  const struct jev_address *to;
};
/* Sends at most JEV_DATAGRAMS_TOGETHER of them by one call, until one does not go. How many have gone, or why
 * the first one has not. -ENOSYS where there is no such call. */
int32_t jev_send_together(int32_t fd, const struct jev_datagram *datagrams, uint32_t count);

/* ---- address.c ---- */
/* 0, or a negated errno; *length is that of `out`. */
int32_t jev_address_to_system(const struct jev_address *in, void *out, uint32_t *length);
void jev_address_from_system(const void *in, uint32_t length, struct jev_address *out);

/* ---- socket.c ---- */
/* 0 when the socket listens, as far as can be found without waiting. */
int32_t jev_listens(int32_t fd);
/* An error that concerns only the one connection that was to be accepted. */
bool jev_accept_passes_over(int error);
/* accept, passing over connections that are gone already: a descriptor, or an error. */
int32_t jev_accept_one(int32_t fd, bool blocking, struct jev_address *peer, uint64_t *syscalls);

#endif
