/*
 * What the clients of DNS in C share.
 *
 *   dns_NAME PORT WINDOW WARM_UP QUERIES
 *
 * Asks the server at 127.0.0.1:PORT for addresses of different names, WINDOW at a time. After WARM_UP answers
 * it counts the next QUERIES, and prints us=PROCESSOR_TIME_OF_EACH rate=QUERIES_A_SECOND.
 */
#ifndef JEVENT_BENCH_DNS_CLIENT_H
#define JEVENT_BENCH_DNS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

extern int dns_port;
extern int dns_window;

_Noreturn void dns_give_up(const char *what);
void dns_options(int argc, char **argv);
/* A name that was not asked for lately. */
const char *dns_next_name(void);
/* An answer has come; false when it was the last one, and the figures are printed. */
bool dns_answered(bool right);

#endif
