/* What a poller remembers of each descriptor. */
#include "pollers/watches.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/jev_assert.h"

enum { FIRST_WATCHES = 256 };

struct jev_watch *jev_watch_of(const struct jev_watches *watches, int64_t fd) {
  return fd >= 0 && fd < watches->count ? &watches->by_fd[fd] : NULL;
}

/* A table for numbers that nothing stands for would cost memory for nothing. */
static int32_t grow(struct jev_watches *watches, int32_t fd) {
  int64_t count = watches->count == 0 ? FIRST_WATCHES : watches->count;
  while (count <= fd) {
    count *= 2;
  }
  if (fd < 0 || count > INT32_MAX || fcntl(fd, F_GETFD) < 0) {
    return -EBADF;
  }
  struct jev_watch *by_fd = realloc(watches->by_fd, (size_t)count * sizeof *by_fd);
  if (by_fd == NULL) {
    return -ENOMEM;
  }
  watches->by_fd = by_fd;
  int32_t *changed = realloc(watches->changed, (size_t)count * sizeof *changed);
  if (changed == NULL) {
    return -ENOMEM;
  }
  watches->changed = changed;
  memset(by_fd + watches->count, 0, (size_t)(count - watches->count) * sizeof *by_fd);
  watches->count = (int32_t)count;
  return 0;
}

void jev_watch_list(struct jev_watches *watches, int32_t fd) {
  jev_assert(fd >= 0 && fd < watches->count);
  if (watches->by_fd[fd].listed) {
    jev_assert(watches->first < watches->last);
    return;
  }
  if (watches->last == watches->count) {
    int32_t listed = jev_watches_listed(watches);
    memmove(watches->changed, watches->changed + watches->first, (size_t)listed * sizeof *watches->changed);
    watches->first = 0;
    watches->last = listed;
  }
  jev_assert(watches->first <= watches->last && watches->last < watches->count);
  watches->by_fd[fd].listed = true;
  watches->changed[watches->last++] = fd;
}

int32_t jev_watch_set(struct jev_watches *watches, int32_t fd, uint64_t token, uint32_t wanted) {
  struct jev_watch *watch = jev_watch_of(watches, fd);
  if (watch == NULL) {
    int32_t error = wanted == 0 ? 0 : grow(watches, fd);
    if (wanted == 0 || error != 0) {
      return error;
    }
    watch = &watches->by_fd[fd];
  }
  watch->token = token;
  watch->wanted = (uint8_t)wanted;
  watch->ended = false;
  jev_watch_list(watches, fd);
  return 0;
}

int32_t jev_watch_unlist(struct jev_watches *watches) {
  if (watches->first == watches->last) {
    watches->first = 0;
    watches->last = 0;
    return -1;
  }
  int32_t fd = watches->changed[watches->first++];
  jev_assert(fd >= 0 && fd < watches->count && watches->by_fd[fd].listed);
  watches->by_fd[fd].listed = false;
  return fd;
}

void jev_watches_clear(struct jev_watches *watches) {
  if (watches->count > 0) {
    memset(watches->by_fd, 0, (size_t)watches->count * sizeof *watches->by_fd);
  }
  watches->first = 0;
  watches->last = 0;
  watches->known_count = 0;
}

void jev_watches_close(struct jev_watches *watches) {
  free(watches->by_fd);
  free(watches->changed);
}

struct jev_results jev_results_of(struct jev_watches *watches, struct jev_ready *out) {
  if (++watches->wait == 0) { /* as fresh watches have it */
    watches->wait = 1;
  }
  return (struct jev_results){.out = out};
}

static struct jev_ready *entry(struct jev_watches *watches, struct jev_results *results,
                               struct jev_watch *watch) {
  if (watch->wait != watches->wait) {
    watch->wait = watches->wait;
    watch->place = results->count++;
    results->out[watch->place] = (struct jev_ready){.token = watch->token};
  }
  jev_assert(watch->place >= 0 && watch->place < results->count);
  jev_assert(results->out[watch->place].token == watch->token);
  return &results->out[watch->place];
}

void jev_results_ready(struct jev_watches *watches, struct jev_results *results, struct jev_watch *watch,
                       uint32_t mask) {
  if ((mask & watch->wanted) != 0) {
    entry(watches, results, watch)->mask |= mask & watch->wanted;
  }
}

void jev_results_refused(struct jev_watches *watches, struct jev_results *results, struct jev_watch *watch,
                         int32_t error) {
  jev_assert(error < 0);
  if (watch->wanted != 0) {
    watch->wanted = 0;
    entry(watches, results, watch)->error = error;
  }
}
