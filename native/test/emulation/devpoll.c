/*
 * /dev/poll, emulated: a set of numbers and poll().
 *
 * Where it differs: what another thread writes is seen by the next wait, not by the one that goes on.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/devpoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "emulation.h"

#undef open
#undef write
#undef ioctl
#undef close

struct device {
  struct emulated object;
  pthread_mutex_t lock;
  struct pollfd *set;
  size_t count;
  size_t capacity;
  size_t first; /* to look at, so that each has its turn */
};

static void destroy(struct emulated *object) {
  struct device *device = (struct device *)object;
  pthread_mutex_destroy(&device->lock);
  free(device->set);
  free(device);
}

static int open_device(int flags) {
  struct device *device = calloc(1, sizeof *device);
  int fd = device == NULL ? -1 : eventfd(0, (flags & O_CLOEXEC) != 0 ? EFD_CLOEXEC : 0);
  if (fd < 0 || emulated_register(fd, &device->object) != 0) {
    free(device);
    if (fd >= 0) {
      close(fd);
    }
    return -1;
  }
  device->object = (struct emulated){.kind = EMULATED_DEVPOLL, .destroy = destroy};
  pthread_mutex_init(&device->lock, NULL);
  return fd;
}

int emulated_open(const char *path, int flags) {
  return strcmp(path, "/dev/poll") == 0 ? open_device(flags) : open(path, flags);
}

/* ---- changes ---- */

static struct pollfd *find(const struct device *device, int fd) {
  for (size_t i = 0; i < device->count; i++) {
    if (device->set[i].fd == fd) {
      return &device->set[i];
    }
  }
  return NULL;
}

static int change(struct device *device, const struct pollfd *wanted) {
  struct pollfd *known = find(device, wanted->fd);
  if (wanted->events == POLLREMOVE) {
    if (known != NULL) {
      *known = device->set[--device->count];
    }
    return 0;
  }
  if (known != NULL) {
    known->events = (short)(known->events | wanted->events);
    return 0;
  }
  if (device->count == device->capacity) {
    size_t capacity = device->capacity == 0 ? 64 : 2 * device->capacity;
    struct pollfd *set = realloc(device->set, capacity * sizeof *set);
    if (set == NULL) {
      return ENOMEM;
    }
    device->set = set;
    device->capacity = capacity;
  }
  device->set[device->count++] = (struct pollfd){.fd = wanted->fd, .events = wanted->events};
  return 0;
}

ssize_t emulated_write(int fd, const void *bytes, size_t count) {
  struct device *device = (struct device *)emulated_find(fd, EMULATED_DEVPOLL);
  if (device == NULL) {
    return write(fd, bytes, count);
  }
  if (count % sizeof(struct pollfd) != 0) {
    errno = EINVAL;
    return -1;
  }
  const struct pollfd *wanted = bytes;
  int error = 0;
  pthread_mutex_lock(&device->lock);
  for (size_t i = 0; i < count / sizeof *wanted && error == 0; i++) {
    error = change(device, &wanted[i]);
  }
  pthread_mutex_unlock(&device->lock);
  errno = error;
  return error == 0 ? (ssize_t)count : -1;
}

/* ---- waiting ---- */

/* A copy of the set, beginning with its `first`; NULL without memory. */
static struct pollfd *copy(struct device *device, size_t *count) {
  pthread_mutex_lock(&device->lock);
  *count = device->count;
  struct pollfd *set = malloc((device->count + 1) * sizeof *set);
  if (set != NULL && device->count > 0) {
    size_t first = device->first % device->count;
    memcpy(set, device->set + first, (device->count - first) * sizeof *set);
    memcpy(set + device->count - first, device->set, first * sizeof *set);
  }
  pthread_mutex_unlock(&device->lock);
  return set;
}

static int take(struct device *device, const struct pollfd *set, size_t count, struct dvpoll *out) {
  nfds_t taken = 0;
  size_t i = 0;
  for (; i < count && taken < out->dp_nfds; i++) {
    if (set[i].revents != 0) {
      out->dp_fds[taken++] = set[i];
    }
  }
  pthread_mutex_lock(&device->lock);
  device->first += i < count ? i : 0;
  pthread_mutex_unlock(&device->lock);
  return (int)taken;
}

static int wait_in(struct device *device, struct dvpoll *wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && wanted->dp_nfds > limit.rlim_cur) {
    errno = EINVAL;
    return -1;
  }
  size_t count;
  struct pollfd *set = copy(device, &count);
  if (set == NULL) {
    return -1;
  }
  int found = poll(set, count, wanted->dp_timeout);
  int error = errno;
  if (found > 0) {
    found = take(device, set, count, wanted);
  }
  free(set);
  errno = error;
  return found;
}

static int is_polled(struct device *device, struct pollfd *asked) {
  pthread_mutex_lock(&device->lock);
  const struct pollfd *known = find(device, asked->fd);
  if (known != NULL) {
    asked->revents = known->events;
  }
  pthread_mutex_unlock(&device->lock);
  return known != NULL ? 1 : 0;
}

int emulated_ioctl(int fd, unsigned long request, void *argument) {
  struct device *device = (struct device *)emulated_find(fd, EMULATED_DEVPOLL);
  if (device == NULL) {
    return ioctl(fd, request, argument);
  }
  switch (request) {
    case DP_POLL:
      return wait_in(device, argument);
    case DP_ISPOLLED:
      return is_polled(device, argument);
    default:
      errno = EINVAL;
      return -1;
  }
}
