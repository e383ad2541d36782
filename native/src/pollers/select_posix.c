/*
 * select (POSIX): sets of bits, copied and searched with each wait, so that each wait costs as much as the
 * highest descriptor.
 *
 * Traps handled here: the sets are as large as they need to be, as the kernels of Linux, the BSDs and macOS
 * take any size. On Solaris a descriptor beyond FD_SETSIZE is refused with EINVAL. A closed descriptor fails
 * the whole call with EBADF. It is searched for, reported once as ready for everything, and left alone until
 * it is set again. Hang-ups and errors show as readable and writable, an early close not at all. Regular
 * files are always ready.
 */
#if defined(__APPLE__)
#define _DARWIN_UNLIMITED_SELECT
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

#include "core/jev_assert.h"
#include "core/poller.h"
#include "pollers/wake.h"

enum { FIRST_BITS = 1024 };

/* What the system's sets are made of, which matters where the first byte of a number is its highest. */
#if defined(__APPLE__) || defined(__OpenBSD__) || defined(__NetBSD__)
typedef uint32_t word;
#else
typedef unsigned long word;
#endif
enum { WORD = 8 * sizeof(word) };

enum set { READING, WRITING, SETS };

struct jev_poller {
  struct jev_wake wake;
  word *wanted[SETS];
  word *ready[SETS]; /* what the system makes of a copy */
  uint64_t *tokens;  /* by descriptor */
  int32_t bits;      /* of each set: a multiple of FIRST_BITS */
  int32_t beyond;    /* the highest descriptor in a set, and one */
  int32_t next;      /* where the next report starts, so that all get their turn */
  struct jev_header *counters;
};

static const uint32_t MASKS[SETS] = {JEV_READ, JEV_WRITE};

static int32_t status(void) { return 0; }

static bool too_large(int32_t fd) {
#if defined(__sun)
  return fd >= FD_SETSIZE;
#else
  (void)fd;
  return false;
#endif
}

static int32_t check(int32_t fd) {
  if (fcntl(fd, F_GETFD) < 0) {
    return -errno;
  }
  return too_large(fd) ? -EINVAL : 0;
}

static bool has(const word *bits, int32_t fd) { return (bits[fd / WORD] >> (fd % WORD) & 1U) != 0; }

static void put(word *bits, int32_t fd, bool on) {
  word bit = (word)1 << (fd % WORD);
  bits[fd / WORD] = on ? bits[fd / WORD] | bit : bits[fd / WORD] & ~bit;
}

static bool watched(const struct jev_poller *poller, int32_t fd) {
  return has(poller->wanted[READING], fd) || has(poller->wanted[WRITING], fd);
}

static size_t bytes_of(int32_t bits) { return (size_t)bits / 8; }

static int32_t grow(struct jev_poller *poller, int32_t fd) {
  int32_t bits = (fd / FIRST_BITS + 1) * FIRST_BITS;
  if (bits <= poller->bits) {
    return 0;
  }
  for (int i = 0; i < SETS; i++) {
    word *wanted = realloc(poller->wanted[i], bytes_of(bits));
    if (wanted == NULL) {
      return -ENOMEM;
    }
    memset((uint8_t *)wanted + bytes_of(poller->bits), 0, bytes_of(bits) - bytes_of(poller->bits));
    poller->wanted[i] = wanted;
    word *ready = realloc(poller->ready[i], bytes_of(bits));
    if (ready == NULL) {
      return -ENOMEM;
    }
    poller->ready[i] = ready;
  }
  uint64_t *tokens = realloc(poller->tokens, (size_t)bits * sizeof *tokens);
  if (tokens == NULL) {
    return -ENOMEM;
  }
  poller->tokens = tokens;
  poller->bits = bits;
  return 0;
}

static void take_out(struct jev_poller *poller, int32_t fd) {
  if (fd >= poller->beyond) {
    return;
  }
  put(poller->wanted[READING], fd, false);
  put(poller->wanted[WRITING], fd, false);
  while (poller->beyond > 0 && !watched(poller, poller->beyond - 1)) {
    poller->beyond--;
  }
  jev_assert(poller->beyond > poller->wake.ends[0]); /* which stays watched */
}

static int32_t set(struct jev_poller *poller, int32_t fd, uint64_t token, uint32_t old, uint32_t wanted,
                   bool renew) {
  (void)renew; /* the number is looked up at each wait */
  if (wanted == 0) {
    take_out(poller, fd);
    return 0;
  }
  int32_t error = old == 0 ? check(fd) : 0;
  if (error == 0) {
    error = grow(poller, fd);
  }
  if (error != 0) {
    return error;
  }
  jev_assert(fd >= 0 && fd < poller->bits);
  for (int i = 0; i < SETS; i++) {
    put(poller->wanted[i], fd, (wanted & MASKS[i]) != 0);
  }
  poller->tokens[fd] = token;
  poller->beyond = fd < poller->beyond ? poller->beyond : fd + 1;
  jev_assert(watched(poller, poller->beyond - 1) && poller->beyond <= poller->bits);
  return 0;
}

