/*
 * Signals: one process-wide handler counts them for every ring that watches, and wakes those rings.
 *
 * The handler touches lock-free atomics and the ring's wake-up only. Ports are never freed, so that a handler
 * that runs while a ring goes away still finds valid memory; `busy` keeps the ring alive until such a handler
 * has left. The former action of a signal is restored when its last watcher leaves.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "ring.h"

enum { SIGNALS = 128 };

struct jev_port {
  struct jev_port *next; /* set once, before the port is published */
  bool taken;            /* under the lock */
  _Atomic(struct jev_ring *) ring;
  atomic_int busy;
  atomic_bool pending;
  atomic_uchar watched[SIGNALS];
  atomic_uint counts[SIGNALS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct jev_port *) ports;
static uint32_t watchers[SIGNALS];
static struct sigaction former[SIGNALS];

static void handle(int signal) {
  int saved = errno;
  for (struct jev_port *port = atomic_load(&ports); port != NULL; port = port->next) {
    atomic_fetch_add(&port->busy, 1);
    struct jev_ring *ring = atomic_load(&port->ring);
    if (ring != NULL && atomic_load(&port->watched[signal]) != 0) {
      atomic_fetch_add(&port->counts[signal], 1);
      atomic_store(&port->pending, true);
      ring->engine->wakeup(ring);
    }
    atomic_fetch_sub(&port->busy, 1);
  }
  errno = saved;
}

static struct jev_port *take_port(struct jev_ring *ring) {
  struct jev_port *port = atomic_load(&ports);
  while (port != NULL && port->taken) {
    port = port->next;
  }
  if (port == NULL) {
    port = calloc(1, sizeof *port);
    if (port == NULL) {
      return NULL;
    }
    port->next = atomic_load(&ports);
    port->taken = true;
    atomic_store(&port->ring, ring);
    atomic_store(&ports, port);
  } else {
    port->taken = true;
    atomic_store(&port->ring, ring);
  }
  return port;
}

static int32_t install(int32_t signal) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  return sigaction(signal, &action, &former[signal]) == 0 ? 0 : -errno;
}

/* What was counted and not yet reported is forgotten. */
static void leave(struct jev_port *port, int32_t signal) {
  atomic_store(&port->watched[signal], 0);
  atomic_store(&port->counts[signal], 0);
  if (--watchers[signal] == 0) {
    sigaction(signal, &former[signal], NULL);
  }
}

static int32_t start(struct jev_ring *ring, int32_t signal) {
  struct jev_port *port = atomic_load(&ring->port);
  if (port == NULL) {
    port = take_port(ring);
    if (port == NULL) {
      return -ENOMEM;
    }
    atomic_store(&ring->port, port);
  }
  if (atomic_load(&port->watched[signal]) != 0) {
    return 0;
  }
  atomic_store(&port->counts[signal], 0);
  atomic_store(&port->watched[signal], 1);
  int32_t error = watchers[signal] == 0 ? install(signal) : 0;
  if (error != 0) {
    atomic_store(&port->watched[signal], 0);
    return error;
  }
  watchers[signal]++;
  return 0;
}

int32_t jev_signals_watch(struct jev_ring *ring, int32_t signal, bool on) {
  if (signal <= 0 || signal >= SIGNALS) {
    return -EINVAL;
  }
  int32_t result = 0;
  pthread_mutex_lock(&lock);
  if (on) {
    result = start(ring, signal);
  } else {
    struct jev_port *port = atomic_load(&ring->port);
    if (port != NULL && atomic_load(&port->watched[signal]) != 0) {
      leave(port, signal);
    }
  }
  pthread_mutex_unlock(&lock);
  return result;
}

void jev_signals_report(struct jev_ring *ring) {
  struct jev_port *port = atomic_load(&ring->port);
  if (port == NULL || !atomic_load(&port->pending) || !atomic_exchange(&port->pending, false)) {
    return;
  }
  for (uint32_t signal = 1; signal < SIGNALS; signal++) {
    if (atomic_load(&port->counts[signal]) == 0) {
      continue;
    }
    if (jev_room(ring) == 0) {
      atomic_store(&port->pending, true);
      ring->header->more = 1;
      return;
    }
    uint32_t count = atomic_exchange(&port->counts[signal], 0);
    if (count == 0 || atomic_load(&port->watched[signal]) == 0) {
      continue; /* a handler that was under way when the watch ended */
    }
    jev_complete(ring, JEV_SIGNALLED, signal, count < INT32_MAX ? (int32_t)count : INT32_MAX);
  }
}

void jev_signals_close(struct jev_ring *ring) {
  struct jev_port *port = atomic_load(&ring->port);
  if (port == NULL) {
    return;
  }
  pthread_mutex_lock(&lock);
  for (int32_t signal = 1; signal < SIGNALS; signal++) {
    if (atomic_load(&port->watched[signal]) != 0) {
      leave(port, signal);
    }
  }
  atomic_store(&port->ring, NULL);
  while (atomic_load(&port->busy) != 0) {
    sched_yield();
  }
  for (int32_t signal = 1; signal < SIGNALS; signal++) {
    atomic_store(&port->counts[signal], 0);
  }
  atomic_store(&port->pending, false);
  port->taken = false;
  atomic_store(&ring->port, NULL);
  pthread_mutex_unlock(&lock);
}

int32_t jev_signal_number(int32_t index) {
  static const int NUMBERS[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1, SIGUSR2,  SIGPIPE, SIGALRM,
                                SIGTERM, SIGCHLD, SIGCONT, SIGTSTP, SIGWINCH, SIGIO,   SIGURG};
  int32_t count = (int32_t)(sizeof NUMBERS / sizeof *NUMBERS);
  return index >= 1 && index <= count ? NUMBERS[index - 1] : -EINVAL;
}

int32_t jev_raise(int32_t signal) { return kill(getpid(), signal) == 0 ? 0 : -errno; }
