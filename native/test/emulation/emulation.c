/* What the stand-ins share. */
#include "emulation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 65536 };

static _Atomic(struct emulated *) objects[DESCRIPTORS];

int emulated_register(int fd, struct emulated *object) {
  if (fd >= DESCRIPTORS) {
    errno = EMFILE;
    return -1;
  }
  atomic_store(&objects[fd], object);
  return 0;
}

struct emulated *emulated_find(int fd, enum emulated_kind kind) {
  struct emulated *found = fd >= 0 && fd < DESCRIPTORS ? atomic_load(&objects[fd]) : NULL;
  if (found == NULL || found->kind != kind) {
    errno = EBADF;
    return NULL;
  }
  return found;
}

int emulated_close(int fd) {
  struct emulated *found = fd >= 0 && fd < DESCRIPTORS ? atomic_exchange(&objects[fd], NULL) : NULL;
  if (found != NULL) {
    found->destroy(found);
  }
  return close(fd);
}

bool emulated_identify(int fd, struct emulated_file *out) {
  struct stat found;
  if (fstat(fd, &found) != 0) {
    return false;
  }
  *out = (struct emulated_file){.device = found.st_dev,
                                .inode = found.st_ino,
                                .mode = found.st_mode,
                                .access = fcntl(fd, F_GETFL) & O_ACCMODE};
  return true;
}

bool emulated_is(int fd, const struct emulated_file *file) {
  struct emulated_file now;
  return emulated_identify(fd, &now) && now.device == file->device && now.inode == file->inode &&
         now.access == file->access;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * EMULATED_SECOND + time.tv_nsec;
}

int64_t emulated_deadline(const struct timespec *timeout) {
  if (timeout == NULL) {
    return INT64_MAX;
  }
  int64_t wait;
  int64_t end;
  if (__builtin_mul_overflow((int64_t)timeout->tv_sec, EMULATED_SECOND, &wait) ||
      __builtin_add_overflow(wait, timeout->tv_nsec, &wait) || __builtin_add_overflow(now(), wait, &end)) {
    return INT64_MAX;
  }
  return end;
}

bool emulated_late(int64_t deadline) { return deadline != INT64_MAX && now() >= deadline; }

int emulated_poll(struct pollfd *fds, unsigned long count, int64_t deadline) {
  int64_t left = deadline == INT64_MAX ? INT64_MAX : deadline - now();
  if (left < 0) {
    left = 0;
  }
  const struct timespec limit = {.tv_sec = (time_t)(left / EMULATED_SECOND),
                                 .tv_nsec = (long)(left % EMULATED_SECOND)};
  return ppoll(fds, count, deadline == INT64_MAX ? NULL : &limit, NULL);
}

void emulated_ring(int bell) {
  const uint64_t one = 1;
  int saved = errno;
  ssize_t written = write(bell, &one, sizeof one); /* when it is full it rings already */
  (void)written;
  errno = saved;
}

void emulated_unring(int bell) {
  uint64_t rung;
  ssize_t taken = read(bell, &rung, sizeof rung);
  (void)taken;
}
