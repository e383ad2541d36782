/*
 * The memory of pollers that submit changes in batches: what is wanted of each descriptor, what the kernel
 * knows, and which descriptors have changes.
 */
#ifndef JEV_WATCHES_H
#define JEV_WATCHES_H

#include "core/poller.h"

struct jev_watch {
  uint64_t token;
  uint32_t wait;   /* in which `place` is valid */
  int32_t place;   /* among the results of that wait */
  uint8_t wanted;  /* JEV_READ, JEV_WRITE, JEV_CLOSED, JEV_ET */
  uint8_t known;   /* to the kernel; the poller's numbers */
  uint8_t pending; /* changes to submit; the poller's numbers, 0: none */
  bool ended;      /* the peer has closed */
  bool listed;
};

struct jev_watches {
  struct jev_watch *by_fd;
  int32_t *changed; /* descriptors with changes to submit; room for all of them */
  int32_t count;
  int32_t first;       /* of the changed, in the order of their changes */
  int32_t last;        /* and one past the last */
  int32_t known_count; /* used by the poller */
  uint32_t wait;
};

/* The results of a wait: at most one entry for each descriptor. */
struct jev_results {
  struct jev_ready *out;
  int32_t count;
};

/* The descriptor's, or NULL when nothing was ever wanted of it. */
struct jev_watch *jev_watch_of(const struct jev_watches *watches, int64_t fd);
/* Notes what is wanted now and lists the descriptor; the caller says what is pending. 0, or a negated errno.
 */
int32_t jev_watch_set(struct jev_watches *watches, int32_t fd, uint64_t token, uint32_t wanted);
/* The descriptor has a change to submit. */
void jev_watch_list(struct jev_watches *watches, int32_t fd);
/* The first listed descriptor, no longer so, or -1 when there is none. */
int32_t jev_watch_unlist(struct jev_watches *watches);
static inline int32_t jev_watches_listed(const struct jev_watches *watches) {
  return watches->last - watches->first;
}
/* Drops all watches. */
void jev_watches_clear(struct jev_watches *watches);
void jev_watches_close(struct jev_watches *watches);

/* Empty results for a wait that begins. */
struct jev_results jev_results_of(struct jev_watches *watches, struct jev_ready *out);
/* Adds readiness, cut to what is wanted, to the entry of the descriptor. */
void jev_results_ready(struct jev_watches *watches, struct jev_results *results, struct jev_watch *watch,
                       uint32_t mask);
/* The kernel refuses to watch the descriptor: says so, once, and wants nothing more of it. */
void jev_results_refused(struct jev_watches *watches, struct jev_results *results, struct jev_watch *watch,
                         int32_t error);

#endif
