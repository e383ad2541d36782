/* Socket addresses, between the contract's form and that of Windows. */
#include <errno.h>
#include <string.h>

#include "windows/windows_api.h"
/* The next header needs the previous one. */
#include <afunix.h>

_Static_assert(sizeof(struct jev_address) == 128, "the layout is part of the contract");
_Static_assert(sizeof(SOCKADDR_UN) <= JEV_SYSTEM_ADDRESS_SIZE, "addresses fit");

/* Windows knows paths alone, as UTF-8. */
static int32_t to_unix(const struct jev_address *in, void *out, uint32_t *length) {
  SOCKADDR_UN system = {.sun_family = AF_UNIX};
  if (in->length >= sizeof system.sun_path) {
    return -ENAMETOOLONG;
  }
  memcpy(system.sun_path, in->bytes, in->length);
  memcpy(out, &system, sizeof system);
  *length = (uint32_t)sizeof system;
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
      return jev_windows_error(WSAEAFNOSUPPORT);
  }
}

static void from_unix(const void *in, uint32_t length, struct jev_address *out) {
  const uint32_t start = offsetof(SOCKADDR_UN, sun_path);
  const uint8_t *path = (const uint8_t *)in + start;
  uint32_t max = length > start ? length - start : 0;
  uint32_t bytes = 0;
  while (bytes < max && bytes < sizeof out->bytes && path[bytes] != 0) {
    bytes++;
  }
  out->family = JEV_FAMILY_UNIX;
  out->length = bytes;
  memcpy(out->bytes, path, bytes);
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
