/* libevent's resolver, asked for addresses. */
#include <arpa/inet.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "dns_client.h"

static struct event_base *base;
static struct evdns_base *resolver;

static void ask(void);

static void answered(int result, char type, int count, int ttl, void *addresses, void *unused) {
  (void)type;
  (void)ttl;
  (void)addresses;
  (void)unused;
  if (!dns_answered(result == DNS_ERR_NONE && count == 1)) {
    exit(0);
  }
  ask();
}

static void ask(void) {
  if (evdns_base_resolve_ipv4(resolver, dns_next_name(), DNS_QUERY_NO_SEARCH, answered, NULL) == NULL) {
    dns_give_up("a query could not be made");
  }
}

int main(int argc, char **argv) {
  dns_options(argc, argv);
  struct sockaddr_in server = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)dns_port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  base = event_base_new();
  resolver = base == NULL ? NULL : evdns_base_new(base, 0);
  if (resolver == NULL ||
      evdns_base_nameserver_sockaddr_add(resolver, (struct sockaddr *)&server, sizeof server, 0) != 0 ||
      evdns_base_set_option(resolver, "max-inflight:", "1000") != 0) {
    dns_give_up("preparing evdns");
  }
  for (int i = 0; i < dns_window; i++) {
    ask();
  }
  return event_base_dispatch(base);
}
