/*
 * Messages and failures leave the library through two functions of its user. Any thread may report at any
 * time; a function that is replaced may be called once more.
 */
#include "core/log.h"

#include <stddef.h>

#include "core/abort.h"
#include "core/atomics.h"
#include "jevent.h"

enum { MAX_TEXT = 160 };

static jev_atomic_pointer logger;
static jev_atomic_pointer fatal;

/* A pointer to a function is kept as one to an object, which every system here allows. */
union pointer {
  void *object;
  jev_log_function log;
  jev_fatal_function fatal;
};

void jev_set_log(jev_log_function function) {
  jev_store_pointer(&logger, (union pointer){.log = function}.object);
}

void jev_set_fatal(jev_fatal_function function) {
  jev_store_pointer(&fatal, (union pointer){.fatal = function}.object);
}

/* Appends what fits, and returns the new length. */
static size_t append(char *text, size_t length, const char *more) {
  while (*more != 0 && length < MAX_TEXT - 1) {
    text[length++] = *more++;
  }
  text[length] = 0;
  return length;
}

void jev_log(int32_t severity, const char *subject, const char *message, int32_t result) {
  union pointer listener = {.object = jev_load_pointer(&logger)};
  if (listener.object == NULL) {
    return;
  }
  char text[MAX_TEXT];
  size_t length = append(text, 0, subject);
  length = append(text, length, ": ");
  (void)append(text, length, message);
  listener.log(severity, text, result);
}

void jev_fail(const char *message) {
  union pointer listener = {.object = jev_load_pointer(&fatal)};
  if (listener.object != NULL) {
    jev_store_pointer(&fatal, NULL); /* it may fail itself */
    listener.fatal(message);
  }
  jev_abort(message);
}
