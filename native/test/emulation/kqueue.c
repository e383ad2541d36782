/*
 * kqueue, emulated.
 *
 * Each knote of a descriptor is registered in one of two epoll instances, for reading and for writing,
 * edge-triggered. An edge activates it, as a wake-up does in the real kernel. A scan checks active knotes
 * with poll() and reports those that are ready. One that is not, or that has EV_CLEAR and was reported, is
 * inactive until the next edge.
 *
 * Differences: a knote whose descriptor was closed ends when it is next checked. A number that came to refer
 * to a duplicate of the same file keeps it. fflags of a broken socket are derived from the state it was in,
 * because asking this system for the error takes it away from the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

#include "emulation.h"

#undef close

#if !defined(EVFILT_USER)
#define EVFILT_USER (-11)
#endif

enum { BUCKETS = 4096, USERS = 8, BATCH = 64, FIRST_KNOTES = 64, NONE = -1 };

struct knote {
  struct kevent event; /* ident, filter, flags, wanted fflags and data, udata */
  struct emulated_file file;
  uint64_t seen;       /* EVFILT_SIGNAL: deliveries reported; EVFILT_TIMER: expirations to report */
  uint32_t generation; /* of this place in the table */
  int next;            /* in its bucket, or among the free ones */
  int timer;           /* EVFILT_TIMER: a timerfd */
  int user;            /* EVFILT_USER: index of its trigger */
  bool used;
  bool active;
  bool disabled;
  bool connecting;
};

/* What a signal handler may touch. */
struct trigger {
  atomic_bool used;
  atomic_uintptr_t ident;
  atomic_bool pulled;
};

struct queue {
  struct emulated object;
  pthread_mutex_t lock;
  int reads; /* epoll; the queue's descriptor */
  int writes;
  int bell;
  int waiting;
  struct trigger triggers[USERS];
  struct knote *knotes;
  int capacity;
  int free;
  int cursor;
  int buckets[BUCKETS];
};

/* ---- timers ---- */

static int start_timer(struct knote *knote) {
  const uint64_t units[] = {EMULATED_SECOND, 1000000, 1000, 1};
  uint64_t unit = units[1];
  for (unsigned i = 0; i < 4; i++) {
    if ((knote->event.fflags & (NOTE_SECONDS << i)) != 0) {
      unit = units[i];
    }
  }
  if (knote->event.data < 0) {
    return EINVAL;
  }
  const uint64_t period = knote->event.data == 0 ? 1 : (uint64_t)knote->event.data * unit;
  const struct timespec time = {.tv_sec = (time_t)(period / EMULATED_SECOND),
                                .tv_nsec = (long)(period % EMULATED_SECOND)};
  const bool once = (knote->event.flags & EV_ONESHOT) != 0;
  const struct itimerspec when = {.it_interval = once ? (struct timespec){0} : time, .it_value = time};
  if (knote->timer < 0) {
    knote->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  }
  knote->seen = 0;
  return knote->timer >= 0 && timerfd_settime(knote->timer, 0, &when, NULL) == 0 ? 0 : errno;
}

/* ---- knotes ---- */

static unsigned bucket_of(uintptr_t ident, short filter) {
  return (unsigned)((ident * 31 + (uintptr_t)(-filter)) % BUCKETS);
}

static bool of_descriptor(const struct knote *knote) {
  return knote->event.filter == EVFILT_READ || knote->event.filter == EVFILT_WRITE;
}

static struct knote *find(const struct queue *queue, uintptr_t ident, short filter) {
  int place = queue->buckets[bucket_of(ident, filter)];
  while (place != NONE) {
    struct knote *knote = &queue->knotes[place];
    if (knote->event.ident == ident && knote->event.filter == filter) {
      return knote;
    }
    place = knote->next;
  }
  return NULL;
}

static bool grow(struct queue *queue) {
  int capacity = queue->capacity == 0 ? FIRST_KNOTES : 2 * queue->capacity;
  struct knote *knotes = realloc(queue->knotes, (size_t)capacity * sizeof *knotes);
  if (knotes == NULL) {
    return false;
  }
  memset(knotes + queue->capacity, 0, (size_t)(capacity - queue->capacity) * sizeof *knotes);
  for (int i = queue->capacity; i < capacity; i++) {
    knotes[i].next = queue->free;
    queue->free = i;
  }
  queue->knotes = knotes;
  queue->capacity = capacity;
  return true;
}

