/*
 * A server on libuv as its guide teaches to write one, without its slow parts. All connections share the
 * read buffers, and an answer is tried at once (uv_try_write). Only what the socket does not take is copied
 * and written later, and reading stops meanwhile.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "server.h"

enum { BUFFER = 65536, BACKLOG = 4096 };

struct connection {
  uv_tcp_t tcp;
  uv_write_t write;
  char *held; /* bytes of a line that has not ended */
  size_t held_size;
  char *waiting; /* answers that the socket did not take */
};

static struct server server;
static char buffer[MAX_LINE + BUFFER];

static _Noreturn void uv_give_up(const char *what, int error) {
  fprintf(stderr, "server_libuv: %s: %s\n", what, uv_strerror(error));
  exit(1);
}

static void closed(uv_handle_t *handle) {
  struct connection *connection = handle->data;
  free(connection->held);
  free(connection->waiting);
  free(connection);
}

static void drop(struct connection *connection) {
  if (!uv_is_closing((uv_handle_t *)&connection->tcp)) {
    uv_close((uv_handle_t *)&connection->tcp, closed);
  }
}

/* Behind the beginning of a line that is there already. */
static void room(uv_handle_t *handle, size_t suggested, uv_buf_t *place) {
  const struct connection *connection = handle->data;
  (void)suggested;
  *place = uv_buf_init(buffer + connection->held_size, BUFFER);
}

static void received(uv_stream_t *stream, ssize_t size, const uv_buf_t *place);

static void written(uv_write_t *request, int status) {
  struct connection *connection = request->data;
  free(connection->waiting);
  connection->waiting = NULL;
  if (status < 0 || uv_read_start((uv_stream_t *)&connection->tcp, room, received) != 0) {
    drop(connection);
  }
}

static char *copy(const char *bytes, size_t size) {
  char *copied = malloc(size);
  if (copied == NULL) {
    server_give_up("memory for a connection");
  }
  return memcpy(copied, bytes, size);
}

static void write_later(struct connection *connection, const char *bytes, size_t size) {
  connection->waiting = copy(bytes, size);
  uv_buf_t rest = uv_buf_init(connection->waiting, (unsigned)size);
  uv_read_stop((uv_stream_t *)&connection->tcp);
  connection->write.data = connection;
  if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &rest, 1, written) != 0) {
    drop(connection);
  }
}

static void answer(struct connection *connection, size_t size) {
  if (server.rot13) {
    rot13_turn(buffer, size);
  }
  uv_buf_t answers = uv_buf_init(buffer, (unsigned)size);
  int sent = uv_try_write((uv_stream_t *)&connection->tcp, &answers, 1);
  if (sent < 0 && sent != UV_EAGAIN) {
    drop(connection);
  } else if (sent < (int)size) {
    size_t done = sent > 0 ? (size_t)sent : 0;
    write_later(connection, buffer + done, size - done);
  }
}

static void received(uv_stream_t *stream, ssize_t size, const uv_buf_t *place) {
  struct connection *connection = stream->data;
  (void)place;
  if (size <= 0) {
    if (size < 0) {
      drop(connection);
    }
    return;
  }
  if (connection->held_size > 0) {
    memcpy(buffer, connection->held, connection->held_size);
    free(connection->held);
    connection->held = NULL;
  }
  size_t all = connection->held_size + (size_t)size;
  size_t answerable = server_answerable(&server, buffer, all);
  connection->held_size = all - answerable;
  if (connection->held_size > 0) {
    connection->held = copy(buffer + answerable, connection->held_size);
  }
  if (answerable > 0) {
    answer(connection, answerable);
  }
}

static void accepted(uv_stream_t *listener, int status) {
  struct connection *connection = status == 0 ? calloc(1, sizeof *connection) : NULL;
  if (connection == NULL) {
    uv_give_up("accepting", status == 0 ? UV_ENOMEM : status);
  }
  uv_tcp_init(listener->loop, &connection->tcp);
  connection->tcp.data = connection;
  if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0 || uv_tcp_nodelay(&connection->tcp, 1) != 0 ||
      uv_read_start((uv_stream_t *)&connection->tcp, room, received) != 0) {
    drop(connection);
  }
}

int main(int argc, char **argv) {
  char engine[64];
  uv_tcp_t listener;
  server = server_open(argc, argv);
  uv_loop_t *loop = uv_default_loop();
  int error = uv_tcp_init(loop, &listener);
  error = error != 0 ? error : uv_tcp_open(&listener, server.listener);
  error = error != 0 ? error : uv_listen((uv_stream_t *)&listener, BACKLOG, accepted);
  if (error != 0) {
    uv_give_up("preparing", error);
  }
  snprintf(engine, sizeof engine, "libuv %s", uv_version_string());
  server_say_ready(&server, "libuv", engine);
  return uv_run(loop, UV_RUN_DEFAULT);
}
