/* Text without the C library's formatting, which Windows' library does without. */
#include "core/text.h"

#include <stdbool.h>

#include "core/jev_assert.h"

enum { IPV4 = 4, IPV6 = 16, DECIMAL = 10, HEXADECIMAL = 16 };

static void add_one(struct jev_text *text, char added) {
  if (text->length < text->room) {
    text->out[text->length] = added;
  }
  text->length++;
}

void jev_text_add(struct jev_text *text, const char *added) {
  while (*added != 0) {
    add_one(text, *added++);
  }
}

static void add_number(struct jev_text *text, uint32_t number, uint32_t base) {
  if (number >= base) {
    add_number(text, number / base, base); /* at most ten digits deep */
  }
  add_one(text, "0123456789abcdef"[number % base]);
}

static void add_address(struct jev_text *text, const uint8_t *address, size_t size) {
  if (size == IPV4) {
    for (size_t i = 0; i < IPV4; i++) {
      jev_text_add(text, i == 0 ? "" : ".");
      add_number(text, address[i], DECIMAL);
    }
    return;
  }
  for (size_t i = 0; i < IPV6; i += 2) {
    jev_text_add(text, i == 0 ? "" : ":");
    add_number(text, (uint32_t)address[i] << 8 | address[i + 1], HEXADECIMAL);
  }
}

void jev_text_server(struct jev_text *text, const uint8_t *address, size_t size, uint32_t scope,
                     uint32_t port) {
  jev_assert(size == IPV4 || size == IPV6);
  const bool brackets = size == IPV6 && port != 0;
  jev_text_add(text, brackets ? "nameserver [" : "nameserver ");
  add_address(text, address, size);
  if (size == IPV6 && scope != 0) {
    jev_text_add(text, "%");
    add_number(text, scope, DECIMAL);
  }
  jev_text_add(text, brackets ? "]" : "");
  if (port != 0) {
    jev_text_add(text, ":");
    add_number(text, port, DECIMAL);
  }
  jev_text_add(text, "\n");
}
