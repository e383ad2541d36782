/* The bytes of one input, taken from the front; zeros follow the last. */
#ifndef JEV_FUZZ_INPUT_H
#define JEV_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
  const uint8_t *next;
  size_t left;
};

/* What is not so is a finding. */
#define REQUIRE(condition)                                                    \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                                \
    }                                                                         \
  } while (0)

static inline void take_bytes(struct input *input, void *out, size_t count) {
  size_t taken = count < input->left ? count : input->left;
  memset(out, 0, count);
  memcpy(out, input->next, taken);
  input->next += taken;
  input->left -= taken;
}

static inline uint8_t take_byte(struct input *input) {
  uint8_t byte;
  take_bytes(input, &byte, sizeof byte);
  return byte;
}

/* Mostly small, often at an edge, sometimes anything. */
static inline int64_t take_number(struct input *input) {
  static const int64_t edges[] = {-1,        INT32_MAX,     (int64_t)INT32_MAX + 1,
                                  INT64_MIN, INT64_MAX,     UINT32_MAX,
                                  1 << 20,   (1 << 20) + 1, 0xfffff,
                                  1 << 24,   65536,         4096,
                                  2048,      2047,          1024,
                                  1025,      512,           511};
  enum { EDGES = sizeof edges / sizeof *edges, SMALL = 0xc0 };
  uint8_t choice = take_byte(input);
  if (choice < SMALL) {
    return choice;
  }
  if (choice - SMALL < EDGES) {
    return edges[choice - SMALL];
  }
  int64_t anything;
  take_bytes(input, &anything, sizeof anything);
  return anything;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
