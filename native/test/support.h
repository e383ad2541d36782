/*
 * What the C tests share: checks that end the program, cases that must not leak descriptors, and a ring
 * whose completions are taken one after the other.
 *
 * JEVENT_TEST_ENGINE chooses another engine than the platform's first, JEVENT_TEST_FLAGS the flags of
 * jev_create, so that the same tests run over fall-backs.
 */
#ifndef JEV_TEST_SUPPORT_H
#define JEV_TEST_SUPPORT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jevent.h"

#define CHECK(condition)                    \
  do {                                      \
    if (!(condition)) {                     \
      fail(__FILE__, __LINE__, #condition); \
    }                                       \
  } while (0)

#define CHECK_EQ(actual, expected) \
  check_equal(__FILE__, __LINE__, #actual, (int64_t)(actual), (int64_t)(expected))

/* The same of a result, whose errors on Windows have the system's code as well. */
#define CHECK_RESULT(actual, expected) \
  check_equal(__FILE__, __LINE__, #actual, errno_result((int64_t)(actual)), (int64_t)(expected))

/* The errno of a result, 0 when it is none. */
static inline int32_t errno_of(int64_t result) { return result < 0 ? (int32_t)(-result & 0xfff) : 0; }
static inline int64_t errno_result(int64_t result) { return result < 0 ? -errno_of(result) : result; }

_Noreturn void fail(const char *file, int line, const char *what);
void check_equal(const char *file, int line, const char *what, int64_t actual, int64_t expected);

/* ---- cases ---- */
enum { SKIPPED = 77 }; /* what a program that cannot run says to CTest */

struct test_case {
  const char *name;
  void (*run)(void);
};

#define CASE(function) \
  { #function, function }

/* Runs the cases that the arguments name, all without arguments, and says how many there were. */
int run_cases(int argc, char **argv, const struct test_case *cases, size_t count);
#define RUN_CASES(cases) run_cases(argc, argv, cases, sizeof(cases) / sizeof *(cases))

/* ---- rings ---- */
enum { SECOND = 1000000000, PATIENCE = 10 };

struct ring {
  int64_t handle;
  struct jev_header *header;
  struct jev_submission *submissions;
  struct jev_completion *completions;
  uint8_t *slab;
  uint32_t next; /* of the completions not yet taken */
};

int32_t test_engine(void);
int32_t test_flags(void);
/* The engine has this JEV_FEATURE_*. */
bool engine_has(int32_t feature);
/* It has not, and says that the case is left out. */
bool engine_lacks(int32_t feature, const char *name);
/* What some systems cannot do. */
enum ability {
  DUPLICATING,
  PIPES_ARE_NO_SOCKETS,
  LIMITING_DESCRIPTORS,
  ASKING_FOR_BLOCKING,
  NONBLOCKING_PER_CALL, /* not to wait */
  SYSTEM_FILES,
  LOCAL_PAIRS, /* which are no connections of the loopback */
  POSIX_OPTIONS,
  POSIX_ERRORS,
  TIMING_KEEP_ALIVE,
  READING_RESETS,
  CLEARING_ERRORS,
  WAKING_FOR_REFUSALS,
  EARLY_CLOSE, /* where the engine has it */
  UNIX_SOCKETS,
  UNIX_DATAGRAMS,
  ABSTRACT_NAMES,
  LARGE_SETS, /* of select */
  SANDBOXES,
  STARTING_ITSELF
};
/* This one cannot, and says that the case is left out, and why. */
bool system_lacks(enum ability ability, const char *name);
/* This number of system calls, and one more where a slot's first operation makes its socket non-blocking. */
int64_t with_making_ready(int64_t calls);
/* A number that differs from engine to engine. */
struct by_engine {
  int64_t epoll;
  int64_t kqueue;
  int64_t evport;
  int64_t devpoll;
  int64_t io_uring;
  int64_t poll; /* and select */
  int64_t iocp;
};
int64_t of_engine(struct by_engine numbers);
struct ring open_ring(void);
struct ring open_ring_of(int32_t entries, int32_t buffers, int32_t buffer_size);
/* What jev_create has returned. */
struct ring ring_of(int64_t handle);
void close_ring(struct ring *ring);
/* A descriptor in front of the next jev_enter. */
void submit(struct ring *ring, uint16_t op, uint16_t flags, uint32_t slot, int64_t a, int64_t b, int64_t c);
void attach(struct ring *ring, uint32_t slot, int32_t fd);
/* RECEIVE: at most that many bytes at a time, 0 to stop. */
void receive(struct ring *ring, uint32_t slot, int64_t limit);
/* One jev_enter; completions not taken before are lost. Returns how many there are. */
int32_t enter(struct ring *ring, int64_t timeout);
/* How much one call brings, of slots that only receive. */
int32_t received_at_once(struct ring *ring);
/* The next completion, whatever it is; waits for it. Valid until the next one that has to be waited for. */
struct jev_completion *next_completion(struct ring *ring);
/* The same, which must be this one. */
struct jev_completion *expect(struct ring *ring, uint16_t op, uint32_t slot);
/* The same of any slot. */
struct jev_completion *expect_any(struct ring *ring, uint16_t op);
/* The same, with this result. */
struct jev_completion *expect_result(struct ring *ring, uint16_t op, uint32_t slot, int32_t result);
/* Nothing happens, neither now nor when asked again. */
void expect_nothing(struct ring *ring);
/* Enters the ring for a moment, unless there are completions to take. */
void let_it_go_on(struct ring *ring);
/* The next completion refuses submission `op` with `error`. */
void expect_refusal(struct ring *ring, uint16_t op, uint32_t slot, int32_t error);
/* RECEIVED with exactly these bytes. */
void expect_bytes(struct ring *ring, uint32_t slot, const char *text);
/* Detaches, closes the descriptor and takes DETACHED. */
void detach_and_close(struct ring *ring, uint32_t slot);
/* The end of a test of pairs, the first of each is in the slot of its number. */
void close_pairs(struct ring *ring, int32_t (*fds)[2], uint32_t count);

/* ---- descriptors ---- */
static inline int64_t at(const void *memory) { return (int64_t)(uintptr_t)memory; }
/* A connected pair of stream sockets. */
void stream_pair(int32_t *fds);
void put(int32_t fd, const char *text);
/* Bytes that differ from each other, as many; there must be room for them. */
void fill(int32_t fd, int32_t count);
/* A listening IPv4 socket on the loopback, and its address. */
int32_t listen_on_loopback(struct jev_address *address);
/* What must be there soon. */
int64_t read_soon(int32_t fd, void *bytes, size_t size);
/* Closes the second so that the first cannot send, and the result that says so. */
void break_pair(const int32_t *fds);
void check_broken(int64_t result);
struct jev_address loopback(uint16_t port);
struct jev_address unix_address(const char *path, size_t length);
/* A connection over TCP: a is what the listener accepted, b what connected. */
void tcp_pair(int32_t *a, int32_t *b);
/* Makes the next close of the socket send a reset. */
void close_with_reset(int32_t fd);
/* A fresh directory, removed with all it holds. */
void make_directory(char *path, size_t size);
void remove_directory(const char *path);
/* A number that stands for nothing, until the next descriptor is opened. */
int32_t closed_number(void);

/* ---- support_*.c: what the system has ---- */
int32_t first_engine(void);
void prepare_process(void);
/* Why this system cannot do it, or NULL. */
const char *missing(enum ability ability);
int open_descriptors(void);
int64_t now(void);
void sleep_for(int64_t nanoseconds);
struct thread;
struct thread *start_thread(void (*run)(void *), void *argument);
void join_thread(struct thread *thread);
/* One of two signals that tests may raise, and raising it in this thread. */
int32_t test_signal(int index);
void raise_here(int32_t signal);
/* Within the time allowed. */
bool becomes_ready(int32_t fd, bool writing);
/* In blocking mode, as far as that can be asked; and children inherit it. */
bool may_wait(int32_t fd);
bool is_inherited(int32_t fd);
/* What polling a file is answered with, without JEV_FEATURE_FDS. */
int32_t not_watched(void);
int32_t duplicate(int32_t fd);
void duplicate_as(int32_t fd, int32_t number);
/* Both ends in blocking mode. */
void blocking_pipe(int32_t *fds);
/* A file that is open for reading. */
int32_t regular_file(void);
/* Allows numbers below the limit, unless it is negative; returns the previous one. */
int64_t limit_descriptors(int64_t limit);

#endif
