/* What a run gets reported: see streams.h. */
#include "play.h"

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

static void keep(struct streams *s, const struct jev_completion *reported, const uint8_t *expected) {
  if (s->kept_count < s->max_kept && has_room(s) && one_in(s, 4)) {
    give(s, JEV_OP_RETAIN, 0, 0, reported->aux, 0, 0);
    s->kept[s->kept_count++] = (struct kept){.buffer = reported->aux,
                                             .bytes = s->ring.slab + reported->value,
                                             .expected = expected,
                                             .size = (uint32_t)reported->result};
  }
}

static void received(struct streams *s, struct end *end, const struct jev_completion *reported) {
  bool asked_now = end->asked_at > s->taken_before; /* so it may have begun once more, or not yet stopped */
  CHECK(end->receiving || end->began_again || asked_now);
  if (reported->result > 0) {
    end->received = (end->received_in == s->enters ? end->received : 0) + (uint32_t)reported->result;
    end->received_in = s->enters;
    CHECK(end->received <= (asked_now ? MAX_ASKED : end->limit));
    CHECK_EQ(reported->value / s->ring.header->buffer_size, reported->aux);
    CHECK(end->in_done + (uint32_t)reported->result <= end->in_size);
    CHECK(memcmp(s->ring.slab + reported->value, end->in + end->in_done, (size_t)reported->result) == 0);
    keep(s, reported, end->in + end->in_done);
    end->in_done += (uint32_t)reported->result;
    return;
  }
  bool expected = !end->in_over || end->failed || end->began_again || asked_now;
  end->began_again = end->receiving && asked_now; /* in one batch with what has ended */
  end->receiving = false;
  if (reported->result < 0) {
    ended(s, end, reported->result);
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

static void sent(struct streams *s, struct end *end, const struct jev_completion *reported) {
  CHECK(end->sending > 0);
  if (reported->result == -EINPROGRESS) {
    CHECK(end->quiet);
    end->quiet = false;
    return;
  }
  CHECK(reported->value <= end->sending);
  if (reported->result == -ECANCELED && end->cancelled) {
    end->out_done += (uint32_t)reported->value;
    end->sending = 0;
    return;
  }
  if (reported->result < 0) {
    end->sending = 0;
    end->out_over = true;
    ended(s, end, reported->result);
    return;
  }
  CHECK_EQ(reported->value, end->sending);
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

static void accepted(struct streams *s, const struct jev_completion *reported) {
  int error = errno_of(reported->result);
  if (error != 0) {
    CHECK(lacks_memory(s, error) || lacks_descriptors(s, error));
    s->accepting = false;
    return;
  }
  const struct jev_address *peer = (const struct jev_address *)(const void *)(s->ring.slab + reported->value);
  struct end *client = client_of(s, peer);
  if (client == NULL) {
    CHECK(s->orphans > 0);
    jev_close(reported->result);
    return;
  }
  struct end *server = other(s, client);
  CHECK_EQ(server->state, UNUSED);
  server->state = NEW;
  server->fd = reported->result;
  faults_new_descriptor(server->fd);
}

static void failed(struct streams *s, struct end *end, const struct jev_completion *reported) {
  CHECK(lacks_memory(s, errno_of(reported->result)));
  if (reported->aux == JEV_OP_ATTACH) {
    end->state = NEW;
  } else {
    CHECK_EQ(reported->aux, JEV_OP_SEND);
    end->sending = 0;
  }
}

static void detached(struct end *end, const struct jev_completion *reported) {
  CHECK_EQ(end->state, DETACHING);
  CHECK_EQ(reported->result, 0);
  end->state = UNUSED;
}

/* Without memory for its slot it is attached once more, and has not begun to accept. */
static void take_of_listener(struct streams *s, const struct jev_completion *reported) {
  if (reported->op == JEV_FAILED) {
    CHECK(lacks_memory(s, errno_of(reported->result)) ||
          (reported->result == -ENOENT && reported->aux == JEV_OP_ACCEPT));
    s->listens = s->listens && reported->aux == JEV_OP_ACCEPT;
    s->accepting = false;
    return;
  }
  CHECK_EQ(reported->op, JEV_ACCEPTED);
  accepted(s, reported);
}

void play_take(struct streams *s, const struct jev_completion *reported) {
  if (reported->slot == LISTENER) {
    take_of_listener(s, reported);
    return;
  }
  CHECK(reported->slot < ENDS);
  struct end *end = &s->ends[reported->slot];
  CHECK(end->state == OPEN || end->state == DETACHING || reported->op == JEV_FAILED);
  switch (reported->op) {
    case JEV_RECEIVED:
      received(s, end, reported);
      break;
    case JEV_SENT:
      sent(s, end, reported);
      break;
    case JEV_CONNECTED:
      CHECK(end->connecting);
      if (reported->result != 0) {
        ended(s, end, reported->result);
      }
      break;
    case JEV_SHUT:
      CHECK(end->shutting);
      end->out_over = true;
      if (reported->result != 0) {
        ended(s, end, reported->result);
      }
      break;
    case JEV_DETACHED:
      detached(end, reported);
      break;
    case JEV_FAILED:
      failed(s, end, reported);
      break;
    default:
      fail(__FILE__, __LINE__, "a completion that was asked for");
  }
}
