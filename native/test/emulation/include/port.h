/* A stand-in for the header of that name: event ports of descriptors and of the user. */
#ifndef JEV_EMULATED_PORT_H
#define JEV_EMULATED_PORT_H

#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define PORT_SOURCE_USER 3
#define PORT_SOURCE_FD 4
#define PORT_SOURCE_ALERT 5

#define PORT_ALERT_SET 0x01
#define PORT_ALERT_UPDATE 0x02
#define PORT_ALERT_INVALID (PORT_ALERT_SET | PORT_ALERT_UPDATE)

typedef unsigned int uint_t;

typedef struct port_event {
  int portev_events;
  unsigned short portev_source;
  unsigned short portev_pad;
  uintptr_t portev_object;
  void *portev_user;
} port_event_t;

int emulated_port_create(void);
int emulated_port_associate(int port, int source, uintptr_t object, int events, void *user);
int emulated_port_dissociate(int port, int source, uintptr_t object);
int emulated_port_send(int port, int events, void *user);
int emulated_port_alert(int port, int flags, int events, void *user);
int emulated_port_get(int port, port_event_t *event, struct timespec *timeout);
int emulated_port_getn(int port, port_event_t *list, uint_t max, uint_t *count, struct timespec *timeout);
int emulated_close(int fd);

#define port_create() emulated_port_create()
#define port_associate(port, source, object, events, user) \
  emulated_port_associate(port, source, object, events, user)
#define port_dissociate(port, source, object) emulated_port_dissociate(port, source, object)
#define port_send(port, events, user) emulated_port_send(port, events, user)
#define port_alert(port, flags, events, user) emulated_port_alert(port, flags, events, user)
#define port_get(port, event, timeout) emulated_port_get(port, event, timeout)
#define port_getn(port, list, max, count, timeout) emulated_port_getn(port, list, max, count, timeout)
#define close(fd) emulated_close(fd)

#endif
