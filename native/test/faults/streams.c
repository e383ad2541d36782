/* See streams.h. One thread acts by chance: it sends, receives, stops, keeps buffers, shuts down and closes.
 */
#include "streams.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../support.h"
#include "faults.h"

enum {
  CONNECTIONS = 4, /* at a time */
  ENDS = 2 * CONNECTIONS,
  LISTENER = ENDS, /* its slot */
  CONTENT = 1 << 19,
  MOST_BYTES = 120000,
  MOST_VECTORS = 80,
  MOST_KEPT = 8,
  MOST_ASKED = 65536,
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
  bool lazy;
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
  struct jev_vec vectors[MOST_VECTORS];
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
  struct kept kept[MOST_KEPT];
  uint32_t kept_count;
  uint32_t most_kept;
};

static uint8_t content[CONTENT];
static int32_t content_file = -1;

static uint32_t up_to(struct streams *s, uint32_t most) {
  s->chance = s->chance * 6364136223846793005U + 1442695040888963407U;
  return (uint32_t)(s->chance >> 33) % most;
}

static bool one_in(struct streams *s, uint32_t most) { return up_to(s, most) == 0; }

static void make_content(void) {
  if (content_file >= 0) {
    return;
  }
  struct streams dice = {.chance = 1};
  for (uint32_t i = 0; i < CONTENT; i++) {
    content[i] = (uint8_t)up_to(&dice, 256);
  }
  content_file = memfd_create("content", MFD_CLOEXEC);
  CHECK_EQ(write(content_file, content, CONTENT), CONTENT);
}

static bool may(const struct streams *s, enum fault kind) { return (s->kinds & FAULT_BIT(kind)) != 0; }

static bool lacks_memory(const struct streams *s, int error) {
  return may(s, FAULT_MEMORY) && (error == ENOMEM || error == ENOBUFS || error == ENOSPC);
}

static bool lacks_descriptors(const struct streams *s, int error) {
  return may(s, FAULT_DESCRIPTORS) && (error == EMFILE || error == ENFILE);
}

/* What failed for want of something is tried again. */
static bool again(const struct streams *s, int64_t result) {
  CHECK(result >= 0 || lacks_memory(s, errno_of(result)) || lacks_descriptors(s, errno_of(result)));
  return result < 0;
}

static int number_of(const struct streams *s, const struct end *end) { return (int)(end - s->ends); }

static struct end *other(struct streams *s, const struct end *end) { return &s->ends[number_of(s, end) ^ 1]; }

/* ---- submissions ---- */

static bool has_room(const struct streams *s) {
  return s->ring.header->submitted < s->ring.header->submissions_capacity;
}

static uint64_t give(struct streams *s, uint16_t op, uint16_t flags, int slot, int64_t a, int64_t b,
                     int64_t c) {
  submit(&s->ring, op, flags, (uint32_t)slot, a, b, c);
  return ++s->submitted;
}

static void detach_end(struct streams *s, struct end *end) {
  CHECK(end->failed || !faults_any_fatal(end->fd));
  give(s, JEV_OP_DETACH, JEV_FLAG_CLOSE, number_of(s, end), 0, 0, 0);
  end->state = DETACHING;
}

/* Nothing more is expected of it. */
static void give_up(struct streams *s, struct end *end) {
  struct end *peer = other(s, end);
  end->in_over = true;
  end->out_over = true;
  peer->disturbed = true;
  if (peer->state == UNUSED && end->connects) {
    s->orphans++; /* it may be accepted still */
  }
}

/* ---- beginning ---- */

static void describe(struct streams *s, struct end *end, enum kind kind, int32_t fd) {
  *end = (struct end){.state = NEW, .kind = kind, .fd = fd};
  end->out_size = one_in(s, 8) ? 0 : 1 + up_to(s, one_in(s, 2) ? 2000 : MOST_BYTES);
  end->out = content + up_to(s, CONTENT - MOST_BYTES);
}

static void know_each_other(struct end *a, struct end *b) {
  a->in = b->out;
  a->in_size = b->out_size;
  b->in = a->out;
  b->in_size = a->out_size;
}

