/*
 * What the stand-ins for foreign kernels share: objects that are descriptors, and the identity of files.
 *
 * Each object is represented by a descriptor of this system. The descriptors behind it go away with that one,
 * which is why the foreign headers replace close().
 */
#ifndef JEV_EMULATION_H
#define JEV_EMULATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum emulated_kind { EMULATED_KQUEUE = 1, EMULATED_PORT, EMULATED_DEVPOLL };

/* The first member of each. */
struct emulated {
  enum emulated_kind kind;
  /* Frees it and all but the descriptor itself. */
  void (*destroy)(struct emulated *self);
};

/* Makes `fd` stand for the object. EMFILE when it is too large a number. */
int emulated_register(int fd, struct emulated *object);
/* Async-signal-safe. NULL with EBADF when the descriptor is none of that kind. */
struct emulated *emulated_find(int fd, enum emulated_kind kind);

/* Which file a descriptor refers to, as far as this system can say. */
struct emulated_file {
  dev_t device;
  ino_t inode;
  mode_t mode;
  int access;
};

/* False with EBADF when it is closed. */
bool emulated_identify(int fd, struct emulated_file *out);
/* The descriptor is open and stands for that file. */
bool emulated_is(int fd, const struct emulated_file *file);

/* A TCP connection that does not stand yet. */
bool emulated_connecting(int fd);
bool emulated_is_stream(int fd);
/* Bytes, or connections of a listener. */
int64_t emulated_readable(int fd);
/* Bytes that find room; 1 where that is not known. */
int64_t emulated_writable(int fd, mode_t mode);

/* ---- time ---- */
enum { EMULATED_SECOND = 1000000000 };

/* When a wait of that length that begins now ends: NULL is never. */
int64_t emulated_deadline(const struct timespec *timeout);
bool emulated_late(int64_t deadline);

struct pollfd;
/* poll() until then. */
int emulated_poll(struct pollfd *fds, unsigned long count, int64_t deadline);

/* An eventfd that many may write to: wakes who polls for it. */
void emulated_ring(int bell);
void emulated_unring(int bell);

/* Counts a signal and rings the bell each time, until it is unwatched; *seen is the count now. 0, or an
 * errno. */
int emulated_watch_signal(uintptr_t number, int bell, uint64_t *seen);
void emulated_unwatch_signal(int number, int bell);
/* How often it was delivered while it was watched. */
uint64_t emulated_delivered(int number);

/* What replaces close() for programs of those systems. */
int emulated_close(int fd);

#endif
