/*
 * Sending: bytes, datagrams and files. What does not go at once is remembered, and writability polled for it.
 */
#include "core/send.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/nonsocket.h"

enum { STACK_VECTORS = 64, MAX_RECORDS = 1 << 20 };

/* One send being performed. */
struct job {
  uint16_t op;
  bool quiet; /* a success has no completion */
  struct iovec *vectors;
  uint32_t count;
  const struct jev_address *to;
  int32_t file;
  int64_t position;
  int64_t remaining;
  int64_t sent;
};

static struct jev_slot *slot_of(const struct jev_ring *ring, uint32_t number) {
  return jev_slot_of(ring->reactor, number);
}

/* ---- what the backend sends ---- */

/* Hands bytes to the backend, which sends what leaves at once; false: not now. */
static bool send_batched(struct jev_ring *ring, uint32_t number, const struct iovec *bytes, bool quiet) {
  struct jev_reactor *reactor = ring->reactor;
  struct jev_send_batch *batch = reactor->batch;
  struct jev_slot *slot = slot_of(ring, number);
  if (batch == NULL || batch->count == JEV_MAX_SENDS || jev_slot_has(slot, SLOT_NOT_SOCKET) ||
      bytes->iov_len == 0 || bytes->iov_len > INT32_MAX || jev_room(ring) < JEV_PER_RESULT + JEV_PER_SEND ||
      !reactor->completion->send(reactor->poller, slot->fd, bytes->iov_base, (uint32_t)bytes->iov_len,
                                 batch->count, quiet)) {
    return false;
  }
  jev_assert(!jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0 && slot->detaching == 0);
  batch->sends[batch->count++] = (struct jev_batched_send){.slot = number,
                                                           .generation = slot->generation,
                                                           .bytes = bytes->iov_base,
                                                           .length = (uint32_t)bytes->iov_len,
                                                           .quiet = quiet};
  ring->reserved += JEV_PER_SEND;
  jev_assert(ring->reserved == batch->count * JEV_PER_SEND && jev_room(ring) >= JEV_PER_RESULT);
  jev_slot_raise(slot, SLOT_SENDING);
  slot->prepared = 1;
  return true;
}

/* The backend serves this descriptor, and sends files to it. */
static bool transmits(struct jev_reactor *reactor, uint32_t number) {
  const struct jev_slot *slot = jev_slot_of(reactor, number);
  return reactor->completion != NULL && reactor->completion->transmit != NULL &&
         !jev_slot_has(slot, SLOT_NOT_SOCKET) &&
         reactor->completion->associated(reactor->poller, slot->fd, jev_token(slot, number));
}

/* Has the backend send some of slot->out when it can: 0, or an error; -EOPNOTSUPP: by readiness. */
static int32_t transmit(struct jev_reactor *reactor, uint32_t number) {
  struct jev_slot *slot = jev_slot_of(reactor, number);
  if (jev_slot_has(slot, SLOT_CONNECTING) || !transmits(reactor, number)) {
    return -EOPNOTSUPP;
  }
  const struct jev_out *out = slot->out;
  jev_assert(out != NULL && slot->prepared == 0);
  _Alignas(8) uint8_t address[JEV_SYSTEM_ADDRESS_SIZE];
  struct jev_transfer transfer = {.op = out->op,
                                  .vectors = out->vectors + out->first,
                                  .count = out->count,
                                  .file = out->file,
                                  .position = out->position,
                                  .remaining = out->remaining};
  int32_t error = 0;
  if (out->address != 0) {
    error = jev_address_to_system(&out->to, address, &transfer.to_length);
    transfer.to = address;
  }
  if (error == 0) {
    error = reactor->completion->transmit(reactor->poller, slot->fd, jev_token(slot, number), &transfer);
  }
  slot->prepared = error == 0;
  return error;
}

/* ---- what the reactor sends ---- */

static int64_t send_vectors(struct jev_ring *ring, struct jev_slot *slot, const struct job *job,
                            uint32_t count) {
  if (job->op == JEV_OP_SEND_TO) { /* of no vector, even; only a socket has datagrams */
    return jev_send_datagram(slot->fd, job->vectors, count, job->to);
  }
  return jev_slot_has(slot, SLOT_NOT_SOCKET) ? jev_nonsocket_write(ring, slot, job->vectors, count)
                                             : jev_send(slot->fd, job->vectors, count);
}

