/* Data that has arrived for slots that did not want it yet. */
#ifndef JEV_HELD_H
#define JEV_HELD_H

#include <stdbool.h>
#include <stdint.h>

/* Of one slot: bytes and perhaps an end, or descriptors of connections. */
struct jev_held {
  struct jev_held *next; /* in the queue of those that are due */
  struct jev_held *previous;
  bool queued;
  bool accepts;
  bool ended;
  int32_t result; /* of the end */
  uint32_t slot;
  uint32_t start;
  uint32_t size;
  uint32_t capacity;
  uint8_t *bytes;
};

/* The entries of a ring, found by slot, and a queue of those whose slot may want them now. The queue makes a
 * paused slot cost nothing.
 */
struct jev_holdings {
  struct jev_held **by_slot;
  uint32_t slot_count;
  struct jev_held *first;
  struct jev_held *last;
  uint32_t queued_count;
};

/* What is held of the slot, or NULL. */
struct jev_held *jev_held_of(const struct jev_holdings *all, uint32_t slot);

/* What is held of the slot already, or a new entry; NULL without memory. */
struct jev_held *jev_hold(struct jev_holdings *all, uint32_t slot, bool accepts);

/* False without memory: nothing has changed. */
bool jev_held_append(struct jev_held *held, const void *bytes, uint32_t count);

/* The slot may want what is held of it, if anything is. */
void jev_held_queue(struct jev_holdings *all, uint32_t slot);

/* Takes the first entry of the queue, or NULL. */
struct jev_held *jev_held_next(struct jev_holdings *all);

/* Frees what is held of the slot, if anything is, and closes its connections. */
void jev_held_drop(struct jev_holdings *all, uint32_t slot);

void jev_holdings_close(struct jev_holdings *all);

#endif
