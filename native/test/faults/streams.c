/* See streams.h. One thread acts by chance: it sends, receives, stops, keeps buffers, shuts down and closes.
 */
#include "streams.h"

#include <sys/mman.h>
#include <unistd.h>

#include "play.h"

uint8_t play_content[CONTENT];
int32_t play_file = -1;

static void make_content(void) {
  if (play_file >= 0) {
    return;
  }
  struct streams dice = {.chance = 1};
  for (uint32_t i = 0; i < CONTENT; i++) {
    play_content[i] = (uint8_t)up_to(&dice, 256);
  }
  play_file = memfd_create("content", MFD_CLOEXEC);
  CHECK_EQ(write(play_file, play_content, CONTENT), CONTENT);
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
    if (end->sending > 0 && end->quiet && end->sending_at <= s->taken) {
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
    play_take(s, &s->ring.completions[i]);
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
  s->max_kept = up_to(s, buffers < MAX_KEPT ? (uint32_t)buffers + 1 : MAX_KEPT + 1);
  s->left = 2 + (int)up_to(s, 8);
  s->moves = one_in(s, 8) ? 10 : 0;
}

static void close_all(struct streams *s) {
  while (s->kept_count > 0) {
    while (!has_room(s)) {
      enter_once(s, 0);
    }
    play_release(s);
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
    play_act(s);
    if (enter_once(s, one_in(s, 2) ? 0 : 1000000 * (int64_t)(1 + up_to(s, 5))) > 0) {
      last = now();
    } else if (now() - last > (int64_t)PATIENT * SECOND) {
      describe_all(s);
      fail(__FILE__, __LINE__, "something goes on");
    }
  }
  close_all(s);
}