static struct knote *make(struct queue *queue, const struct kevent *change) {
  if (queue->free == NONE && !grow(queue)) {
    return NULL;
  }
  int place = queue->free;
  struct knote *knote = &queue->knotes[place];
  queue->free = knote->next;
  uint32_t generation = knote->generation;
  int *bucket = &queue->buckets[bucket_of(change->ident, change->filter)];
  *knote = (struct knote){
      .event = *change, .generation = generation, .next = *bucket, .timer = -1, .user = -1, .used = true};
  *bucket = place;
  return knote;
}

static int epoll_of(const struct queue *queue, const struct knote *knote) {
  return knote->event.filter == EVFILT_WRITE ? queue->writes : queue->reads;
}

/* The file may be registered no more, or never have been; then there is nothing to take back. */
static void cancel_all(struct queue *queue, struct knote *knote) {
  int place = (int)(knote - queue->knotes);
  int *link = &queue->buckets[bucket_of(knote->event.ident, knote->event.filter)];
  while (*link != place) {
    link = &queue->knotes[*link].next;
  }
  *link = knote->next;
  if (of_descriptor(knote)) {
    epoll_ctl(epoll_of(queue, knote), EPOLL_CTL_DEL, (int)knote->event.ident, NULL);
  } else if (knote->event.filter == EVFILT_SIGNAL) {
    emulated_unwatch_signal((int)knote->event.ident, queue->bell);
  }
  if (knote->timer >= 0) {
    close(knote->timer);
  }
  if (knote->user >= 0) {
    atomic_store(&queue->triggers[knote->user].used, false);
  }
  knote->used = false;
  knote->generation++;
  knote->next = queue->free;
  queue->free = place;
}

static int watch(struct queue *queue, const struct knote *knote, int fd) {
  uint64_t number = (uint64_t)knote->generation << 32 | (uint64_t)(knote - queue->knotes);
  uint32_t events = knote->event.filter == EVFILT_WRITE ? (uint32_t)EPOLLOUT : EPOLLIN | EPOLLRDHUP;
  struct epoll_event event = {.events = events | EPOLLET, .data.u64 = number};
  int epoll = epoll_of(queue, knote);
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
      (errno == ENOENT && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0)) {
    return 0;
  }
  return errno == EPERM ? 0 : errno; /* files are looked at and have no edges */
}

static int start_user(struct queue *queue, struct knote *knote) {
  for (int i = 0; i < USERS; i++) {
    struct trigger *trigger = &queue->triggers[i];
    if (!atomic_load(&trigger->used)) {
      atomic_store(&trigger->ident, knote->event.ident);
      atomic_store(&trigger->pulled, false);
      atomic_store(&trigger->used, true);
      knote->user = i;
      return 0;
    }
  }
  return ENOMEM;
}

static int start(struct queue *queue, struct knote *knote) {
  switch (knote->event.filter) {
    case EVFILT_READ:
    case EVFILT_WRITE:
      knote->connecting = emulated_connecting((int)knote->event.ident);
      return watch(queue, knote, (int)knote->event.ident);
    case EVFILT_SIGNAL:
      knote->event.flags |= EV_CLEAR;
      return emulated_watch_signal(knote->event.ident, queue->bell, &knote->seen);
    case EVFILT_USER:
      return start_user(queue, knote);
    default: {
      knote->event.flags |= EV_CLEAR;
      int error = start_timer(knote);
      return error != 0 ? error : watch(queue, knote, knote->timer);
    }
  }
}

/* ---- readiness ---- */

static int file_error(const struct knote *knote) { return knote->connecting ? ECONNREFUSED : ECONNRESET; }

static bool file_ready(const struct knote *knote, struct kevent *out) {
  struct stat file;
  int fd = (int)knote->event.ident;
  if (knote->event.filter == EVFILT_READ && fstat(fd, &file) == 0) {
    out->data = (int64_t)file.st_size - (int64_t)lseek(fd, 0, SEEK_CUR);
  }
  return knote->event.filter == EVFILT_WRITE || out->data != 0 || (knote->event.fflags & NOTE_FILE_POLL) != 0;
}

