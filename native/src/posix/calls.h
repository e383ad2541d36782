/*
 * The system calls that carry bytes, on POSIX systems. glibc makes each of its wrappers a cancellation
 * point. That costs two locked instructions per call once a program has
 * threads, as every JVM has. They are a fifth of the time that a small line takes outside the kernel. A JVM's
 * threads are never cancelled, so the calls are made directly. Sanitizers intercept the library's functions,
 * so sanitized builds keep them.
 */
#ifndef JEV_CALLS_H
#define JEV_CALLS_H

#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__has_feature)
#define JEV_HAS_FEATURE(feature) __has_feature(feature)
#else
#define JEV_HAS_FEATURE(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || JEV_HAS_FEATURE(address_sanitizer) || \
    JEV_HAS_FEATURE(thread_sanitizer) || JEV_HAS_FEATURE(memory_sanitizer)
#define JEV_WATCHED 1
#else
#define JEV_WATCHED 0
#endif

#if defined(__linux__) && defined(__LP64__) && !JEV_WATCHED
#include <sys/syscall.h>

static inline ssize_t jev_call_read(int fd, void *bytes, size_t max) {
  return syscall(SYS_read, (long)fd, bytes, max);
}

static inline ssize_t jev_call_write(int fd, const void *bytes, size_t count) {
  return syscall(SYS_write, (long)fd, bytes, count);
}

static inline ssize_t jev_call_receive(int fd, void *bytes, size_t max, int flags) {
  return syscall(SYS_recvfrom, (long)fd, bytes, max, (long)flags, NULL, NULL);
}

static inline ssize_t jev_call_send(int fd, const void *bytes, size_t count, int flags) {
  return syscall(SYS_sendto, (long)fd, bytes, count, (long)flags, NULL, 0L);
}

#else

static inline ssize_t jev_call_read(int fd, void *bytes, size_t max) { return read(fd, bytes, max); }

static inline ssize_t jev_call_write(int fd, const void *bytes, size_t count) {
  return write(fd, bytes, count);
}

static inline ssize_t jev_call_receive(int fd, void *bytes, size_t max, int flags) {
  return recv(fd, bytes, max, flags);
}

static inline ssize_t jev_call_send(int fd, const void *bytes, size_t count, int flags) {
  return send(fd, bytes, count, flags);
}

#endif

#endif
