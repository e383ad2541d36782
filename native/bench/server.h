/*
 * What the servers in C share: the command line and ready line of the examples' servers, the listening
 * socket, and the cipher.
 *
 *   server_NAME [--port N] [--mode rot13|echo] [--idle-thread] [--certificate FILE --key FILE]
 *
 * --idle-thread: a second thread sleeps meanwhile. rot13: a line is answered when its newline has come, one
 * of more than MAX_LINE bytes in pieces of that size. echo: everything comes back at once. A server of
 * TLS has its certificate in one PEM file and the key in another.
 */
#ifndef JEVENT_BENCH_SERVER_H
#define JEVENT_BENCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_LINE = 16384, UNSUPPORTED = 3 /* the exit status of a server that the kernel refuses */ };

struct server {
  int listener; /* non-blocking; what it accepts has TCP_NODELAY */
  bool rot13;
  const char *certificate; /* NULL: none */
  const char *key;
};

/* Says what failed, and errno, and ends the process. */
_Noreturn void server_give_up(const char *what);

/* Takes the options, allows as many descriptors as may be had, and listens. */
struct server server_open(int argc, char **argv);
/* How many descriptors there may be: every one is less. */
size_t server_descriptors(void);
void server_say_ready(const struct server *server, const char *style, const char *engine);

/* Turns `size` bytes where they are. */
void rot13_turn(char *bytes, size_t size);
/*
 * How many of the `size` bytes can be answered now: up to the last newline, and of what follows it whole
 * pieces of MAX_LINE. In mode echo, all of them.
 */
size_t server_answerable(const struct server *server, const char *bytes, size_t size);

#endif
