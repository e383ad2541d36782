#include "model.h"

#include <errno.h>

enum { MAX_ENTRIES = 64, MAX_BUFFERS = 64, MAX_KEPT = 256, OPS = JEV_OP_RELEASE + 1 };

static const uint32_t numbers[MODEL_SLOTS] = {0, 1, 2, 3, 4, 5, 6, 7, 63, 64, 127, 5000};

struct slot {
  int64_t taken[OPS];   /* submissions, by op */
  int64_t refused[OPS]; /* with FAILED */
  int64_t reported[JEV_FAILED + 1];
  int64_t limit; /* of RECEIVE, at most */
  int64_t next_limit;
  int64_t mask; /* of POLL, at most */
  int64_t next_mask;
  int64_t received; /* bytes, in this jev_enter */
  bool changes;     /* hands in this jev_enter */
};

/* Bytes that a completion reported. */
struct kept {
  uint32_t buffer;
  int64_t offset;
  uint32_t length;
  uint32_t sum;
};

static struct slot slots[MODEL_SLOTS];
static struct jev_submission submitted[MAX_ENTRIES];
static uint32_t submitted_count;
static uint32_t left; /* of the previous jev_enter */
static int64_t retained[MAX_BUFFERS];
static bool unsure[MAX_BUFFERS]; /* retained, perhaps, although no completion referred to it */
static struct kept reported[4 * MAX_ENTRIES];
static uint32_t reported_count;
static struct kept kept[MAX_KEPT];
static uint32_t kept_count;

uint32_t model_slot(uint32_t index) { return numbers[index % MODEL_SLOTS]; }

static struct slot *slot_of(uint32_t number) {
  for (uint32_t i = 0; i < MODEL_SLOTS; i++) {
    if (numbers[i] == number) {
      return &slots[i];
    }
  }
  return NULL;
}

bool model_attached(uint32_t index) {
  const struct slot *slot = &slots[index];
  return slot->taken[JEV_OP_ATTACH] - slot->refused[JEV_OP_ATTACH] - slot->reported[JEV_DETACHED] > 0;
}

void model_begin(struct ring *ring) {
  uint8_t *block = (uint8_t *)(intptr_t)jev_block(ring->handle); /* NOLINT */
  ring->header = (struct jev_header *)(void *)block;
  ring->submissions = (struct jev_submission *)(void *)(block + ring->header->submissions_offset);
  ring->completions = (struct jev_completion *)(void *)(block + ring->header->completions_offset);
  ring->slab = block + ring->header->slab_offset;
  REQUIRE(ring->header->submissions_capacity <= MAX_ENTRIES && ring->header->buffer_count <= MAX_BUFFERS);
  REQUIRE(ring->header->slab_offset + (int64_t)ring->header->buffer_count * ring->header->buffer_size ==
          jev_block_size(ring->handle));
  memset(slots, 0, sizeof slots);
  memset(retained, 0, sizeof retained);
  memset(unsure, 0, sizeof unsure);
  left = 0;
  reported_count = 0;
  kept_count = 0;
}

static bool is_buffer(const struct ring *ring, int64_t buffer) {
  return buffer >= 0 && buffer < ring->header->buffer_count;
}

static uint32_t sum_of(const struct ring *ring, const struct kept *range) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < range->length; i++) {
    sum = sum * 31 + ring->slab[range->offset + i];
  }
  return sum;
}

static void retain(int64_t buffer) {
  bool referred = false;
  for (uint32_t i = 0; i < reported_count; i++) {
    if (reported[i].buffer == buffer) {
      referred = true;
      if (kept_count < MAX_KEPT && retained[buffer] == 0) {
        kept[kept_count++] = reported[i];
      }
    }
  }
  if (referred) {
    retained[buffer]++;
  } else {
    unsure[buffer] = true;
  }
}

void model_before(const struct ring *ring) {
  uint32_t capacity = ring->header->submissions_capacity;
  submitted_count = ring->header->submitted < capacity ? ring->header->submitted : capacity;
  memcpy(submitted, ring->submissions, submitted_count * sizeof *submitted);
  for (uint32_t i = 0; i < reported_count; i++) {
    reported[i].sum = sum_of(ring, &reported[i]);
  }
  /* What was left over has been retained already. */
  for (uint32_t i = left; i < submitted_count; i++) {
    if (submitted[i].op == JEV_OP_RETAIN && is_buffer(ring, submitted[i].a)) {
      retain(submitted[i].a);
    }
  }
  reported_count = 0;
}

