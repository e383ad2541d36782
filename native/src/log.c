/*
 * Messages and failures leave the library through two functions of its user's. Any thread may log at any
 * time; a function that is replaced may be called once more.
 */
#include "log.h"

#include <stdlib.h>

#include "atomics.h"
#include "jevent.h"
#include "system.h"

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

void jev_log(int32_t severity, const char *message, int32_t result) {
  union pointer listener = {.object = jev_load_pointer(&logger)};
  if (listener.object != NULL) {
    listener.log(severity, message, result);
  }
}

void jev_fail(const char *message) {
  union pointer listener = {.object = jev_load_pointer(&fatal)};
  if (listener.object != NULL) {
    jev_store_pointer(&fatal, NULL); /* it may fail itself */
    listener.fatal(message);
  }
  jev_die(message);
}
