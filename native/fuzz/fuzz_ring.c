/*
 * Anything that Java could write into a ring, and anything the peers may do meanwhile. Checked: no crash, no
 * access out of bounds, and what the contract promises of completions.
 *
 * Pointers lead to memory of this program, with lengths that it has; descriptors belong to the program, are
 * closed, or are none. JEVENT_TEST_ENGINE is the code of the engine, epoll's if it is not set.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "descriptors.h"
#include "model.h"

enum {
  MEMORY = 1 << 16,
  RECORDS = (1 << 20) + 1, /* more than the shim takes */
  FILLED_RECORDS = 64,
  ADDRESSES = 4,
  PATIENCE = 4000,
  MOMENT = 1000000
};

static uint8_t memory[MEMORY];
static struct jev_vec records[RECORDS];
static struct jev_address addresses[ADDRESSES];
static struct ring ring;

static int64_t at(const void *object) { return (int64_t)(uintptr_t)object; }

/* The blocks of rings have the sanitizer's red zones around them. The linker puts these in the place of
 * jev_map and jev_unmap. */
void *__wrap_jev_map(size_t size);
void __wrap_jev_unmap(void *block, size_t size);

void *__wrap_jev_map(size_t size) {
  enum { PAGE = 4096 };
  void *block = NULL;
  if (posix_memalign(&block, PAGE, size) == 0) {
    memset(block, 0, size);
  }
  return block;
}

void __wrap_jev_unmap(void *block, size_t size) {
  (void)size;
  free(block);
}

static int32_t engine(void) {
  const char *code = getenv("JEVENT_TEST_ENGINE");
  return code == NULL ? JEV_ENGINE_EPOLL : (int32_t)strtol(code, NULL, 10);
}

/* ---- memory ---- */

static int64_t take_length(struct input *input, int64_t max) {
  int64_t length = take_number(input);
  return length <= max ? length : length % (max + 1);
}

/* Addresses that the contract refuses, or of memory with that many bytes. */
static int64_t take_pointer(struct input *input, const void *start) {
  uint8_t choice = take_byte(input);
  return choice < 0xf0 ? at(start) : choice < 0xf8 ? 0 : -(int64_t)choice;
}

static void fill_memory(struct input *input) {
  for (uint32_t i = 0; i < ADDRESSES; i++) {
    take_address(input, &addresses[i]);
  }
  uint8_t count = take_byte(input) % (FILLED_RECORDS + 1);
  for (uint32_t i = 0; i < FILLED_RECORDS; i++) {
    records[i] = (struct jev_vec){0, 0};
    if (i < count) {
      records[i].length = take_length(input, MEMORY);
      records[i].address = take_pointer(input, memory);
    }
  }
}

/* ---- submissions ---- */

static uint32_t take_slot(struct input *input) {
  static const uint32_t none[] = {1 << 24, UINT32_MAX, INT32_MAX, (1 << 24) + 1};
  uint8_t choice = take_byte(input);
  return choice < 0xf0 ? model_slot(choice) : none[choice % (sizeof none / sizeof *none)];
}

static uint16_t take_op(struct input *input) {
  enum { KNOWN = 240, OPERATIONS = JEV_OP_RELEASE + 1 };
  uint8_t choice = take_byte(input);
  return choice < KNOWN ? choice % OPERATIONS : (uint16_t)take_number(input);
}

static void submit(struct input *input) {
  struct jev_header *header = ring.header;
  if (header->submitted >= header->submissions_capacity) {
    return;
  }
  struct jev_submission record = {.op = take_op(input)};
  record.flags = take_byte(input);
  record.slot = take_slot(input);
  bool vector = (record.flags & JEV_FLAG_VECTOR) != 0;
  switch (record.op) {
    case JEV_OP_ATTACH:
      record.a = take_descriptor(input);
      break;
    case JEV_OP_SEND_TO:
      record.c = take_pointer(input, &addresses[take_byte(input) % ADDRESSES]);
      /* fall through */
    case JEV_OP_SEND:
      record.a = take_pointer(input, vector ? (void *)records : memory);
      record.b = vector ? take_number(input) : take_length(input, MEMORY);
      break;
    case JEV_OP_SEND_FILE:
      record.a = take_descriptor(input);
      record.b = take_number(input);
      record.c = take_number(input);
      break;
    case JEV_OP_CONNECT:
      record.a = take_pointer(input, &addresses[take_byte(input) % ADDRESSES]);
      break;
    default:
      record.a = take_number(input);
      record.b = take_number(input);
      record.c = take_number(input);
      break;
  }
  ring.submissions[header->submitted++] = record;
}

static void submit_of_slab(struct input *input, uint16_t op) {
  struct jev_header *header = ring.header;
  if (header->submitted < header->submissions_capacity) {
    ring.submissions[header->submitted++] =
        (struct jev_submission){.op = op, .a = take_byte(input) % header->buffer_count};
  }
}

/* ---- entering ---- */

static void *enter_there(void *timeout) {
  static int32_t result;
  result = jev_enter(ring.handle, *(const int64_t *)timeout);
  return &result;
}

static void enter(int64_t timeout, bool elsewhere) {
  int32_t result;
  model_before(&ring);
  if (elsewhere) {
    pthread_t thread;
    void *answer;
    REQUIRE(pthread_create(&thread, NULL, enter_there, &timeout) == 0);
    pthread_join(thread, &answer);
    result = *(const int32_t *)answer;
  } else {
    result = jev_enter(ring.handle, timeout);
  }
  model_after(&ring, result);
  for (int32_t i = 0; i < result; i++) {
    if (ring.completions[i].op == JEV_ACCEPTED && ring.completions[i].result >= 0) {
      attach_descriptor(ring.completions[i].result);
    }
  }
}

