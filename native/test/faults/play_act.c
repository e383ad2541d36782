/* What a run does: see streams.h. */
#include "play.h"

/* ---- beginning ---- */

static void describe(struct streams *s, struct end *end, enum kind kind, int32_t fd) {
  *end = (struct end){.state = NEW, .kind = kind, .fd = fd};
  end->out_size = one_in(s, 8) ? 0 : 1 + up_to(s, one_in(s, 2) ? 2000 : MAX_BYTES);
  end->out = play_content + up_to(s, CONTENT - MAX_BYTES);
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
  end->sending_at = give(s, JEV_OP_SEND_FILE, 0, number_of(s, end), play_file,
                         end->out - play_content + end->out_done, size);
  end->sending = size;
}

static void send_vector(struct streams *s, struct end *end, uint32_t size, uint16_t flags) {
  uint32_t count = 1 + up_to(s, MAX_VECTORS);
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
  uint16_t flags = one_in(s, 2) ? JEV_FLAG_QUIET : 0;
  end->quiet = false;
  end->cancelled = false;
  if (one_in(s, 4)) {
    send_file(s, end, size);
    return;
  }
  end->quiet = flags != 0;
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
    end->limit = one_in(s, 3) ? 1 + up_to(s, 3000) : one_in(s, 2) ? 16384 : MAX_ASKED;
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
  } else if (end->sending > 0 && test_engine() != JEV_ENGINE_IOCP && has_room(s) && one_in(s, 16)) {
    end->cancelled = true;
    give(s, JEV_OP_CANCEL_SEND, 0, number_of(s, end), 0, 0, 0);
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

void play_release(struct streams *s) {
  const struct kept *kept = &s->kept[--s->kept_count];
  CHECK(memcmp(kept->bytes, kept->expected, kept->size) == 0); /* still the same */
  give(s, JEV_OP_RELEASE, 0, 0, kept->buffer, 0, 0);
}

static bool pair_is_free(const struct streams *s, int first) {
  return s->ends[first].state == UNUSED && s->ends[first + 1].state == UNUSED;
}

void play_act(struct streams *s) {
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
    play_release(s);
  }
  if (one_in(s, 20)) {
    CHECK_EQ(jev_wakeup(s->ring.handle), 0);
  }
}
