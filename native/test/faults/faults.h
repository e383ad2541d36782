/*
 * Makes the library's system calls fail or come short, by a schedule that its seed repeats: for tests alone.
 *
 * It is linked into a program that exports these functions, or preloaded into one that loads the library
 * later (a JVM). It then replaces functions of the C library. Only calls whose return address is inside a
 * library that calls itself libjevent.so are touched, so neither the JVM nor the test is disturbed.
 *
 * Preloaded it is configured by the environment: JEVENT_FAULTS="seed=7 rate=50 kinds=interrupt,again,short
 * tiny=8". JEVENT_FAULTS_REPORT names a file to which it adds a line of what it did when the process ends.
 */
#ifndef JEV_TEST_FAULTS_H
#define JEV_TEST_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
  FAULT_INTERRUPT,   /* EINTR, and connections that are gone before they are accepted */
  FAULT_AGAIN,       /* EAGAIN though there was something to do; io_uring_enter: EBUSY as well */
  FAULT_SHORT,       /* fewer bytes, events or submissions than there might be */
  FAULT_LATE,        /* connects that take longer */
  FAULT_MEMORY,      /* ENOMEM, ENOBUFS, ENOSPC: of allocations, registrations and waits */
  FAULT_DESCRIPTORS, /* EMFILE and ENFILE */
  FAULT_FATAL,       /* ECONNRESET, EPIPE and others that end one stream */
  FAULTS,
  NO_FAULT = FAULTS
};

#define FAULT_BIT(kind) (1U << (kind))
#define HARMLESS_FAULTS \
  (FAULT_BIT(FAULT_INTERRUPT) | FAULT_BIT(FAULT_AGAIN) | FAULT_BIT(FAULT_SHORT) | FAULT_BIT(FAULT_LATE))
#define ALL_FAULTS (FAULT_BIT(FAULTS) - 1)

/* ---- for tests ---- */
/* From now on one of these kinds in `rate` of a thousand calls that can meet one. */
void faults_start(uint64_t seed, uint32_t rate, uint32_t kinds);
void faults_stop(void);
/* io_uring's queues get this number of entries, whatever is asked for; 0: as asked for. */
void faults_tiny_rings(uint32_t entries);
const char *faults_name(enum fault kind);
/* How many there were since the program began. */
uint64_t faults_injected(enum fault kind);
/* That error, or any, was meant to end the stream of this descriptor since the number was last created. */
bool faults_fatal(int fd, int error);
bool faults_any_fatal(int fd);
void faults_new_descriptor(int fd);
/* Blocks that the library has allocated and not freed, where that is counted, and bytes that it has mapped.
 */
int64_t faults_allocated(void);
int64_t faults_mapped(void);

/* ---- for the functions that replace others ---- */
/* The code at this address is the library's. */
bool faults_ours(const void *address);
/* The same without looking anything up: false until the library has been seen otherwise. */
bool faults_known_ours(const void *address);
/* Which of these this call meets, or NO_FAULT. */
enum fault faults_next(uint32_t kinds);
/* From 1 to most. */
uint32_t faults_up_to(uint32_t max);
/* One of them; it also becomes errno. */
int faults_one_of(const int *errors, size_t count);
#define FAULTS_ONE_OF(...) \
  faults_one_of((const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))
/* That one ends the stream of the descriptor. */
int faults_note_fatal(int fd, int error);
void faults_note_allocated(int64_t blocks);
void faults_note_mapped(int64_t bytes);
uint32_t faults_ring_entries(void);
/* The next function of that name. */
void *faults_real(const char *name);

#define FAULTS_EXPORT __attribute__((visibility("default")))
#define FAULTS_OURS faults_ours(__builtin_return_address(0))
/* static TYPE (*real)(...) = the C library's. */
#define FAULTS_REAL(function)                                                \
  static __typeof__(function) *real;                                         \
  if (real == NULL) {                                                        \
    *(void **)&real = faults_real(#function); /* ISO C knows no such cast */ \
  }

/* ---- uring.c ---- */
long faults_uring_setup(long entries, void *params);
long faults_uring_enter(const long *arguments);
void faults_uring_mapped(int fd, int64_t offset, void *memory);

#endif