static void begin_pipe(struct streams *s, struct end *reads, struct end *writes) {
  int32_t fds[2];
  while (again(s, jev_pipe(at(fds)))) {
  }
  describe(s, reads, PIPE, fds[0]);
  describe(s, writes, PIPE, fds[1]);
  reads->out_size = 0;
  reads->out_over = true;
  writes->in_over = true;
  know_each_other(reads, writes);
}

static void begin_pair(struct streams *s, struct end *a, struct end *b) {
  int32_t fds[2];
  while (again(s, jev_socketpair(JEV_FAMILY_UNIX, JEV_STREAM, at(fds)))) {
  }
  describe(s, a, LOCAL, fds[0]);
  describe(s, b, LOCAL, fds[1]);
  know_each_other(a, b);
}

static void begin_connecting(struct streams *s, struct end *client, struct end *server) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  while (again(s, fd)) {
    fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  }
  describe(s, client, TCP, fd);
  describe(s, server, TCP, -1);
  client->connects = true;
  know_each_other(client, server);
  server->state = UNUSED;
}

static void begin(struct streams *s, struct end *a, struct end *b) {
  s->left--;
  switch ((enum kind)up_to(s, KINDS)) {
    case PIPE:
      begin_pipe(s, a, b);
      break;
    case TCP:
      begin_connecting(s, a, b);
      break;
    default:
      begin_pair(s, a, b);
      break;
  }
}

/* ---- acting ---- */

static void send_file(struct streams *s, struct end *end, uint32_t size) {
  end->sending_at =
      give(s, JEV_OP_SEND_FILE, 0, number_of(s, end), content_file, end->out - content + end->out_done, size);
  end->sending = size;
}

static void send_vector(struct streams *s, struct end *end, uint32_t size, uint16_t flags) {
  uint32_t count = 1 + up_to(s, MOST_VECTORS);
  uint32_t given = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = i == count - 1 ? size - given : up_to(s, 1 + 2 * (size - given) / count);
    length = length < size - given ? length : size - given;
    end->vectors[i] = (struct jev_vec){.address = at(end->out + end->out_done + given), .length = length};
    given += length;
  }
  end->sending_at = give(s, JEV_OP_SEND, (uint16_t)(JEV_FLAG_VECTOR | flags), number_of(s, end),
                         at(end->vectors), count, 0);
  end->sending = size;
}

static void send_some(struct streams *s, struct end *end) {
  uint32_t left = end->out_size - end->out_done;
  uint32_t size = one_in(s, 3) ? left : 1 + up_to(s, left);
  uint16_t flags = one_in(s, 2) ? JEV_FLAG_LAZY : 0;
  end->lazy = false;
  if (one_in(s, 4)) {
    send_file(s, end, size);
    return;
  }
  end->lazy = flags != 0;
  if (one_in(s, 3)) {
    send_vector(s, end, size, flags);
    return;
  }
  end->sending_at = give(s, JEV_OP_SEND, flags, number_of(s, end), at(end->out + end->out_done), size, 0);
  end->sending = size;
}

static void receive_or_stop(struct streams *s, struct end *end) {
  if (end->receiving && one_in(s, 8)) {
    end->asked_at = give(s, JEV_OP_RECEIVE, 0, number_of(s, end), 0, 0, 0);
    end->receiving = false;
  } else if (!end->receiving || one_in(s, 8)) {
    end->limit = one_in(s, 3) ? 1 + up_to(s, 3000) : one_in(s, 2) ? 16384 : MOST_ASKED;
    end->asked_at = give(s, JEV_OP_RECEIVE, 0, number_of(s, end), end->limit, 0, 0);
    end->receiving = true;
  }
}

static void act_open(struct streams *s, struct end *end) {
  if (!end->in_over && has_room(s) && one_in(s, 2)) {
    receive_or_stop(s, end);
  }
  if (end->sending == 0 && end->out_done < end->out_size && !end->out_over && has_room(s) && !one_in(s, 3)) {
    send_some(s, end);
  } else if (end->out_done == end->out_size && !end->shutting && !end->out_over && has_room(s)) {
    end->shutting = end->kind != PIPE;
    end->out_over = end->kind == PIPE;
    if (end->shutting) {
      give(s, JEV_OP_SHUTDOWN, 0, number_of(s, end), 2, 0, 0);
    }
  }
  if (end->in_over && end->out_over && has_room(s)) {
    detach_end(s, end);
  }
}