/* ---- what was submitted ---- */

/* What RETAIN and RELEASE must be answered with: at least this number of refusals. */
struct refusals {
  int64_t certain;
  int64_t possible;
};

static void take_of_slab(const struct ring *ring, const struct jev_submission *in,
                         struct refusals *refusals) {
  if (is_buffer(ring, in->a) && unsure[in->a]) {
    refusals->possible++;
  } else if (!is_buffer(ring, in->a) || retained[in->a] == 0) {
    refusals->certain++;
  } else if (in->op == JEV_OP_RELEASE) {
    retained[in->a]--;
  }
}

static void take(const struct jev_submission *in) {
  struct slot *slot = slot_of(in->slot);
  if (slot == NULL || in->op >= OPS) {
    return;
  }
  slot->taken[in->op]++;
  slot->changes = slot->changes || in->op == JEV_OP_ATTACH || in->op == JEV_OP_DETACH;
  if (in->op == JEV_OP_RECEIVE || in->op == JEV_OP_RECEIVE_FROM) {
    slot->limit = in->a > slot->limit ? in->a : slot->limit;
    slot->next_limit = in->a;
  } else if (in->op == JEV_OP_POLL) {
    slot->mask |= in->a;
    slot->next_mask = in->a;
  }
}

static bool has_op(const struct jev_submission *in) {
  return in->op >= JEV_OP_ATTACH && in->op <= JEV_OP_RELEASE;
}

/* ---- what was completed ---- */

static void check_range(const struct ring *ring, const struct jev_completion *out, int64_t start,
                        int64_t length) {
  const struct jev_header *header = ring->header;
  REQUIRE(out->aux < header->buffer_count);
  REQUIRE(start >= 0 && length >= 0 && start + length <= (int64_t)header->buffer_count * header->buffer_size);
  REQUIRE(start / header->buffer_size == out->aux);
  REQUIRE(length == 0 || (start + length - 1) / header->buffer_size == out->aux);
  const struct kept range = {.buffer = out->aux, .offset = start, .length = (uint32_t)length};
  for (uint32_t i = 0; i < reported_count; i++) {
    REQUIRE(start + length <= reported[i].offset || reported[i].offset + reported[i].length <= start);
  }
  reported[reported_count++] = range;
}

static void check_address(const struct ring *ring, int64_t start) {
  struct jev_address address;
  memcpy(&address, ring->slab + start, sizeof address);
  REQUIRE(address.family <= JEV_FAMILY_UNIX && address.length <= sizeof address.bytes);
}

static void check_received(const struct ring *ring, struct slot *slot, const struct jev_completion *out) {
  const int64_t header = out->op == JEV_RECEIVED_FROM ? (int64_t)sizeof(struct jev_address) : 0;
  REQUIRE(slot->limit > 0 && out->result <= slot->limit);
  if (out->result > 0 || (out->result == 0 && out->op == JEV_RECEIVED_FROM && out->value != 0)) {
    check_range(ring, out, out->value - header, out->result + header);
    if (header > 0) {
      check_address(ring, out->value - header);
    }
    slot->received += out->result;
    REQUIRE(slot->changes || slot->received <= slot->limit || out->op == JEV_RECEIVED_FROM);
  }
}

static bool is_refusal(int32_t result) {
  static const int32_t errors[] = {EINVAL, ENOENT, EEXIST, EALREADY, EBUSY, EOPNOTSUPP, ENOMEM};
  for (uint32_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    if (result == -errors[i]) {
      return true;
    }
  }
  return false;
}

/* Nothing is reported that was not asked for, and nothing more often than asked. */
static void check_balance(const struct slot *slot) {
  const int64_t *taken = slot->taken;
  const int64_t *refused = slot->refused;
  int64_t sends = taken[JEV_OP_SEND] + taken[JEV_OP_SEND_TO] + taken[JEV_OP_SEND_FILE];
  int64_t refused_sends = refused[JEV_OP_SEND] + refused[JEV_OP_SEND_TO] + refused[JEV_OP_SEND_FILE];
  REQUIRE(slot->reported[JEV_SENT] + refused_sends <= sends);
  REQUIRE(slot->reported[JEV_CONNECTED] + refused[JEV_OP_CONNECT] <= taken[JEV_OP_CONNECT]);
  REQUIRE(slot->reported[JEV_SHUT] + refused[JEV_OP_SHUTDOWN] <= taken[JEV_OP_SHUTDOWN]);
  REQUIRE(slot->reported[JEV_DETACHED] + refused[JEV_OP_DETACH] <= taken[JEV_OP_DETACH]);
  REQUIRE(slot->reported[JEV_ACCEPTED] == 0 || taken[JEV_OP_ACCEPT] > refused[JEV_OP_ACCEPT]);
  int64_t attached = taken[JEV_OP_ATTACH] - refused[JEV_OP_ATTACH] - slot->reported[JEV_DETACHED];
  REQUIRE(attached == 0 || attached == 1);
}

