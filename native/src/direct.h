/* What direct.c and direct_send.c share. */
#ifndef JEV_BACKEND_H
#define JEV_BACKEND_H

#include "held.h"
#include "reactor.h"

enum { JEV_MAX_SENDS = 1024, JEV_PER_RESULT = 4 /* completions that a result may take */ };

/* A send that was prepared. */
struct jev_prepared {
  uint32_t slot;
  uint32_t generation;
  uint8_t *bytes;
  uint32_t length;
  bool quiet;
};

struct jev_backend {
  const struct jev_completion_ops *ops;
  struct jev_holdings held;
  bool receives;      /* it has buffers of the slab */
  int64_t merged;     /* where in the slab what is being merged stands, or -1 */
  int64_t merged_end; /* of the room in the slab for what is being merged */
  uint32_t sends;
  struct jev_prepared prepared[JEV_MAX_SENDS];
  int32_t results[JEV_MAX_SENDS];
};

#endif
