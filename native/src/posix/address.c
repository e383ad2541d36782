/* Socket addresses, between the contract's form and the system's. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/system.h"

_Static_assert(sizeof(struct jev_address) == 128, "the layout is part of the contract");
_Static_assert(sizeof(struct sockaddr_un) <= JEV_SYSTEM_ADDRESS_SIZE, "addresses fit");

static int32_t to_unix(const struct jev_address *in, void *out, uint32_t *length) {
  struct sockaddr_un system = {.sun_family = AF_UNIX};
  bool abstract = in->length > 0 && in->bytes[0] == 0;
  size_t max = sizeof system.sun_path - (abstract ? 0 : 1);
  if (in->length > max) {
    return -ENAMETOOLONG;
  }
  memcpy(system.sun_path, in->bytes, in->length);
  memcpy(out, &system, sizeof system);
  *length =
      (uint32_t)(offsetof(struct sockaddr_un, sun_path) + in->length + (abstract || in->length == 0 ? 0 : 1));
  return 0;
}

int32_t jev_address_to_system(const struct jev_address *in, void *out, uint32_t *length) {
  switch (in->family) {
    case JEV_FAMILY_INET: {
      struct sockaddr_in system = {.sin_family = AF_INET, .sin_port = htons(in->port)};
      memcpy(&system.sin_addr, in->bytes, sizeof system.sin_addr);
      memcpy(out, &system, sizeof system);
      *length = sizeof system;
      return 0;
    }
    case JEV_FAMILY_INET6: {
      struct sockaddr_in6 system = {
          .sin6_family = AF_INET6, .sin6_port = htons(in->port), .sin6_scope_id = in->scope};
      memcpy(&system.sin6_addr, in->bytes, sizeof system.sin6_addr);
      memcpy(out, &system, sizeof system);
      *length = sizeof system;
      return 0;
    }
    case JEV_FAMILY_UNIX:
      return to_unix(in, out, length);
    default:
      return -EAFNOSUPPORT;
  }
}

static void from_unix(const void *in, uint32_t length, struct jev_address *out) {
  const uint32_t start = offsetof(struct sockaddr_un, sun_path);
  const uint8_t *path = (const uint8_t *)in + start;
  uint32_t bytes = length > start ? length - start : 0;
  if (bytes > 0 && path[0] != 0) {
    bytes = (uint32_t)strnlen((const char *)path, bytes);
  }
  out->family = JEV_FAMILY_UNIX;
  out->length = bytes < sizeof out->bytes ? bytes : sizeof out->bytes;
  memcpy(out->bytes, path, out->length);
}

void jev_address_from_system(const void *in, uint32_t length, struct jev_address *out) {
  memset(out, 0, sizeof *out);
  struct sockaddr head = {0};
  if (length < offsetof(struct sockaddr, sa_data)) {
    return;
  }
  memcpy(&head, in, offsetof(struct sockaddr, sa_data));
  if (head.sa_family == AF_INET) {
    struct sockaddr_in system;
    memcpy(&system, in, sizeof system);
    out->family = JEV_FAMILY_INET;
    out->port = ntohs(system.sin_port);
    out->length = sizeof system.sin_addr;
    memcpy(out->bytes, &system.sin_addr, sizeof system.sin_addr);
  } else if (head.sa_family == AF_INET6) {
    struct sockaddr_in6 system;
    memcpy(&system, in, sizeof system);
    out->family = JEV_FAMILY_INET6;
    out->port = ntohs(system.sin6_port);
    out->scope = system.sin6_scope_id;
    out->length = sizeof system.sin6_addr;
    memcpy(out->bytes, &system.sin6_addr, sizeof system.sin6_addr);
  } else if (head.sa_family == AF_UNIX) {
    from_unix(in, length, out);
  }
}
