/* See idle_thread.h. */
#include "idle_thread.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static void *sleep_for_ever(void *unused) {
  (void)unused;
  for (;;) {
    pause();
  }
  return NULL;
}

bool idle_thread_start(void) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, sleep_for_ever, NULL);
  return errno == 0;
}