static void advance(struct job *job, size_t count) {
  jev_assert_implies(job->op == JEV_OP_SEND_FILE, (int64_t)count <= job->remaining);
  job->sent += (int64_t)count;
  if (job->op == JEV_OP_SEND_FILE) {
    job->position += (int64_t)count;
    job->remaining -= (int64_t)count;
    return;
  }
  while (job->count > 0 && count >= job->vectors->iov_len) {
    count -= job->vectors->iov_len;
    job->vectors++;
    job->count--;
  }
  jev_assert(job->count > 0 || count == 0); /* no more has left than there was */
  if (job->count > 0) {
    job->vectors->iov_base = (uint8_t *)job->vectors->iov_base + count;
    job->vectors->iov_len -= count;
  }
}

static bool done(const struct job *job) {
  return job->op == JEV_OP_SEND_FILE ? job->remaining == 0 : job->count == 0;
}

/* Sends until all is gone (0), it would block (-EAGAIN) or it fails (another error). After a short write the
 * descriptor is full: asking once more would only bring EAGAIN. */
static int32_t perform(struct jev_ring *ring, uint32_t number, struct job *job) {
  struct jev_slot *slot = slot_of(ring, number);
  bool file = job->op == JEV_OP_SEND_FILE;
  bool datagram = job->op == JEV_OP_SEND_TO;
  jev_assert(slot->prepared == 0); /* else the backend's bytes and these would change places */
  if (file && !done(job) && transmits(ring->reactor, number)) {
    return -EAGAIN;
  }
  while (datagram || !done(job)) {
    ring->header->syscalls++;
    uint32_t given = datagram || job->count < JEV_MAX_VECTORS ? job->count : JEV_MAX_VECTORS;
    uint32_t left = job->count - given;
    int64_t count = file ? jev_send_file(ring, slot, job->file, job->position, job->remaining)
                         : send_vectors(ring, slot, job, given);
    int32_t error = jev_errno_of(count);
    if (error == EINTR) {
      continue;
    }
    if (error == ENOTSOCK && !jev_slot_has(slot, SLOT_NOT_SOCKET) && !datagram) {
      jev_slot_raise(slot, SLOT_NOT_SOCKET);
      continue;
    }
    if (error != 0) {
      return error == EAGAIN ? -EAGAIN : (int32_t)count;
    }
    if (datagram || (file && count == 0)) {
      job->sent += count; /* whole, or the file has ended */
      return 0;
    }
    advance(job, (size_t)count);
    if (!file && job->count > left) {
      return -EAGAIN;
    }
  }
  return 0;
}

/* Remembers what is left. */
static int32_t keep(struct jev_slot *slot, const struct job *job) {
  struct jev_out *out = slot->out;
  if (out == NULL || out->capacity < job->count) {
    out = realloc(out, sizeof *out + job->count * sizeof *out->vectors);
    if (out == NULL) {
      return -ENOMEM;
    }
    out->capacity = job->count;
    slot->out = out;
  }
  jev_assert(!jev_slot_has(slot, SLOT_SENDING) && slot->prepared == 0);
  jev_assert(job->sent >= 0 && job->remaining >= 0);
  out->op = job->op;
  out->file = job->file;
  out->position = job->position;
  out->remaining = job->remaining;
  out->sent = job->sent;
  out->first = 0;
  out->count = job->count;
  out->address = job->to != NULL;
  if (job->to != NULL) {
    out->to = *job->to;
  }
  if (job->count > 0) {
    memcpy(out->vectors, job->vectors, job->count * sizeof *out->vectors);
  }
  jev_slot_raise(slot, SLOT_SENDING);
  return 0;
}

static void finish(struct jev_ring *ring, uint32_t number, int64_t sent, int32_t error) {
  jev_assert(sent >= 0 && error <= 0);
  jev_complete(ring, JEV_SENT, number, error)->value = sent;
}

/* The rest leaves when the backend can send it, or when the descriptor is writable. */
static int32_t await(struct jev_ring *ring, uint32_t number) {
  int32_t error = transmit(ring->reactor, number);
  return error == -EOPNOTSUPP ? jev_interest(ring->reactor, number, false) : error;
}

