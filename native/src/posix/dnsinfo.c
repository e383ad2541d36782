/* macOS' name servers as text. It is compiled everywhere, so that tests of every system cover it. */
#include "posix/dnsinfo.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

static void write_server(const struct sockaddr *server, uint16_t default_port, struct jev_text *text) {
  if (server->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, server, sizeof in);
    const uint16_t port = in.sin_port != 0 ? ntohs(in.sin_port) : default_port;
    jev_text_server(text, (const uint8_t *)&in.sin_addr, sizeof in.sin_addr, 0, port);
  } else if (server->sa_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, server, sizeof in6);
    const uint16_t port = in6.sin6_port != 0 ? ntohs(in6.sin6_port) : default_port;
    jev_text_server(text, (const uint8_t *)&in6.sin6_addr, sizeof in6.sin6_addr, in6.sin6_scope_id, port);
  }
}

/* Multicast names have resolvers without a server that could be asked. */
static bool is_unicast(const struct jev_dnsinfo_resolver *resolver) {
  return resolver->server_count > 0 &&
         (resolver->options == NULL || strstr(resolver->options, "mdns") == NULL);
}

static bool has_domain(const struct jev_dnsinfo_resolver *resolver) {
  return resolver->domain != NULL && resolver->domain[0] != 0;
}

static void write_resolver(const struct jev_dnsinfo_resolver *resolver, struct jev_text *text) {
  for (int32_t i = 0; i < resolver->server_count; i++) {
    write_server(resolver->servers[i], resolver->port, text);
  }
}

static void write_default(const struct jev_dnsinfo_resolver *resolver, struct jev_text *text) {
  write_resolver(resolver, text);
  if (resolver->search_count > 0) {
    jev_text_add(text, "search");
    for (int32_t i = 0; i < resolver->search_count; i++) {
      jev_text_add(text, " ");
      jev_text_add(text, resolver->search[i]);
    }
    jev_text_add(text, "\n");
  } else if (has_domain(resolver)) {
    jev_text_add(text, "domain ");
    jev_text_add(text, resolver->domain);
    jev_text_add(text, "\n");
  }
  if (resolver->options != NULL) {
    jev_text_add(text, "options ");
    jev_text_add(text, resolver->options);
    jev_text_add(text, "\n");
  }
}

void jev_dnsinfo_write(const struct jev_dnsinfo *info, struct jev_text *text) {
  for (int32_t i = 0; i < info->resolver_count; i++) {
    const struct jev_dnsinfo_resolver *resolver = info->resolvers[i];
    if (!is_unicast(resolver)) {
      continue;
    }
    if (i == 0) {
      write_default(resolver, text); /* the default's domain is that of the search */
    } else if (has_domain(resolver)) {
      jev_text_add(text, "scope ");
      jev_text_add(text, resolver->domain);
      jev_text_add(text, "\n");
      write_resolver(resolver, text);
    }
  }
}
