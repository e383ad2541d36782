/* See signal_ports.h. */
#include "core/signal_ports.h"

#include <stddef.h>

#include "core/jev_assert.h"

jev_atomic_pointer jev_signal_ports;

bool jev_signal_count(int32_t signal) {
  bool heard = false;
  jev_assert(signal > 0 && signal < JEV_SIGNALS);
  for (struct jev_port *port = jev_load_pointer(&jev_signal_ports); port != NULL; port = port->next) {
    jev_add(&port->busy, 1);
    struct jev_poller *poller = jev_load_pointer(&port->poller);
    if (poller != NULL && jev_load(&port->watched[signal]) != 0) {
      heard = true;
      jev_add(&port->counts[signal], 1);
      jev_store(&port->pending, 1);
      (void)port->wake(poller);
    }
    jev_add(&port->busy, -1);
  }
  return heard;
}
