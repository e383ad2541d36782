/*
 * The functions that carry out the operations on a slot. Each returns 0 or a negated errno that refuses the
 * submission.
 */
#ifndef JEV_OPERATIONS_H
#define JEV_OPERATIONS_H

#include "core/ring.h"

#define OPERATION(code, function, completion) \
  int32_t function(struct jev_ring *ring, const struct jev_submission *in);
#include "core/operation_list.h"

#endif