static bool descriptor_ready(const struct knote *knote, struct kevent *out) {
  if (S_ISREG(knote->file.mode)) {
    return file_ready(knote, out);
  }
  bool reads = knote->event.filter == EVFILT_READ;
  struct pollfd asked = {.fd = (int)knote->event.ident, .events = reads ? POLLIN | POLLRDHUP : POLLOUT};
  if (poll(&asked, 1, 0) <= 0) {
    return false;
  }
  int end = reads ? POLLHUP | POLLRDHUP | POLLERR : POLLHUP | POLLERR;
  bool ended = (asked.revents & end) != 0 && emulated_is_stream(asked.fd);
  if (ended) {
    out->flags |= EV_EOF;
    out->fflags =
        (asked.revents & POLLERR) != 0 && S_ISSOCK(knote->file.mode) ? (unsigned)file_error(knote) : 0;
  }
  out->data = reads ? emulated_readable(asked.fd) : emulated_writable(asked.fd, knote->file.mode);
  if ((knote->event.fflags & NOTE_LOWAT) != 0 && !ended) {
    return out->data >= knote->event.data;
  }
  return true;
}

static bool timer_ready(struct knote *knote, struct kevent *out) {
  uint64_t expirations;
  if (read(knote->timer, &expirations, sizeof expirations) == (ssize_t)sizeof expirations) {
    knote->seen += expirations;
  }
  out->data = (int64_t)knote->seen;
  knote->seen = 0;
  return out->data > 0;
}

static bool signal_ready(struct knote *knote, struct kevent *out) {
  uint64_t total = emulated_delivered((int)knote->event.ident);
  out->data = (int64_t)(total - knote->seen);
  knote->seen = total;
  return out->data > 0;
}

static bool user_ready(struct queue *queue, const struct knote *knote, struct kevent *out) {
  atomic_bool *pulled = &queue->triggers[knote->user].pulled;
  out->fflags = knote->event.fflags & NOTE_FFLAGSMASK;
  return (knote->event.flags & EV_CLEAR) != 0 ? atomic_exchange(pulled, false) : atomic_load(pulled);
}

static bool ready(struct queue *queue, struct knote *knote, struct kevent *out) {
  *out = (struct kevent){.ident = knote->event.ident,
                         .filter = knote->event.filter,
                         .flags = knote->event.flags,
                         .udata = knote->event.udata};
  switch (knote->event.filter) {
    case EVFILT_SIGNAL:
      return signal_ready(knote, out);
    case EVFILT_TIMER:
      return timer_ready(knote, out);
    case EVFILT_USER:
      return user_ready(queue, knote, out);
    default:
      return descriptor_ready(knote, out);
  }
}

/* ---- changes ---- */

/* Those flags stay as they were made. */
static void modify(struct knote *knote, const struct kevent *change) {
  knote->event.udata = change->udata;
  if (knote->event.filter != EVFILT_USER) {
    knote->event.fflags = change->fflags;
    knote->event.data = change->data;
    return;
  }
  unsigned flags = change->fflags & NOTE_FFLAGSMASK & ~NOTE_TRIGGER;
  switch (change->fflags & NOTE_FFCTRLMASK) {
    case NOTE_FFAND:
      knote->event.fflags &= flags;
      break;
    case NOTE_FFOR:
      knote->event.fflags |= flags;
      break;
    case NOTE_FFCOPY:
      knote->event.fflags = flags;
      break;
    default:
      break;
  }
}

static bool is_broken_pipe(const struct knote *knote) {
  struct pollfd asked = {.fd = (int)knote->event.ident, .events = POLLOUT};
  return knote->event.filter == EVFILT_WRITE && S_ISFIFO(knote->file.mode) && poll(&asked, 1, 0) == 1 &&
         (asked.revents & POLLERR) != 0;
}

static int add(struct queue *queue, const struct kevent *change, struct knote **out) {
  struct emulated_file file = {0};
  bool descriptor = change->filter == EVFILT_READ || change->filter == EVFILT_WRITE;
  if (descriptor && (change->ident > INT32_MAX || !emulated_identify((int)change->ident, &file))) {
    return EBADF;
  }
  struct kevent made = *change;
  made.flags &= EV_ONESHOT | EV_CLEAR | EV_DISPATCH;
  made.fflags &= ~(NOTE_TRIGGER * (unsigned)(change->filter == EVFILT_USER));
  *out = make(queue, &made);
  if (*out == NULL) {
    return ENOMEM;
  }
  (*out)->file = file;
  int error = is_broken_pipe(*out) ? EPIPE : start(queue, *out);
  if (error != 0) {
    if ((*out)->event.filter == EVFILT_SIGNAL) {
      (*out)->event.filter = EVFILT_USER; /* nothing is watched that would have to be unwatched */
    }
    cancel_all(queue, *out);
  }
  return error;
}