static void enter_for(struct input *input) {
  static const int64_t moments[] = {0, 0, 1, 1000, 20000};
  static const int64_t ages[] = {-1, INT64_MIN, INT64_MAX, INT32_MAX};
  uint8_t choice = take_byte(input);
  bool elsewhere = choice % 32 == 31;
  if (choice < 0xe0) {
    enter(moments[choice % (sizeof moments / sizeof *moments)], elsewhere);
  } else {
    REQUIRE(jev_wakeup(ring.handle) == 0);
    enter(ages[choice % (sizeof ages / sizeof *ages)], elsewhere);
  }
}

/* ---- what needs no submission ---- */

/* What a slot stands for stays non-blocking, as the contract has it. */
static void set_option(struct input *input) {
  int32_t fd = (int32_t)take_descriptor(input);
  int32_t option = (int32_t)take_number(input);
  int32_t value = (int32_t)take_number(input);
  jev_set_option(fd, option, option == JEV_OPT_NONBLOCKING ? 1 : value);
}

static void call(struct input *input) {
  enum { CHECK, SET, GET, NAME, PEER, LISTEN, TABLES, WATCH, RAISE, WAKE, COUNT, CALLS };
  /* Those whose default is to be ignored, and what is none. */
  static const int32_t signals[] = {SIGURG, SIGWINCH, -1, 0, SIGKILL, SIGSTOP, 65, INT32_MAX};
  uint8_t choice = take_byte(input);
  int32_t fd;
  struct jev_address address;
  int32_t signal = signals[take_byte(input) % (sizeof signals / sizeof *signals)];
  switch (choice % CALLS) {
    case CHECK:
      REQUIRE(jev_check(engine(), (int32_t)take_descriptor(input)) <= 0);
      break;
    case SET:
      set_option(input);
      break;
    case GET:
      fd = (int32_t)take_descriptor(input);
      jev_get_option(fd, (int32_t)take_number(input));
      break;
    case NAME:
    case PEER:
      fd = (int32_t)take_descriptor(input);
      if ((choice % CALLS == NAME ? jev_local_address : jev_peer_address)(fd, at(&address)) == 0) {
        REQUIRE(address.family <= JEV_FAMILY_UNIX && address.length <= sizeof address.bytes);
      }
      break;
    case LISTEN:
      fd = (int32_t)take_descriptor(input);
      jev_listen(fd, (int32_t)take_number(input));
      break;
    case TABLES:
      jev_layout((int32_t)take_number(input));
      jev_errno((int32_t)take_number(input));
      jev_signal_number((int32_t)take_number(input));
      REQUIRE(jev_engine_status((int32_t)take_number(input)) <= 0);
      REQUIRE(jev_create(engine(), (int32_t)take_number(input), 0, 0, 0) < 0);
      break;
    case WATCH:
      jev_watch_signal(ring.handle, signal, choice / CALLS % 2);
      break;
    case RAISE:
      if (signal == SIGURG || signal == SIGWINCH) {
        REQUIRE(jev_raise(signal) == 0);
      }
      break;
    case WAKE:
      REQUIRE(jev_wakeup(ring.handle) == 0);
      break;
    case COUNT:
      ring.header->submitted =
          (uint32_t)take_number(input); /* old submissions once more, or none of the new ones */
      break;
  }
}

static void step(struct input *input) {
  uint8_t choice = take_byte(input) % 16;
  if (choice < 8) {
    submit(input);
  } else if (choice < 11) {
    enter_for(input);
  } else if (choice < 13) {
    disturb_descriptor(input);
  } else if (choice == 13) {
    submit_of_slab(input, JEV_OP_RETAIN);
  } else if (choice == 14) {
    submit_of_slab(input, JEV_OP_RELEASE);
  } else {
    call(input);
  }
}

/* Every slot can be detached, soon, and nothing follows. */
static void detach_all(void) {
  ring.header->submitted = 0;
  for (uint32_t i = 0; i < MODEL_SLOTS; i++) {
    for (int tries = 0; model_attached(i); tries++) {
      REQUIRE(tries < PATIENCE);
      if (tries == 0) {
        ring.submissions[ring.header->submitted++] =
            (struct jev_submission){.op = JEV_OP_DETACH, .slot = model_slot(i)};
      }
      enter(ring.header->more != 0 ? 0 : MOMENT, false);
    }
  }
  enter(0, false);
  REQUIRE(ring.header->submitted == 0);
}

static bool open_ring(struct input *input) {
  static const int32_t entries[] = {8, 9, 16, 64};
  static const int32_t buffers[] = {16, 8, 2, 1};
  static const int32_t sizes[] = {1024, 2048, 4096, 16384};
  uint8_t choice = take_byte(input);
  ring.handle = jev_create(engine(), entries[choice % 4], buffers[choice / 4 % 4], sizes[choice / 16 % 4],
                           choice / 64 % 2);
  return ring.handle > 0;
}

static int lowest_free(void) {
  int fd = dup(STDERR_FILENO);
  close(fd);
  return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  struct input input = {.next = bytes, .left = size};
  signal(SIGPIPE, SIG_IGN);
  int lowest = lowest_free();
  if (!open_ring(&input)) {
    REQUIRE(jev_engine_status(engine()) != 0);
    return 0;
  }
  model_begin(&ring);
  fill_memory(&input);
  while (input.left > 0) {
    step(&input);
  }
  detach_all();
  jev_destroy(ring.handle);
  close_descriptors();
  REQUIRE(lowest_free() == lowest); /* no descriptor is left behind */
  return 0;
}