static void closing(struct jev_poller *poller, int32_t fd, uint32_t old) {
  (void)old;
  take_out(poller, fd);
}

static int wait_kernel(struct jev_poller *poller, int64_t timeout) {
  const struct timespec limit = jev_timespec_of(timeout);
  jev_assert(has(poller->wanted[READING], poller->wake.ends[0]));
  for (int i = 0; i < SETS; i++) {
    memcpy(poller->ready[i], poller->wanted[i], bytes_of(poller->bits));
  }
  poller->counters->waits++;
  poller->counters->syscalls++;
  return pselect(poller->beyond, (fd_set *)(void *)poller->ready[READING],
                 (fd_set *)(void *)poller->ready[WRITING], NULL, timeout < 0 ? NULL : &limit, NULL);
}

/* A watched descriptor was closed. This call has reported nothing; the next one will report the rest. */
static int32_t report_closed(struct jev_poller *poller, struct jev_ready *out, int32_t max) {
  int32_t reported = 0;
  for (int32_t fd = poller->beyond - 1; fd >= 0 && reported < max; fd--) {
    if (fd != poller->wake.ends[0] && fd < poller->beyond && watched(poller, fd) && check(fd) != 0) {
      poller->counters->syscalls++;
      out[reported].token = poller->tokens[fd];
      out[reported++].mask = JEV_READ | JEV_WRITE | JEV_CLOSED;
      take_out(poller, fd);
    }
  }
  return reported;
}

/* As in array.c. */
static int32_t report(struct jev_poller *poller, int found, struct jev_ready *out, int32_t max) {
  int32_t reported = 0;
  int32_t first = poller->next < poller->beyond ? poller->next : 0;
  int32_t after_reported = first;
  for (int32_t i = 0; i < poller->beyond && found > 0 && reported < max; i++) {
    int32_t fd = first + i < poller->beyond ? first + i : first + i - poller->beyond;
    uint32_t mask = 0;
    for (int j = 0; j < SETS; j++) {
      if (has(poller->ready[j], fd)) {
        mask |= MASKS[j];
        found--;
      }
    }
    if (mask != 0) {
      after_reported = reported == 0 ? fd + 1 : after_reported;
      out[reported].token = poller->tokens[fd];
      out[reported++].mask = mask;
    }
    poller->next = fd + 1;
  }
  jev_assert(found >= 0);
  poller->next = found == 0 ? after_reported : poller->next;
  return reported;
}

static int32_t wait_ready(struct jev_poller *poller, int64_t timeout, struct jev_ready *out, int32_t max) {
  int found = wait_kernel(poller, timeout);
  if (found < 0 && errno == EBADF) {
    return report_closed(poller, out, max);
  }
  if (found < 0) {
    return -errno;
  }
  if (found > 0 && has(poller->ready[READING], poller->wake.ends[0])) {
    put(poller->ready[READING], poller->wake.ends[0], false);
    jev_wake_drain(&poller->wake);
    poller->counters->syscalls++;
    found--;
  }
  return report(poller, found, out, max);
}

static int32_t wake(struct jev_poller *poller) { return jev_wake_up(&poller->wake); }

static int32_t watch_wake(struct jev_poller *poller) {
  return set(poller, poller->wake.ends[0], UINT64_MAX, 0, JEV_READ, false);
}

static int32_t recreate(struct jev_poller *poller) {
  for (int i = 0; i < SETS; i++) {
    memset(poller->wanted[i], 0, bytes_of(poller->bits));
  }
  poller->beyond = 0;
  return watch_wake(poller);
}

static void close_poller(struct jev_poller *poller) {
  jev_wake_close(&poller->wake);
  for (int i = 0; i < SETS; i++) {
    free(poller->wanted[i]);
    free(poller->ready[i]);
  }
  free(poller->tokens);
  free(poller);
}

static int32_t open_poller(struct jev_poller **out, struct jev_header *counters, int32_t flags) {
  (void)flags;
  struct jev_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) {
    return -ENOMEM;
  }
  poller->counters = counters;
  int32_t error = jev_wake_open(&poller->wake);
  if (error == 0) {
    error = watch_wake(poller);
  }
  if (error != 0) {
    close_poller(poller);
    return error;
  }
  *out = poller;
  return 0;
}

const struct jev_poller_ops jev_poller_select = {
    .kind = {.code = JEV_ENGINE_SELECT,
             .name = "select",
             .features = JEV_FEATURE_FDS,
             .status = status,
             .check = check},
    .open = open_poller,
    .set = set,
    .closing = closing,
    .wait = wait_ready,
    .wake = wake,
    .recreate = recreate,
    .close = close_poller,
};