static void settle(struct jev_ring *ring, uint32_t number, struct job *job, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  if (result == -EAGAIN) {
    result = keep(slot, job);
    if (result == 0) {
      result = await(ring, number);
      if (result == 0) {
        if (job->quiet) {
          finish(ring, number, 0, -EINPROGRESS);
        }
        return;
      }
      jev_slot_clear(slot, SLOT_SENDING);
    }
  }
  if (result != 0 || !job->quiet) {
    finish(ring, number, job->sent, result);
  }
}

static void start(struct jev_ring *ring, uint32_t number, struct job *job) {
  struct jev_slot *slot = slot_of(ring, number);
  bool connecting = jev_slot_has(slot, SLOT_CONNECTING);
  if (!connecting && job->op == JEV_OP_SEND && job->count == 1 &&
      send_batched(ring, number, job->vectors, job->quiet)) {
    return;
  }
  jev_make_ready(ring, slot);
  settle(ring, number, job, connecting ? -EAGAIN : perform(ring, number, job));
}

void jev_send_rest(struct jev_ring *ring, uint32_t number, struct iovec *rest, int64_t sent, bool quiet) {
  struct job job = {.op = JEV_OP_SEND, .quiet = quiet, .vectors = rest, .count = 1, .sent = sent};
  settle(ring, number, &job, -EAGAIN);
}

/* Turns Java's records into the system's; -EINVAL when one makes no sense. */
static int32_t convert(const struct jev_vec *in, uint32_t count, struct iovec *out) {
  for (uint32_t i = 0; i < count; i++) {
    if (in[i].length < 0 || (in[i].length > 0 && in[i].address <= 0)) {
      return -EINVAL;
    }
    out[i].iov_base = (void *)(intptr_t)in[i].address; /* NOLINT */
    out[i].iov_len = (size_t)in[i].length;
  }
  return 0;
}

static int32_t send_bytes(struct jev_ring *ring, const struct jev_submission *in, struct job *job) {
  struct jev_vec single = {.address = in->a, .length = in->b};
  bool vector = (in->flags & JEV_FLAG_VECTOR) != 0;
  if (vector && (in->a <= 0 || in->b < 0 || in->b > MAX_RECORDS)) {
    return -EINVAL;
  }
  const struct jev_vec *records = vector ? (const struct jev_vec *)(intptr_t)in->a : &single; /* NOLINT */
  job->count = vector ? (uint32_t)in->b : 1;
  struct iovec stack[STACK_VECTORS];
  struct iovec *vectors = stack;
  if (job->count > STACK_VECTORS) {
    vectors = malloc(job->count * sizeof *vectors);
    if (vectors == NULL) {
      return -ENOMEM;
    }
  }
  job->vectors = vectors;
  int32_t error = convert(records, job->count, vectors);
  if (error == 0) {
    start(ring, in->slot, job);
  }
  job->vectors = NULL;
  if (vectors != stack) {
    free(vectors);
  }
  return error;
}

int32_t jev_op_send(struct jev_ring *ring, const struct jev_submission *in) {
  struct jev_slot *slot = slot_of(ring, in->slot);
  if (jev_slot_has(slot, SLOT_SENDING)) {
    finish(ring, in->slot, 0, -EBUSY);
    return 0;
  }
  struct job job = {.op = in->op, .quiet = in->op == JEV_OP_SEND && (in->flags & JEV_FLAG_QUIET) != 0};
  if (in->op == JEV_OP_SEND_FILE) {
    if (in->a < 0 || in->a > INT32_MAX || in->b < 0 || in->c < 0) {
      return -EINVAL;
    }
    job.file = (int32_t)in->a;
    job.position = in->b;
    job.remaining = in->c;
    start(ring, in->slot, &job);
    return 0;
  }
  if (in->op == JEV_OP_SEND_TO && in->c < 0) {
    return -EINVAL;
  }
  if (in->op == JEV_OP_SEND_TO && in->c != 0) {
    job.to = (const struct jev_address *)(intptr_t)in->c; /* NOLINT */
  }
  return send_bytes(ring, in, &job);
}

static void end(struct jev_ring *ring, uint32_t number, int32_t error) {
  struct jev_slot *slot = slot_of(ring, number);
  jev_assert(jev_slot_has(slot, SLOT_SENDING));
  jev_assert(slot->out != NULL && slot->prepared == 0);
  jev_slot_clear(slot, SLOT_SENDING);
  finish(ring, number, slot->out->sent, error);
  jev_shut_if_asked(ring, number);
  jev_reconsider(ring->reactor, number);
}