static bool known_filter(short filter) {
  return filter == EVFILT_READ || filter == EVFILT_WRITE || filter == EVFILT_SIGNAL ||
         filter == EVFILT_TIMER || filter == EVFILT_USER;
}

/* The knote of a change; none if its descriptor has been closed. */
static struct knote *current(struct queue *queue, const struct kevent *change) {
  struct knote *knote = find(queue, change->ident, change->filter);
  if (knote != NULL && of_descriptor(knote) && !emulated_is((int)change->ident, &knote->file)) {
    cancel_all(queue, knote);
    return NULL;
  }
  return knote;
}

static int update(struct queue *queue, struct knote *knote, const struct kevent *change) {
  int error = 0;
  if ((change->flags & EV_ADD) != 0 || knote->event.filter == EVFILT_USER) {
    modify(knote, change);
  }
  if ((change->flags & EV_ADD) != 0 && of_descriptor(knote)) {
    error = watch(queue, knote, (int)change->ident);
  } else if ((change->flags & EV_ADD) != 0 && knote->event.filter == EVFILT_TIMER) {
    error = start_timer(knote);
  }
  return error;
}

static int apply(struct queue *queue, const struct kevent *change) {
  if (!known_filter(change->filter)) {
    return EINVAL;
  }
  struct knote *knote = current(queue, change);
  bool descriptor = change->filter == EVFILT_READ || change->filter == EVFILT_WRITE;
  if (knote == NULL && (change->flags & EV_ADD) == 0) {
    return descriptor && (change->ident > INT32_MAX || fcntl((int)change->ident, F_GETFD) < 0) ? EBADF
                                                                                               : ENOENT;
  }
  if ((change->flags & EV_DELETE) != 0 && knote != NULL) {
    cancel_all(queue, knote);
    return 0;
  }
  int error = knote == NULL ? add(queue, change, &knote) : update(queue, knote, change);
  if (error != 0) {
    return error;
  }
  if ((change->flags & EV_DISABLE) != 0) {
    knote->disabled = true;
  }
  if ((change->flags & EV_ENABLE) != 0) {
    knote->disabled = false;
  }
  if (knote->user >= 0 && (change->fflags & NOTE_TRIGGER) != 0) {
    atomic_store(&queue->triggers[knote->user].pulled, true);
  }
  knote->active = true;
  return 0;
}

/* Returns how many entries are errors and receipts, or -1 when there is no room for an error. */
static int apply_all(struct queue *queue, const struct kevent *changes, int count, struct kevent *events,
                     int max) {
  int reported = 0;
  for (int i = 0; i < count; i++) {
    int error = apply(queue, &changes[i]);
    if (error == 0 && (changes[i].flags & EV_RECEIPT) == 0) {
      continue;
    }
    if (reported == max) {
      errno = error;
      return error == 0 ? reported : -1;
    }
    events[reported] = changes[i];
    events[reported].flags = EV_ERROR;
    events[reported++].data = error;
  }
  return reported;
}

/* ---- waiting ---- */

static void collect_edges(struct queue *queue, int epoll) {
  struct epoll_event edges[BATCH];
  int found;
  do {
    found = epoll_wait(epoll, edges, BATCH, 0);
    for (int i = 0; i < found; i++) {
      uint32_t place = (uint32_t)edges[i].data.u64;
      if (queue->knotes[place].used &&
          queue->knotes[place].generation == (uint32_t)(edges[i].data.u64 >> 32)) {
        queue->knotes[place].active = true;
      }
    }
  } while (found == BATCH);
}

static void look(struct queue *queue, struct knote *knote, struct kevent *events, int *reported) {
  if (of_descriptor(knote) && !emulated_is((int)knote->event.ident, &knote->file)) {
    cancel_all(queue, knote);
    return;
  }
  if (!ready(queue, knote, &events[*reported])) {
    knote->active = knote->event.filter == EVFILT_SIGNAL || knote->event.filter == EVFILT_USER;
    return;
  }
  (*reported)++;
  knote->connecting = false;
  if ((knote->event.flags & EV_ONESHOT) != 0) {
    cancel_all(queue, knote);
    return;
  }
  knote->disabled = (knote->event.flags & EV_DISPATCH) != 0;
  if ((knote->event.flags & EV_CLEAR) != 0) {
    knote->active = knote->event.filter == EVFILT_SIGNAL || knote->event.filter == EVFILT_USER;
  }
}

