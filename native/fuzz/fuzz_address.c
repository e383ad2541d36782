/* Addresses between the contract's form and the system's: any bytes, in memory of exactly their size. */
#include <sys/socket.h>
#include <sys/un.h>

#include "core/system.h"
#include "input.h"

static void check_back(const struct jev_address *in, const void *system, uint32_t length) {
  struct jev_address back;
  jev_address_from_system(system, length, &back);
  REQUIRE(back.family == in->family);
  if (in->family == JEV_FAMILY_UNIX) {
    size_t shown =
        in->length > 0 && in->bytes[0] != 0 ? strnlen((const char *)in->bytes, in->length) : in->length;
    REQUIRE(back.length == shown && memcmp(back.bytes, in->bytes, shown) == 0);
    return;
  }
  REQUIRE(back.port == in->port);
  REQUIRE(back.length == (in->family == JEV_FAMILY_INET ? 4 : 16));
  REQUIRE(memcmp(back.bytes, in->bytes, back.length) == 0);
  REQUIRE(back.family == JEV_FAMILY_INET || back.scope == in->scope);
}

static void to_system(struct input *input) {
  struct jev_address *in = malloc(sizeof *in);
  uint8_t *out = malloc(JEV_SYSTEM_ADDRESS_SIZE);
  REQUIRE(in != NULL && out != NULL);
  take_bytes(input, in, sizeof *in);
  in->family = in->family < 0xf000 ? in->family % 4 : in->family;
  in->length = in->length < 0xf0000000 ? in->length % 128 : in->length;
  uint32_t length;
  int32_t error = jev_address_to_system(in, out, &length);
  REQUIRE(error <= 0);
  if (error == 0) {
    REQUIRE(length > 0 && length <= sizeof(struct sockaddr_storage));
    check_back(in, out, length);
  }
  free(in);
  free(out);
}

/* The system reports lengths beyond its structures for names that do not end in a zero. */
static void from_system(struct input *input) {
  uint32_t length = take_byte(input) % (sizeof(struct sockaddr_un) + 2);
  uint8_t *system = malloc(JEV_SYSTEM_ADDRESS_SIZE);
  REQUIRE(system != NULL);
  take_bytes(input, system, JEV_SYSTEM_ADDRESS_SIZE);
  struct jev_address out;
  jev_address_from_system(system, length, &out);
  REQUIRE(out.family <= JEV_FAMILY_UNIX && out.length <= sizeof out.bytes);
  free(system);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  struct input input = {.next = bytes, .left = size};
  if (take_byte(&input) % 2 == 0) {
    to_system(&input);
  } else {
    from_system(&input);
  }
  return 0;
}
