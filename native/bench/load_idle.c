/* Connections that are there and do nothing: what they cost a server in memory, and those that talk in time.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum {
  AT_ONCE = 64, /* opened between two pauses: less than what waits to be accepted in any server */
  PAUSE = 5000000,
  PATIENCE = 10000, /* milliseconds for the server to accept one */
  SETTLING = 200000000,
  MANY = 500 /* so that what a server does once counts little */
};

static int *idle;
static double kib_each;

static void open_one(int i) {
  bool connecting;
  idle[i] = open_socket(&connecting);
  struct pollfd writable = {.fd = idle[i], .events = POLLOUT};
  if (connecting && poll(&writable, 1, PATIENCE) != 1) {
    errno = ETIMEDOUT;
    give_up("opening an idle connection");
  }
  size_t half = settings.half_lines ? (size_t)settings.length / 2 : 0;
  if (half > 0 && send(idle[i], question_lines(), half, MSG_NOSIGNAL) != (ssize_t)half) {
    give_up("sending half a line");
  }
}

void open_idle(void) {
  static const struct timespec pause = {.tv_nsec = PAUSE};
  static const struct timespec settling = {.tv_nsec = SETTLING};
  bool weighed = settings.server > 0 && settings.idle >= MANY;
  long before = weighed ? resident_of_server() : 0;
  idle = calloc((size_t)settings.idle + 1, sizeof *idle);
  if (idle == NULL) {
    give_up("memory for idle connections");
  }
  for (int i = 0; i < settings.idle; i++) {
    open_one(i);
    if (i % AT_ONCE == AT_ONCE - 1) {
      nanosleep(&pause, NULL);
    }
  }
  if (weighed) {
    nanosleep(&settling, NULL);
    kib_each = (double)(resident_of_server() - before) / settings.idle;
  }
}

void print_idle(FILE *to) {
  if (kib_each > 0) {
    fprintf(to, " kib_per_idle=%.3f", kib_each);
  }
}

void check_idle(void) {
  for (int i = 0; i < settings.idle; i++) {
    char byte;
    ssize_t size = recv(idle[i], &byte, 1, MSG_DONTWAIT);
    if (size >= 0 || errno != EAGAIN) {
      errno = size > 0 ? EPROTO : size == 0 ? ECONNRESET : errno;
      give_up("an idle connection");
    }
  }
}

void close_idle(void) {
  for (int i = 0; i < settings.idle; i++) {
    close(idle[i]);
  }
  free(idle);
}
