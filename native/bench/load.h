/*
 * What the parts of `load` share. load.c reads the options and prints; load_clients.c talks to the server;
 * load_idle.c keeps idle connections open. load_common.c reads numbers and opens sockets, load_histogram.c
 * counts times, load_usage.c measures resources, load_figures.c prints both: `tls_load` has these, too.
 */
#ifndef JEVENT_BENCH_LOAD_H
#define JEVENT_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_LENGTH = 65536, MAX_DEPTH = 1024, MAX_CONNECTIONS = 20000, MAX_SECONDS = 600 };

static const int64_t SECOND = 1000000000;

struct settings {
  int connections;
  int depth;
  int length;
  int seconds;
  int warm_up;
  int idle;
  int server; /* process id, or 0 */
  int port;
  bool rot13;
  bool churn;
  bool half_lines;
  bool count_calls;
  bool announce;
};

extern struct settings settings;

/* Says what failed, and errno, and ends the process. */
_Noreturn void give_up(const char *what);
int64_t now(void); /* nanoseconds */
/* An option's number; ends the process where it is none, or out of range. */
int number(const char *text, int min, int max);
void allow_descriptors(void); /* as many as may be had */

/* A non-blocking connection to the server. `*connecting` is set while it is still being made. */
int open_socket(bool *connecting);
/* What the clients of an epoll are ready for, at most EVENTS; gives up when nothing comes for long. */
enum { EVENTS = 256 };
struct epoll_event;
int wait_for_events(int epoll, struct epoll_event *events);
/* LINES different lines of `length` bytes, one after the other. */
enum { LINES = 64 };
const char *question_lines(void);

/* The clients that talk. */
void prepare_clients(void);
void run_clients_until(int64_t end); /* what is answered from here on is counted after count_from_here() */
void close_clients(void);

/* The connections that do not. */
void open_idle(void);
void check_idle(void); /* gives up when the server has closed one or sent something */
void close_idle(void);
void print_idle(FILE *to); /* what one took of the server's memory, where there are many */

/* Figures. */
void count_from_here(void);
void note_answer(int64_t nanoseconds);
void stop_counting(void);
void print_figures(FILE *to);

/* Times of answers. */
void histogram_note(int64_t nanoseconds);
uint64_t histogram_count(void);
double histogram_us(double part); /* so that this part of all is shorter: 0.5 is the median */

/* Seconds of processors, since some time in the past. */
struct usage {
  double user; /* of the server */
  double system;
  uint64_t calls;      /* of the server, since count_calls() */
  double own;          /* of this program */
  double all_programs; /* of all programs, without interrupts */
  double stolen;       /* that a hypervisor gave to others */
};
struct usage usage_now(void);
long resident_of_server(void); /* KiB */
bool count_calls(void);        /* false where the kernel does not let us count those of all of its threads */

#endif
