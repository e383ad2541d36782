/*
 * What the C tests share: checks that end the program, cases that must not leak descriptors, and a ring whose
 * completions are taken one by one.
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

_Noreturn void fail(const char *file, int line, const char *what);
void check_equal(const char *file, int line, const char *what, int64_t actual, int64_t expected);

/* ---- cases ---- */
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
/* A number that differs from engine to engine. */
struct by_engine {
  int64_t epoll;
  int64_t kqueue;
  int64_t evport;
  int64_t devpoll;
  int64_t io_uring;
  int64_t poll; /* and select */
};
int64_t of_engine(struct by_engine numbers);
struct ring open_ring(void);
struct ring open_ring_of(int32_t entries, int32_t buffers, int32_t buffer_size);
void close_ring(struct ring *ring);
/* A descriptor in front of the next jev_enter. */
void submit(struct ring *ring, uint16_t op, uint16_t flags, uint32_t slot, int64_t a, int64_t b, int64_t c);
void attach(struct ring *ring, uint32_t slot, int32_t fd);
/* One jev_enter; completions not taken before are lost. Returns how many there are. */
int32_t enter(struct ring *ring, int64_t timeout);
/* The next completion, which must be this one; waits for it. Valid until the next one that has to be waited
 * for. */
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

/* ---- descriptors ---- */
static inline int64_t at(const void *memory) { return (int64_t)(intptr_t)memory; }
/* A connected pair of stream sockets. */
void stream_pair(int32_t *fds);
void put(int32_t fd, const char *text);
/* A listening IPv4 socket on the loopback, and its address. */
int32_t listen_on_loopback(struct jev_address *address);
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
int64_t now(void);

#endif