static void act_end(struct streams *s, struct end *end) {
  if (end->state == NEW && has_room(s)) {
    end->attached_at = give(s, JEV_OP_ATTACH, 0, number_of(s, end), end->fd, 0, 0);
    end->state = ATTACHING;
  } else if (end->state == OPEN && end->connects && !end->connecting) {
    if (has_room(s)) {
      end->connecting = true;
      give(s, JEV_OP_CONNECT, 0, number_of(s, end), at(&s->address), 0, 0);
    }
  } else if (end->state == OPEN) {
    act_open(s, end);
  }
}

static void release_one(struct streams *s) {
  const struct kept *kept = &s->kept[--s->kept_count];
  CHECK(memcmp(kept->bytes, kept->expected, kept->size) == 0); /* still the same */
  give(s, JEV_OP_RELEASE, 0, 0, kept->buffer, 0, 0);
}

static bool pair_is_free(const struct streams *s, int first) {
  return s->ends[first].state == UNUSED && s->ends[first + 1].state == UNUSED;
}

static void act(struct streams *s) {
  for (int i = 0; i < ENDS; i += 2) {
    if (s->left > 0 && pair_is_free(s, i) && one_in(s, 2)) {
      begin(s, &s->ends[i], &s->ends[i + 1]);
    }
  }
  for (int i = 0; i < ENDS; i++) {
    act_end(s, &s->ends[i]);
  }
  if (has_room(s) && !s->listens) {
    s->listens = true;
    give(s, JEV_OP_ATTACH, 0, LISTENER, s->listener, 0, 0);
  }
  if (has_room(s) && (!s->accepting || one_in(s, 30))) {
    s->accepting = !s->accepting;
    give(s, JEV_OP_ACCEPT, 0, LISTENER, s->accepting ? 1 : 0, 0, 0);
  }
  if (has_room(s) && s->kept_count > 0 && one_in(s, 4)) {
    release_one(s);
  }
  if (one_in(s, 20)) {
    CHECK_EQ(jev_wakeup(s->ring.handle), 0);
  }
}

/* ---- completions ---- */

/* The stream ends with an error: which must be that stream's, by name. */
static void ended(struct streams *s, struct end *end, int32_t result) {
  int error = errno_of(result);
  bool reset = error == ECONNRESET || error == EPIPE || error == ENOTCONN;
  bool refused = reset && may(s, FAULT_MEMORY) && end->connects && other(s, end)->state == UNUSED;
  if (!faults_fatal(end->fd, error) && !(end->disturbed && reset) && !refused && !lacks_memory(s, error)) {
    check_equal(__FILE__, __LINE__, "the error of a stream that met none", error, 0);
  }
  end->failed = true;
  if (end->state == OPEN) {
    give_up(s, end);
  }
}

static void keep(struct streams *s, const struct jev_completion *told, const uint8_t *expected) {
  if (s->kept_count < s->most_kept && has_room(s) && one_in(s, 4)) {
    give(s, JEV_OP_RETAIN, 0, 0, told->aux, 0, 0);
    s->kept[s->kept_count++] = (struct kept){.buffer = told->aux,
                                             .bytes = s->ring.slab + told->value,
                                             .expected = expected,
                                             .size = (uint32_t)told->result};
  }
}

static void received(struct streams *s, struct end *end, const struct jev_completion *told) {
  bool asked_now = end->asked_at > s->taken_before; /* so it may have begun once more, or not yet stopped */
  CHECK(end->receiving || end->began_again || asked_now);
  if (told->result > 0) {
    end->received = (end->received_in == s->enters ? end->received : 0) + (uint32_t)told->result;
    end->received_in = s->enters;
    CHECK(end->received <= (asked_now ? MOST_ASKED : end->limit));
    CHECK_EQ(told->value / s->ring.header->buffer_size, told->aux);
    CHECK(end->in_done + (uint32_t)told->result <= end->in_size);
    CHECK(memcmp(s->ring.slab + told->value, end->in + end->in_done, (size_t)told->result) == 0);
    keep(s, told, end->in + end->in_done);
    end->in_done += (uint32_t)told->result;
    return;
  }
  bool expected = !end->in_over || end->failed || end->began_again || asked_now;
  end->began_again = end->receiving && asked_now; /* in one batch with what has ended */
  end->receiving = false;
  if (told->result < 0) {
    ended(s, end, told->result);
  } else if (end->state == OPEN) {
    bool cut = end->disturbed || (may(s, FAULT_MEMORY) && end->connects && other(s, end)->state == UNUSED);
    CHECK(end->in_done == end->in_size || cut);
    CHECK(expected);
    end->in_over = true;
    if (end->in_done < end->in_size) {
      give_up(s, end);
    }
  }
}

