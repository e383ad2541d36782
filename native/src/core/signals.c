/*
 * Signals of rings: watching, and reporting what the handlers have counted in the rings' ports.
 */
#include "core/signals.h"

#include <errno.h>
#include <stdlib.h>

#include "core/signal_ports.h"
#include "core/slots.h"

static uint32_t watchers[JEV_SIGNALS]; /* rings, by signal; under the lock */

/* From now on handlers wake the ring's poller. */
static void publish(struct jev_port *port, const struct jev_reactor *reactor) {
  jev_assert(port->taken && jev_load_pointer(&port->poller) == NULL);
  port->wake = reactor->ops->wake;
  jev_store_pointer(&port->poller, reactor->poller);
}

static struct jev_port *take_port(struct jev_ring *ring) {
  struct jev_port *port = jev_load_pointer(&jev_signal_ports);
  while (port != NULL && port->taken) {
    port = port->next;
  }
  if (port == NULL) {
    port = calloc(1, sizeof *port);
    if (port == NULL) {
      return NULL;
    }
    port->next = jev_load_pointer(&jev_signal_ports);
    port->taken = true;
    publish(port, ring->reactor);
    jev_store_pointer(&jev_signal_ports, port);
  } else {
    port->taken = true;
    publish(port, ring->reactor);
  }
  return port;
}

/* Drops what was counted and not yet reported. */
static void leave(struct jev_port *port, int32_t signal) {
  jev_store(&port->watched[signal], 0);
  jev_store(&port->counts[signal], 0);
  jev_assert(port->taken && watchers[signal] > 0);
  if (--watchers[signal] == 0) {
    jev_signal_restore(signal);
  }
}

static int32_t start(struct jev_ring *ring, int32_t signal) {
  struct jev_port *port = jev_load_pointer(&ring->port);
  if (port == NULL) {
    port = take_port(ring);
    if (port == NULL) {
      return -ENOMEM;
    }
    jev_store_pointer(&ring->port, port);
  }
  jev_assert(port->taken && jev_load_pointer(&port->poller) == ring->reactor->poller);
  if (jev_load(&port->watched[signal]) != 0) {
    return 0;
  }
  jev_store(&port->counts[signal], 0);
  jev_store(&port->watched[signal], 1);
  int32_t error = watchers[signal] == 0 ? jev_signal_install(signal) : 0;
  if (error != 0) {
    jev_store(&port->watched[signal], 0);
    return error;
  }
  watchers[signal]++;
  return 0;
}

int32_t jev_signals_watch(struct jev_ring *ring, int32_t signal, bool on) {
  if (signal <= 0 || signal >= JEV_SIGNALS) {
    return -EINVAL;
  }
  int32_t result = 0;
  jev_signals_lock();
  if (on) {
    result = start(ring, signal);
  } else {
    struct jev_port *port = jev_load_pointer(&ring->port);
    if (port != NULL && jev_load(&port->watched[signal]) != 0) {
      leave(port, signal);
    }
  }
  jev_signals_unlock();
  return result;
}

void jev_signals_report(struct jev_ring *ring) {
  struct jev_port *port = jev_load_pointer(&ring->port);
  if (port == NULL || jev_load(&port->pending) == 0 || jev_swap(&port->pending, 0) == 0) {
    return;
  }
  for (uint32_t signal = 1; signal < JEV_SIGNALS; signal++) {
    if (jev_load(&port->counts[signal]) == 0) {
      continue;
    }
    if (jev_room(ring) == 0) {
      jev_store(&port->pending, 1);
      ring->header->more = 1;
      return;
    }
    int32_t count = jev_swap(&port->counts[signal], 0);
    if (count == 0 || jev_load(&port->watched[signal]) == 0) {
      continue; /* a handler that was under way when the watch ended */
    }
    jev_complete(ring, JEV_SIGNALLED, signal, count > 0 ? count : INT32_MAX);
  }
}

void jev_signals_close(struct jev_ring *ring) {
  struct jev_port *port = jev_load_pointer(&ring->port);
  if (port == NULL) {
    return;
  }
  jev_signals_lock();
  for (int32_t signal = 1; signal < JEV_SIGNALS; signal++) {
    if (jev_load(&port->watched[signal]) != 0) {
      leave(port, signal);
    }
  }
  jev_store_pointer(&port->poller, NULL);
  while (jev_load(&port->busy) != 0) {
    jev_thread_yield();
  }
  for (int32_t signal = 1; signal < JEV_SIGNALS; signal++) {
    jev_store(&port->counts[signal], 0);
  }
  jev_store(&port->pending, 0);
  jev_assert(port->taken);
  port->taken = false;
  jev_store_pointer(&ring->port, NULL);
  jev_signals_unlock();
}
