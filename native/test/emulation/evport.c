/*
 * Event ports, emulated: associations are one-shot registrations with epoll, sent events go through a pipe.
 *
 * Differences: an event of a descriptor is checked again when it is retrieved, so that one whose cause is
 * gone by then is not delivered. An association whose descriptor was closed ends at that time. port_getn()
 * cannot be asked for a count alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <port.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "emulation.h"

#undef close

enum { FIRST_ASSOCIATIONS = 64, BATCH = 64 };

struct association {
  struct emulated_file file;
  void *user;
  uint32_t serial;
  int events;
  bool used;
};

/* What the pipe carries: of the user, or a descriptor that is always ready. */
struct parcel {
  int source;
  int events;
  int fd;
  uint32_t serial;
  void *user;
};

struct port {
  struct emulated object;
  pthread_mutex_t lock;
  int epoll; /* the port's descriptor */
  int sent[2];
  int bell;
  bool alerted;
  port_event_t alert;
  struct association *associations; /* by descriptor */
  size_t count;
};

static struct port *port_of(int fd) { return (struct port *)emulated_find(fd, EMULATED_PORT); }

static void destroy(struct emulated *object) {
  struct port *port = (struct port *)object;
  close(port->sent[0]);
  close(port->sent[1]);
  close(port->bell);
  pthread_mutex_destroy(&port->lock);
  free(port->associations);
  free(port);
}

static int give_up(struct port *port, int error) {
  const int fds[] = {port->epoll, port->bell, port->sent[0], port->sent[1]};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
    if (fds[i] >= 0) {
      close(fds[i]);
    }
  }
  free(port);
  errno = error;
  return -1;
}

int emulated_port_create(void) {
  struct port *port = calloc(1, sizeof *port);
  if (port == NULL) {
    return -1;
  }
  port->object = (struct emulated){.kind = EMULATED_PORT, .destroy = destroy};
  port->sent[0] = -1;
  port->sent[1] = -1;
  port->epoll = epoll_create1(EPOLL_CLOEXEC);
  port->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (port->epoll < 0 || port->bell < 0 || pipe2(port->sent, O_NONBLOCK | O_CLOEXEC) != 0 ||
      emulated_register(port->epoll, &port->object) != 0) {
    return give_up(port, errno);
  }
  pthread_mutex_init(&port->lock, NULL);
  return port->epoll;
}

/* Async-signal-safe: a parcel is too small to be written in parts. */
static int post(const struct port *port, const struct parcel *parcel) {
  return write(port->sent[1], parcel, sizeof *parcel) == (ssize_t)sizeof *parcel ? 0 : -1;
}

int emulated_port_send(int fd, int events, void *user) {
  const struct port *port = port_of(fd);
  const struct parcel parcel = {.source = PORT_SOURCE_USER, .events = events, .user = user};
  return port == NULL ? -1 : post(port, &parcel);
}

/* ---- associations ---- */

static struct association *association_of(struct port *port, size_t fd) {
  if (fd >= port->count) {
    size_t count = port->count == 0 ? FIRST_ASSOCIATIONS : port->count;
    while (count <= fd) {
      count *= 2;
    }
    struct association *associations = realloc(port->associations, count * sizeof *associations);
    if (associations == NULL) {
      return NULL;
    }
    memset(associations + port->count, 0, (count - port->count) * sizeof *associations);
    port->associations = associations;
    port->count = count;
  }
  return &port->associations[fd];
}