static struct job job_of(struct jev_out *out) {
  return (struct job){.op = out->op,
                      .vectors = out->vectors + out->first,
                      .count = out->count,
                      .to = out->address != 0 ? &out->to : NULL,
                      .file = out->file,
                      .position = out->position,
                      .remaining = out->remaining,
                      .sent = out->sent};
}

static void update(struct jev_out *out, const struct job *job) {
  jev_assert(job->sent >= out->sent);
  jev_assert(job->position + job->remaining == out->position + out->remaining);
  out->first = (uint32_t)(job->vectors - out->vectors);
  out->count = job->count;
  jev_assert(out->first + out->count <= out->capacity);
  out->position = job->position;
  out->remaining = job->remaining;
  out->sent = job->sent;
}

void jev_send_on(struct jev_ring *ring, uint32_t number) {
  jev_assert(jev_slot_has(slot_of(ring, number), SLOT_SENDING));
  struct job job = job_of(slot_of(ring, number)->out);
  int32_t error = perform(ring, number, &job);
  update(slot_of(ring, number)->out, &job);
  int32_t result = error == -EAGAIN ? await(ring, number) : error;
  if (error != -EAGAIN || result != 0) {
    end(ring, number, result);
  }
}

void jev_transmitted(struct jev_ring *ring, uint32_t number, int32_t result) {
  struct jev_slot *slot = slot_of(ring, number);
  struct jev_out *out = slot->out;
  if (!jev_slot_has(slot, SLOT_SENDING)) {
    return;
  }
  if (result < 0) {
    end(ring, number, result);
    return;
  }
  if (out->op == JEV_OP_SEND_TO || (out->op == JEV_OP_SEND_FILE && result == 0)) {
    out->sent += result; /* whole, or the file has ended */
    end(ring, number, 0);
    return;
  }
  struct job job = job_of(out);
  advance(&job, (size_t)result);
  update(out, &job);
  jev_send_on(ring, number);
}

void jev_send_fail(struct jev_ring *ring, uint32_t number, int32_t error) { end(ring, number, error); }

/* ---- cancelling ---- */

/* The backend gets the batch with the next wait, and completes all of it then. */
static bool cancel_batched(struct jev_send_batch *batch, uint32_t number, uint32_t generation) {
  for (uint32_t i = 0; batch != NULL && i < batch->count; i++) {
    if (batch->sends[i].slot == number && batch->sends[i].generation == generation) {
      batch->sends[i].cancelled = true;
      return true;
    }
  }
  return false;
}

int32_t jev_op_cancel_send(struct jev_ring *ring, const struct jev_submission *in) {
  const struct jev_slot *slot = slot_of(ring, in->slot);
  if (!jev_slot_has(slot, SLOT_SENDING)) {
    return 0;
  }
  if (slot->prepared != 0) {
    return cancel_batched(ring->reactor->batch, in->slot, slot->generation) ? 0 : -EOPNOTSUPP;
  }
  end(ring, in->slot, -ECANCELED);
  return 0;
}

/* ---- shutting down ---- */

void jev_shut_if_asked(struct jev_ring *ring, uint32_t number) {
  struct jev_slot *slot = slot_of(ring, number);
  bool writes = jev_slot_has(slot, SLOT_SHUT_WRITES);
  bool sends = writes && jev_slot_has(slot, SLOT_SENDING);
  if (!jev_slot_has(slot, SLOT_SHUT_WAITS) || jev_slot_has(slot, SLOT_CONNECTING) || sends) {
    return;
  }
  jev_assert(jev_slot_has(slot, SLOT_SHUT_READS) || writes);
  int32_t how = (jev_slot_has(slot, SLOT_SHUT_READS) ? 1 : 0) + (writes ? 2 : 0);
  jev_slot_clear(slot, SLOT_SHUT_WAITS | SLOT_SHUT_READS | SLOT_SHUT_WRITES);
  ring->header->syscalls++;
  int32_t result = jev_shutdown(slot->fd, how);
  jev_complete(ring, JEV_SHUT, number, result);
  if (JEV_SHUTS_SILENTLY && result == 0 && (how & 1) != 0 && jev_slot_has(slot, SLOT_RECEIVING)) {
    jev_end_receiving(ring, number, 0);
  }
}