static void sent(struct streams *s, struct end *end, const struct jev_completion *told) {
  CHECK(end->sending > 0);
  if (told->result == -EINPROGRESS) {
    CHECK(end->lazy);
    end->lazy = false;
    return;
  }
  CHECK(told->value <= end->sending);
  if (told->result < 0) {
    end->sending = 0;
    end->out_over = true;
    ended(s, end, told->result);
    return;
  }
  CHECK_EQ(told->value, end->sending);
  end->out_done += end->sending;
  end->sending = 0;
}

static struct end *client_of(struct streams *s, const struct jev_address *peer) {
  for (int i = 0; i < ENDS; i += 2) {
    struct end *client = &s->ends[i];
    struct jev_address local;
    if (client->connects && client->state == OPEN && !client->in_over &&
        jev_local_address(client->fd, at(&local)) == 0 && local.port == peer->port) {
      return client;
    }
  }
  return NULL;
}

static void accepted(struct streams *s, const struct jev_completion *told) {
  int error = errno_of(told->result);
  if (error != 0) {
    CHECK(lacks_memory(s, error) || lacks_descriptors(s, error));
    s->accepting = false;
    return;
  }
  const struct jev_address *peer = (const struct jev_address *)(const void *)(s->ring.slab + told->value);
  struct end *client = client_of(s, peer);
  if (client == NULL) {
    CHECK(s->orphans > 0);
    jev_close(told->result);
    return;
  }
  struct end *server = other(s, client);
  CHECK_EQ(server->state, UNUSED);
  server->state = NEW;
  server->fd = told->result;
  faults_new_descriptor(server->fd);
}

static void failed(struct streams *s, struct end *end, const struct jev_completion *told) {
  CHECK(lacks_memory(s, errno_of(told->result)));
  if (told->aux == JEV_OP_ATTACH) {
    end->state = NEW;
  } else {
    CHECK_EQ(told->aux, JEV_OP_SEND);
    end->sending = 0;
  }
}

static void detached(struct end *end, const struct jev_completion *told) {
  CHECK_EQ(end->state, DETACHING);
  CHECK_EQ(told->result, 0);
  end->state = UNUSED;
}

/* Without memory for its slot it is attached once more, and has not begun to accept. */
static void take_of_listener(struct streams *s, const struct jev_completion *told) {
  if (told->op == JEV_FAILED) {
    CHECK(lacks_memory(s, errno_of(told->result)) || (told->result == -ENOENT && told->aux == JEV_OP_ACCEPT));
    s->listens = s->listens && told->aux == JEV_OP_ACCEPT;
    s->accepting = false;
    return;
  }
  CHECK_EQ(told->op, JEV_ACCEPTED);
  accepted(s, told);
}

static void take(struct streams *s, const struct jev_completion *told) {
  if (told->slot == LISTENER) {
    take_of_listener(s, told);
    return;
  }
  CHECK(told->slot < ENDS);
  struct end *end = &s->ends[told->slot];
  CHECK(end->state == OPEN || end->state == DETACHING || told->op == JEV_FAILED);
  switch (told->op) {
    case JEV_RECEIVED:
      received(s, end, told);
      break;
    case JEV_SENT:
      sent(s, end, told);
      break;
    case JEV_CONNECTED:
      CHECK(end->connecting);
      if (told->result != 0) {
        ended(s, end, told->result);
      }
      break;
    case JEV_SHUT:
      CHECK(end->shutting);
      end->out_over = true;
      if (told->result != 0) {
        ended(s, end, told->result);
      }
      break;
    case JEV_DETACHED:
      detached(end, told);
      break;
    case JEV_FAILED:
      failed(s, end, told);
      break;
    default:
      fail(__FILE__, __LINE__, "a completion that was asked for");
  }
}

/* ---- entering ---- */

struct entry {
  struct streams *streams;
  int64_t timeout;
  int32_t result;
};

