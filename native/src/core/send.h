/*
 * Sending bytes, datagrams and files for one slot, and shutting down behind what is sent.
 */
#ifndef JEV_SEND_H
#define JEV_SEND_H

#include "core/operations.h"
#include "core/slots.h"

enum { JEV_MAX_SENDS = 1024 };

/* A send that was handed to a backend, which submits it with the next wait. */
struct jev_batched_send {
  uint32_t slot;
  uint32_t generation;
  uint8_t *bytes;
  uint32_t length;
  bool quiet;
  bool cancelled; /* what does not leave at once is not sent later */
};

/* The sends of one batch: batch_send.c completes them. */
struct jev_send_batch {
  uint32_t count;
  struct jev_batched_send sends[JEV_MAX_SENDS];
  int32_t results[JEV_MAX_SENDS];
};

/* Sends later what did not leave; `sent` bytes did. */
void jev_send_rest(struct jev_ring *ring, uint32_t number, struct iovec *rest, int64_t sent, bool quiet);
/* The backend has sent that much of slot->out, or has failed. */
void jev_transmitted(struct jev_ring *ring, uint32_t number, int32_t result);
/* Goes on with what a short write has left. */
void jev_send_on(struct jev_ring *ring, uint32_t number);
/* Ends what is left with an error. */
void jev_send_fail(struct jev_ring *ring, uint32_t number, int32_t error);
/* Shuts down as asked, unless the connect or a send comes first. */
void jev_shut_if_asked(struct jev_ring *ring, uint32_t number);

#endif
