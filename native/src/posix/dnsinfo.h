/*
 * The configuration that macOS' resolver works with, which its headers do not have. Its functions are in
 * libSystem since 10.4. These are the members that are read, and those before them: each structure is packed
 * to four bytes, and pointers take eight.
 */
#ifndef JEV_DNSINFO_H
#define JEV_DNSINFO_H

#include <stdint.h>
#include <sys/socket.h>

#include "core/text.h"

#define JEV_DNSINFO_POINTER(type, name) \
  union {                               \
    type name;                          \
    uint64_t name##_number;             \
  }

#pragma pack(push, 4)
struct jev_dnsinfo_resolver {
  JEV_DNSINFO_POINTER(char *, domain);
  int32_t server_count;
  JEV_DNSINFO_POINTER(struct sockaddr **, servers);
  uint16_t port; /* host byte order; 0: 53 */
  int32_t search_count;
  JEV_DNSINFO_POINTER(char **, search);
  int32_t sortlist_count;
  JEV_DNSINFO_POINTER(void **, sortlist);
  JEV_DNSINFO_POINTER(char *, options); /* words; "mdns" is no server's */
};

struct jev_dnsinfo {
  int32_t resolver_count;
  /* The first one without a domain is for all names that no other one's domain fits. */
  JEV_DNSINFO_POINTER(struct jev_dnsinfo_resolver **, resolvers);
};
#pragma pack(pop)

/* Writes it as resolv.conf; the servers of one domain follow "scope DOMAIN". */
void jev_dnsinfo_write(const struct jev_dnsinfo *info, struct jev_text *text);

#endif
