/*
 * What the parts of a run share: streams.c enters and restarts, play_act.c acts by chance,
 * play_completions.c checks completions.
 */
#ifndef JEVENT_FAULTS_PLAY_H
#define JEVENT_FAULTS_PLAY_H

#include "../support.h"
#include "faults.h"

enum {
  CONNECTIONS = 4, /* at a time */
  ENDS = 2 * CONNECTIONS,
  LISTENER = ENDS, /* its slot */
  CONTENT = 1 << 19,
  MAX_BYTES = 120000,
  MAX_VECTORS = 80,
  MAX_KEPT = 8,
  MAX_ASKED = 65536,
  PATIENT = 10 /* seconds without any completion */
};

enum state { UNUSED, NEW, ATTACHING, OPEN, DETACHING };
enum kind { LOCAL, TCP, PIPE, KINDS };

/* One end of a connection; its number is its slot. */
struct end { /* NOLINT: in the order of use */
  enum state state;
  enum kind kind;
  int32_t fd;
  uint64_t attached_at; /* the number of the submission */
  bool connects;
  bool connecting;
  bool failed;
  bool disturbed; /* the other end was closed before its time */
  const uint8_t *out;
  uint32_t out_size;
  uint32_t out_done;
  uint32_t sending; /* bytes */
  uint64_t sending_at;
  bool quiet;
  bool cancelled; /* the send, which may have ended before */
  bool shutting;
  bool out_over;
  const uint8_t *in;
  uint32_t in_size;
  uint32_t in_done;
  bool receiving;
  uint64_t asked_at; /* the last submission that begins or stops it */
  bool began_again;
  uint32_t limit;       /* of what is asked for */
  uint64_t received_in; /* which enter */
  uint32_t received;    /* in it */
  bool in_over;
  struct jev_vec vectors[MAX_VECTORS];
};

/* A buffer that is retained, and what is in it. */
struct kept {
  uint32_t buffer;
  const uint8_t *bytes;
  const uint8_t *expected;
  uint32_t size;
};

struct streams {
  struct ring ring;
  uint64_t chance;
  uint32_t kinds;
  uint64_t submitted; /* submissions ever */
  uint64_t taken;
  uint64_t taken_before; /* the last enter */
  uint64_t enters;
  int left; /* connections to begin */
  int orphans;
  int moves; /* of a hundred enters, to another thread */
  int32_t listener;
  bool listens; /* has been attached */
  bool accepting;
  struct jev_address address;
  struct end ends[ENDS];
  struct kept kept[MAX_KEPT];
  uint32_t kept_count;
  uint32_t max_kept;
};

/* What is sent, as bytes and as a file. */
extern uint8_t play_content[CONTENT];
extern int32_t play_file;

/* Submits by chance, begins connections, keeps and releases buffers. */
void play_act(struct streams *s);
/* Gives the buffer back that was kept last. */
void play_release(struct streams *s);
/* Checks a completion against what the streams know. */
void play_take(struct streams *s, const struct jev_completion *reported);

static inline uint32_t up_to(struct streams *s, uint32_t max) {
  s->chance = s->chance * 6364136223846793005U + 1442695040888963407U;
  return (uint32_t)(s->chance >> 33) % max;
}

static inline bool one_in(struct streams *s, uint32_t max) { return up_to(s, max) == 0; }

static inline bool may(const struct streams *s, enum fault kind) { return (s->kinds & FAULT_BIT(kind)) != 0; }

static inline bool lacks_memory(const struct streams *s, int error) {
  return may(s, FAULT_MEMORY) && (error == ENOMEM || error == ENOBUFS || error == ENOSPC);
}

static inline bool lacks_descriptors(const struct streams *s, int error) {
  return may(s, FAULT_DESCRIPTORS) && (error == EMFILE || error == ENFILE);
}

/* What failed for lack of something is tried again. */
static inline bool again(const struct streams *s, int64_t result) {
  CHECK(result >= 0 || lacks_memory(s, errno_of(result)) || lacks_descriptors(s, errno_of(result)));
  return result < 0;
}

static inline int number_of(const struct streams *s, const struct end *end) { return (int)(end - s->ends); }

static inline struct end *other(struct streams *s, const struct end *end) {
  return &s->ends[number_of(s, end) ^ 1];
}

/* ---- submissions ---- */

static inline bool has_room(const struct streams *s) {
  return s->ring.header->submitted < s->ring.header->submissions_capacity;
}

static inline uint64_t give(struct streams *s, uint16_t op, uint16_t flags, int slot, int64_t a, int64_t b,
                            int64_t c) {
  submit(&s->ring, op, flags, (uint32_t)slot, a, b, c);
  return ++s->submitted;
}

static inline void detach_end(struct streams *s, struct end *end) {
  CHECK(end->failed || !faults_any_fatal(end->fd));
  give(s, JEV_OP_DETACH, JEV_FLAG_CLOSE, number_of(s, end), 0, 0, 0);
  end->state = DETACHING;
}

/* Nothing more is expected of it. */
static inline void give_up(struct streams *s, struct end *end) {
  struct end *peer = other(s, end);
  end->in_over = true;
  end->out_over = true;
  peer->disturbed = true;
  if (peer->state == UNUSED && end->connects) {
    s->orphans++; /* it may be accepted still */
  }
}

#endif
