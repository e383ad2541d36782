/*
 * What the parts of `tls_load` share: tls_load.c reads the options and prints, tls_clients.c talks to the
 * server. The rest is that of `load`.
 */
#ifndef JEVENT_BENCH_TLS_LOAD_H
#define JEVENT_BENCH_TLS_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_MESSAGE = 1 << 20 };

struct tls_settings {
  int request; /* bytes */
  int answer;
  bool resumes; /* each connection offers the session of an earlier one */
  bool plain;   /* without TLS */
};

extern struct tls_settings tls_settings;

void tls_prepare(void);
/* Each takes the place of one that has closed until there are `count`, each after its first answer. */
void tls_open_idle(int count);
void tls_run_until(int64_t end);
uint64_t tls_answers(void);       /* since the beginning */
void tls_print_resumed(FILE *to); /* which part of all handshakes since the last call resumed a session */
void tls_close(void);

#endif