static void check_of_slot(const struct ring *ring, struct slot *slot, const struct jev_completion *out) {
  int64_t attached = slot->taken[JEV_OP_ATTACH] - slot->reported[JEV_DETACHED];
  REQUIRE(attached > 0);
  slot->reported[out->op] += out->op != JEV_SENT || out->result != -EINPROGRESS;
  switch (out->op) {
    case JEV_READY:
      REQUIRE(out->result != 0 && (out->result < 0 || (out->result & ~slot->mask) == 0));
      break;
    case JEV_RECEIVED:
    case JEV_RECEIVED_FROM:
      check_received(ring, slot, out);
      break;
    case JEV_ACCEPTED:
      if (out->result >= 0) {
        check_range(ring, out, out->value, sizeof(struct jev_address));
        check_address(ring, out->value);
      }
      break;
    case JEV_SENT:
      REQUIRE(out->value >= 0 && out->result <= 0);
      break;
    default:
      REQUIRE(out->result <= 0);
      break;
  }
}

static void check(const struct ring *ring, const struct jev_completion *out, struct refusals *of_slab,
                  int64_t *of_unknown) {
  REQUIRE(out->op >= JEV_READY && out->op <= JEV_FAILED);
  REQUIRE(out->op == JEV_FAILED ? out->flags <= JEV_DETACHED : (out->flags & ~JEV_COMP_TRUNCATED) == 0);
  struct slot *slot = slot_of(out->slot);
  if (out->op == JEV_SIGNALLED) {
    REQUIRE(out->result > 0);
    return;
  }
  if (out->op != JEV_FAILED) {
    REQUIRE(slot != NULL);
    check_of_slot(ring, slot, out);
    return;
  }
  const struct jev_submission refused = {.op = (uint16_t)out->aux};
  REQUIRE(is_refusal(out->result));
  if (!has_op(&refused)) {
    (*of_unknown)--;
  } else if (refused.op == JEV_OP_RETAIN || refused.op == JEV_OP_RELEASE) {
    of_slab->certain--;
  } else if (slot != NULL) {
    slot->refused[refused.op]++;
    slot->next_limit = slot->limit;
    slot->next_mask = slot->mask;
  }
}

static void check_kept(const struct ring *ring) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < kept_count; i++) {
    if (unsure[kept[i].buffer] || retained[kept[i].buffer] == 0) {
      continue;
    }
    REQUIRE(sum_of(ring, &kept[i]) == kept[i].sum);
    kept[count++] = kept[i];
  }
  kept_count = count;
}

void model_after(const struct ring *ring, int32_t result) {
  const struct jev_header *header = ring->header;
  struct refusals of_slab = {0, 0};
  int64_t of_unknown = 0;
  REQUIRE(result >= 0 && (uint32_t)result == header->completed);
  REQUIRE(header->completed <= header->completions_capacity && header->submitted <= submitted_count);
  REQUIRE(header->submitted == 0 || header->more == 1);
  left = header->submitted;
  uint32_t taken = submitted_count - left;
  REQUIRE(memcmp(submitted + taken, ring->submissions, left * sizeof *submitted) == 0);
  for (uint32_t i = 0; i < taken; i++) {
    take(&submitted[i]);
    if (submitted[i].op == JEV_OP_RETAIN || submitted[i].op == JEV_OP_RELEASE) {
      take_of_slab(ring, &submitted[i], &of_slab);
    }
    of_unknown += has_op(&submitted[i]) ? 0 : 1;
  }
  for (uint32_t i = 0; i < header->completed; i++) {
    check(ring, &ring->completions[i], &of_slab, &of_unknown);
  }
  REQUIRE(of_unknown == 0);
  REQUIRE(of_slab.certain <= 0 && of_slab.certain + of_slab.possible >= 0);
  check_kept(ring);
  for (uint32_t i = 0; i < MODEL_SLOTS; i++) {
    check_balance(&slots[i]);
    slots[i].limit = slots[i].next_limit;
    slots[i].mask = slots[i].next_mask;
    slots[i].received = 0;
    slots[i].changes = false;
  }
}