/* Goes on where the last one had no more room. */
static int scan(struct queue *queue, struct kevent *events, int max) {
  int reported = 0;
  for (int i = 0; i < queue->capacity && reported < max; i++) {
    if (queue->cursor >= queue->capacity) {
      queue->cursor = 0;
    }
    struct knote *knote = &queue->knotes[queue->cursor++];
    if (knote->used && knote->active && !knote->disabled) {
      look(queue, knote, events, &reported);
    }
  }
  return reported;
}

static int wait_for_more(struct queue *queue, int64_t deadline) {
  struct pollfd sources[] = {{.fd = queue->reads, .events = POLLIN},
                             {.fd = queue->writes, .events = POLLIN},
                             {.fd = queue->bell, .events = POLLIN}};
  queue->waiting++;
  pthread_mutex_unlock(&queue->lock);
  int result = emulated_poll(sources, 3, deadline);
  int error = errno;
  pthread_mutex_lock(&queue->lock);
  queue->waiting--;
  errno = error;
  return result < 0 ? -1 : 0;
}

static int find_events(struct queue *queue, struct kevent *events, int max, int64_t deadline) {
  for (;;) {
    bool late = emulated_late(deadline);
    emulated_unring(queue->bell);
    collect_edges(queue, queue->reads);
    collect_edges(queue, queue->writes);
    int reported = scan(queue, events, max);
    if (reported > 0 || late) {
      return reported;
    }
    if (wait_for_more(queue, deadline) != 0) {
      return -1;
    }
  }
}

/* Touches atomics and the bell alone, as it may be called by handlers of signals. */
static int pull(struct queue *queue, uintptr_t ident) {
  for (int i = 0; i < USERS; i++) {
    struct trigger *trigger = &queue->triggers[i];
    if (atomic_load(&trigger->used) && atomic_load(&trigger->ident) == ident) {
      atomic_store(&trigger->pulled, true);
      emulated_ring(queue->bell);
      return 0;
    }
  }
  errno = ENOENT;
  return -1;
}

int emulated_kevent(int fd, const struct kevent *changes, int change_count, struct kevent *events,
                    int event_count, const struct timespec *timeout) {
  struct queue *queue = (struct queue *)emulated_find(fd, EMULATED_KQUEUE);
  if (queue == NULL) {
    return -1;
  }
  if (change_count == 1 && event_count == 0 && changes->filter == EVFILT_USER && changes->flags == 0 &&
      changes->fflags == NOTE_TRIGGER) {
    return pull(queue, changes->ident);
  }
  int64_t deadline = emulated_deadline(timeout);
  pthread_mutex_lock(&queue->lock);
  int result = apply_all(queue, changes, change_count, events, event_count);
  if (change_count > 0 && queue->waiting > 0) {
    emulated_ring(queue->bell);
  }
  if (result == 0 && event_count > 0) {
    result = find_events(queue, events, event_count, deadline);
  }
  pthread_mutex_unlock(&queue->lock);
  return result;
}

static void destroy(struct emulated *object) {
  struct queue *queue = (struct queue *)object;
  for (int i = 0; i < queue->capacity; i++) {
    if (queue->knotes[i].used) {
      cancel_all(queue, &queue->knotes[i]);
    }
  }
  close(queue->writes);
  close(queue->bell);
  pthread_mutex_destroy(&queue->lock);
  free(queue->knotes);
  free(queue);
}

static int give_up(struct queue *queue, int error) {
  for (int i = 0; i < 3; i++) {
    int fd = i == 0 ? queue->reads : i == 1 ? queue->writes : queue->bell;
    if (fd >= 0) {
      close(fd);
    }
  }
  free(queue);
  errno = error;
  return -1;
}

int emulated_kqueue(void) {
  struct queue *queue = calloc(1, sizeof *queue);
  if (queue == NULL) {
    return -1;
  }
  queue->object = (struct emulated){.kind = EMULATED_KQUEUE, .destroy = destroy};
  queue->free = NONE;
  for (int i = 0; i < BUCKETS; i++) {
    queue->buckets[i] = NONE;
  }
  queue->reads = epoll_create1(EPOLL_CLOEXEC);
  queue->writes = epoll_create1(EPOLL_CLOEXEC);
  queue->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (queue->reads < 0 || queue->writes < 0 || queue->bell < 0 ||
      emulated_register(queue->reads, &queue->object) != 0) {
    return give_up(queue, errno);
  }
  pthread_mutex_init(&queue->lock, NULL);
  return queue->reads;
}