static void enter_here(void *argument) {
  struct entry *entry = argument;
  entry->result = jev_enter(entry->streams->ring.handle, entry->timeout);
}

static void settle(struct streams *s) {
  for (int i = 0; i < ENDS; i++) {
    struct end *end = &s->ends[i];
    if (end->state == ATTACHING && end->attached_at <= s->taken) {
      end->state = OPEN;
    }
    if (end->sending > 0 && end->lazy && end->sending_at <= s->taken) {
      end->out_done += end->sending; /* nothing was said of it */
      end->sending = 0;
    }
  }
}

static int32_t enter_once(struct streams *s, int64_t timeout) {
  struct entry entry = {.streams = s, .timeout = timeout};
  if ((int)up_to(s, 100) < s->moves) {
    join_thread(start_thread(enter_here, &entry));
  } else {
    enter_here(&entry);
  }
  if (again(s, entry.result)) {
    entry.result = 0;
  } else {
    CHECK_EQ(s->ring.header->completed, entry.result);
  }
  s->enters++;
  s->taken_before = s->taken;
  s->taken = s->submitted - s->ring.header->submitted;
  for (int32_t i = 0; i < entry.result; i++) {
    take(s, &s->ring.completions[i]);
  }
  settle(s);
  return entry.result;
}

/* ---- one seed ---- */

static bool is_over(const struct streams *s) {
  for (int i = 0; i < ENDS; i++) {
    if (s->ends[i].state != UNUSED) {
      return false;
    }
  }
  return s->left == 0;
}

static void describe_all(const struct streams *s) {
  for (int i = 0; i < ENDS; i++) {
    const struct end *end = &s->ends[i];
    fprintf(stderr, "end %d: kind %d state %d fd %d out %u/%u%s%s sending %u in %u/%u%s%s%s\n", i,
            (int)end->kind, (int)end->state, (int)end->fd, end->out_done, end->out_size,
            end->shutting ? " shutting" : "", end->out_over ? " over" : "", end->sending, end->in_done,
            end->in_size, end->receiving ? " receiving" : "", end->in_over ? " over" : "",
            end->disturbed ? " disturbed" : "");
  }
}

static void open_ring_by_chance(struct streams *s) {
  static const int32_t ENTRIES[] = {8, 32, 256};
  static const int32_t BUFFERS[] = {1, 2, 8, 16, 64};
  static const int32_t SIZES[] = {1024, 2048, 4096, 16384};
  int32_t entries = ENTRIES[up_to(s, 3)];
  int32_t buffers = BUFFERS[up_to(s, 5)];
  int32_t size = SIZES[up_to(s, 4)];
  static const uint32_t TINY[] = {0, 0, 1, 4, 32};
  faults_tiny_rings(TINY[up_to(s, 5)]);
  int64_t handle = jev_create(test_engine(), entries, buffers, size, test_flags());
  while (again(s, handle)) {
    handle = jev_create(test_engine(), entries, buffers, size, test_flags());
  }
  s->ring = ring_of(handle);
  s->most_kept = up_to(s, buffers < MOST_KEPT ? (uint32_t)buffers + 1 : MOST_KEPT + 1);
  s->left = 2 + (int)up_to(s, 8);
  s->moves = one_in(s, 8) ? 10 : 0;
}

static void close_all(struct streams *s) {
  while (s->kept_count > 0) {
    while (!has_room(s)) {
      enter_once(s, 0);
    }
    release_one(s);
  }
  faults_stop();
  jev_destroy(s->ring.handle);
  CHECK_EQ(jev_close(s->listener), 0);
}

void run_streams(uint64_t seed, uint32_t rate, uint32_t kinds) {
  static struct streams streams;
  struct streams *s = &streams;
  make_content();
  *s = (struct streams){.chance = seed, .kinds = kinds};
  up_to(s, 2);
  s->listener = listen_on_loopback(&s->address);
  faults_start(seed, rate, kinds);
  open_ring_by_chance(s);
  int64_t last = now();
  while (!is_over(s)) {
    act(s);
    if (enter_once(s, one_in(s, 2) ? 0 : 1000000 * (int64_t)(1 + up_to(s, 5))) > 0) {
      last = now();
    } else if (now() - last > (int64_t)PATIENT * SECOND) {
      describe_all(s);
      fail(__FILE__, __LINE__, "something goes on");
    }
  }
  close_all(s);
}
