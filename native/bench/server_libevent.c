/* What the bufferevents of libevent itself take: a server as its documentation teaches to write one. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "server.h"

enum { AT_ONCE = 4 * MAX_LINE }; /* received and sent */

static struct server server;

/* Line by line, and of a line that is too long what there is. */
static void answer_lines(struct bufferevent *connection, void *unused) {
  struct evbuffer *input = bufferevent_get_input(connection);
  struct evbuffer *output = bufferevent_get_output(connection);
  size_t size;
  (void)unused;
  for (char *line = evbuffer_readln(input, &size, EVBUFFER_EOL_LF); line != NULL;
       line = evbuffer_readln(input, &size, EVBUFFER_EOL_LF)) {
    rot13_turn(line, size);
    evbuffer_add(output, line, size);
    evbuffer_add(output, "\n", 1);
    free(line);
  }
  while (evbuffer_get_length(input) >= MAX_LINE) {
    char piece[MAX_LINE];
    int taken = evbuffer_remove(input, piece, sizeof piece);
    if (taken <= 0) {
      return;
    }
    rot13_turn(piece, (size_t)taken);
    evbuffer_add(output, piece, (size_t)taken);
  }
}

static void echo(struct bufferevent *connection, void *unused) {
  (void)unused;
  evbuffer_add_buffer(bufferevent_get_output(connection), bufferevent_get_input(connection));
}

static void free_when_written(struct bufferevent *connection, void *unused) {
  (void)unused;
  bufferevent_free(connection);
}

static void ended(struct bufferevent *connection, short what, void *unused) {
  (void)unused;
  bool answers_left = evbuffer_get_length(bufferevent_get_output(connection)) > 0;
  if ((what & BEV_EVENT_EOF) != 0 && answers_left) {
    bufferevent_disable(connection, EV_READ);
    bufferevent_setcb(connection, NULL, free_when_written, ended, NULL);
  } else if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) {
    bufferevent_free(connection);
  }
}

static void accepted(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int size,
                     void *unused) {
  (void)address;
  (void)size;
  (void)unused;
  struct bufferevent *connection =
      bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
  if (connection == NULL) {
    server_give_up("a new connection");
  }
  bufferevent_setcb(connection, server.rot13 ? answer_lines : echo, NULL, ended, NULL);
  if (server.rot13) {
    bufferevent_setwatermark(connection, EV_READ, 0, AT_ONCE);
    bufferevent_set_max_single_read(connection, AT_ONCE);
    bufferevent_set_max_single_write(connection, AT_ONCE);
  }
  bufferevent_enable(connection, EV_READ | EV_WRITE);
}

static void accept_failed(struct evconnlistener *listener, void *unused) {
  (void)listener;
  (void)unused;
  server_give_up("accepting");
}

int main(int argc, char **argv) {
  char engine[64];
  server = server_open(argc, argv);
  struct event_base *base = event_base_new();
  struct evconnlistener *listener =
      base == NULL ? NULL
                   : evconnlistener_new(base, accepted, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                        0, server.listener);
  if (listener == NULL) {
    server_give_up("preparing");
  }
  evconnlistener_set_error_cb(listener, accept_failed);
  snprintf(engine, sizeof engine, "libevent %s %s", event_get_version(), event_base_get_method(base));
  server_say_ready(&server, "bufferevent", engine);
  event_base_dispatch(base);
  evconnlistener_free(listener);
  event_base_free(base);
  return 0;
}
