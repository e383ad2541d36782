/* What direct.c and direct_send.c share. */
#ifndef JEV_DIRECT_H
#define JEV_DIRECT_H

#include "held.h"
#include "reactor.h"

enum { JEV_MOST_SENDS = 1024, JEV_PER_RESULT = 4 /* completions that a result may take */ };

/* A send that was prepared. */
struct jev_prepared {
  uint32_t slot;
  uint32_t generation;
  uint8_t *bytes;
  uint32_t length;
  bool lazy;
};

struct jev_direct {
  const struct jev_direct_ops *ops;
  struct jev_holdings held;
  bool receives;      /* it has buffers of the slab */
  int64_t merged;     /* where in the slab what is being merged stands, or -1 */
  int64_t merged_end; /* of the room in the slab for what is being merged */
  uint32_t sends;
  struct jev_prepared prepared[JEV_MOST_SENDS];
  int32_t results[JEV_MOST_SENDS];
};

#endif
