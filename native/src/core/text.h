/* Text in memory of the caller's, which may be too small: what it would take is counted all the same. */
#ifndef JEV_TEXT_H
#define JEV_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct jev_text {
  char *out;
  size_t room;
  size_t length; /* of all that was added */
};

void jev_text_add(struct jev_text *text, const char *added);
/* A line of resolv.conf for the server at an address of 4 or 16 bytes. Port 0 and scope 0 are not named. */
void jev_text_server(struct jev_text *text, const uint8_t *address, size_t size, uint32_t scope,
                     uint32_t port);

#endif