static int arm(const struct port *port, int fd, const struct association *made) {
  struct epoll_event event = {.events = EPOLLONESHOT,
                              .data.u64 = (uint64_t)made->serial << 32 | (uint32_t)fd};
  event.events |= ((made->events & POLLIN) != 0 ? (uint32_t)EPOLLIN : 0) |
                  ((made->events & POLLOUT) != 0 ? (uint32_t)EPOLLOUT : 0);
  if (epoll_ctl(port->epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
      (errno == ENOENT && epoll_ctl(port->epoll, EPOLL_CTL_ADD, fd, &event) == 0)) {
    return 0;
  }
  const struct parcel ready = {.source = PORT_SOURCE_FD,
                               .events = made->events & (POLLIN | POLLOUT),
                               .fd = fd,
                               .serial = made->serial};
  return errno == EPERM ? post(port, &ready) : -1; /* files are always ready */
}

static int associate(struct port *port, int fd, int events, void *user) {
  struct emulated_file file;
  if (!emulated_identify(fd, &file)) {
    errno = EBADFD;
    return -1;
  }
  struct association *made = association_of(port, (size_t)fd);
  if (made == NULL) {
    return -1;
  }
  *made = (struct association){
      .file = file, .user = user, .serial = made->serial + 1, .events = events, .used = true};
  if (arm(port, fd, made) != 0) {
    made->used = false;
    return -1;
  }
  return 0;
}

int emulated_port_associate(int fd, int source, uintptr_t object, int events, void *user) {
  struct port *port = port_of(fd);
  if (port == NULL) {
    return -1;
  }
  if (source != PORT_SOURCE_FD || object > INT32_MAX) {
    errno = source != PORT_SOURCE_FD ? EINVAL : EBADFD;
    return -1;
  }
  pthread_mutex_lock(&port->lock);
  int result = associate(port, (int)object, events, user);
  pthread_mutex_unlock(&port->lock);
  return result;
}

/* Closing has ended the association of a descriptor that stands for another file now. */
static bool still_associated(struct port *port, uintptr_t fd) {
  if (fd >= port->count || !port->associations[fd].used) {
    return false;
  }
  if (!emulated_is((int)fd, &port->associations[fd].file)) {
    port->associations[fd].used = false;
    return false;
  }
  return true;
}

static void end_association(struct port *port, int fd) {
  port->associations[fd].used = false;
  port->associations[fd].serial++;
  epoll_ctl(port->epoll, EPOLL_CTL_DEL, fd, NULL);
}

int emulated_port_dissociate(int fd, int source, uintptr_t object) {
  struct port *port = port_of(fd);
  if (port == NULL) {
    return -1;
  }
  if (source != PORT_SOURCE_FD) {
    errno = EINVAL;
    return -1;
  }
  pthread_mutex_lock(&port->lock);
  bool there = still_associated(port, object);
  if (there) {
    end_association(port, (int)object);
  }
  pthread_mutex_unlock(&port->lock);
  errno = there ? 0 : ENOENT;
  return there ? 0 : -1;
}

/* ---- alerts ---- */

int emulated_port_alert(int fd, int flags, int events, void *user) {
  struct port *port = port_of(fd);
  if (port == NULL) {
    return -1;
  }
  int error = 0;
  pthread_mutex_lock(&port->lock);
  if ((flags & ~PORT_ALERT_INVALID) != 0 || flags == 0) {
    error = EINVAL;
  } else if (flags == PORT_ALERT_SET && port->alerted) {
    error = EBUSY;
  } else {
    port->alerted = events != 0;
    port->alert = (port_event_t){.portev_events = events,
                                 .portev_source = PORT_SOURCE_ALERT,
                                 .portev_object = (uintptr_t)fd,
                                 .portev_user = user};
    if (port->alerted) {
      emulated_ring(port->bell);
    } else {
      emulated_unring(port->bell);
    }
  }
  pthread_mutex_unlock(&port->lock);
  errno = error;
  return error == 0 ? 0 : -1;
}

/* ---- retrieval ---- */

/* Retrieving dissociates. False when the association that the event was of is gone. */
static bool take_descriptor(struct port *port, int fd, uint32_t serial, int events, port_event_t *out) {
  if (!still_associated(port, (uintptr_t)fd) || port->associations[fd].serial != serial) {
    return false;
  }
  *out = (port_event_t){.portev_events = events,
                        .portev_source = PORT_SOURCE_FD,
                        .portev_object = (uintptr_t)fd,
                        .portev_user = port->associations[fd].user};
  end_association(port, fd);
  return true;
}

static uint_t take_parcels(struct port *port, port_event_t *list, uint_t max) {
  struct parcel parcel;
  uint_t count = 0;
  while (count < max && read(port->sent[0], &parcel, sizeof parcel) == (ssize_t)sizeof parcel) {
    if (parcel.source == PORT_SOURCE_USER) {
      list[count++] = (port_event_t){.portev_events = parcel.events,
                                     .portev_source = PORT_SOURCE_USER,
                                     .portev_object = (uintptr_t)port->epoll,
                                     .portev_user = parcel.user};
    } else if (take_descriptor(port, parcel.fd, parcel.serial, parcel.events, &list[count])) {
      count++;
    }
  }
  return count;
}

static int events_of(uint32_t events) {
  return ((events & EPOLLIN) != 0 ? POLLIN : 0) | ((events & EPOLLOUT) != 0 ? POLLOUT : 0) |
         ((events & EPOLLERR) != 0 ? POLLERR : 0) | ((events & EPOLLHUP) != 0 ? POLLHUP : 0);
}

static uint_t take_ready(struct port *port, port_event_t *list, uint_t max) {
  struct epoll_event ready[BATCH];
  uint_t count = 0;
  int found = 1;
  while (count < max && found > 0) {
    int room = max - count < BATCH ? (int)(max - count) : BATCH;
    found = epoll_wait(port->epoll, ready, room, 0);
    for (int i = 0; i < found; i++) {
      if (take_descriptor(port, (int)(uint32_t)ready[i].data.u64, (uint32_t)(ready[i].data.u64 >> 32),
                          events_of(ready[i].events), &list[count])) {
        count++;
      }
    }
  }
  return count;
}

static int wait_for_more(struct port *port, int64_t deadline) {
  struct pollfd sources[] = {{.fd = port->epoll, .events = POLLIN},
                             {.fd = port->sent[0], .events = POLLIN},
                             {.fd = port->bell, .events = POLLIN}};
  pthread_mutex_unlock(&port->lock);
  int result = emulated_poll(sources, 3, deadline);
  int error = errno;
  pthread_mutex_lock(&port->lock);
  errno = error;
  return result < 0 ? -1 : 0;
}

/* An interrupted wait leaves the count alone, as it does there. */
static int get(struct port *port, port_event_t *list, uint_t max, uint_t *wanted, int64_t deadline) {
  uint_t count = 0;
  for (;;) {
    bool late = emulated_late(deadline);
    if (port->alerted) {
      list[0] = port->alert;
      *wanted = 1;
      return 0;
    }
    count += take_parcels(port, list + count, max - count);
    count += take_ready(port, list + count, max - count);
    if (count >= *wanted || late) {
      errno = count >= *wanted ? 0 : ETIME;
      int result = count >= *wanted ? 0 : -1;
      *wanted = count;
      return result;
    }
    if (wait_for_more(port, deadline) != 0) {
      if (count > 0) {
        *wanted = count;
      }
      return -1;
    }
  }
}

int emulated_port_getn(int fd, port_event_t *list, uint_t max, uint_t *count, struct timespec *timeout) {
  struct port *port = port_of(fd);
  if (port == NULL) {
    return -1;
  }
  if (max == 0 || *count > max) {
    errno = EINVAL;
    return -1;
  }
  int64_t deadline = emulated_deadline(timeout);
  pthread_mutex_lock(&port->lock);
  int result = get(port, list, max, count, deadline);
  pthread_mutex_unlock(&port->lock);
  return result;
}

int emulated_port_get(int fd, port_event_t *event, struct timespec *timeout) {
  uint_t count = 1;
  return emulated_port_getn(fd, event, 1, &count, timeout);
}
