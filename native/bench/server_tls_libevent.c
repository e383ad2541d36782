/* TLS by libevent's bufferevents on OpenSSL: answers requests of a fixed size, as tls_load.c says. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "server.h"

enum { MAX_ANSWER = 1 << 20, SIZES = 8 };

struct connection {
  size_t request; /* 0: its sizes have not come yet */
  size_t answer;
  size_t received; /* bytes of requests that have not been answered */
};

static struct server server;
static SSL_CTX *context; /* NULL: without TLS */
static char answers[MAX_ANSWER];

static size_t size_at(const unsigned char *bytes) {
  return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

static bool has_sizes(struct connection *connection, struct evbuffer *input) {
  unsigned char sizes[SIZES];
  if (connection->request == 0 && evbuffer_get_length(input) >= SIZES &&
      evbuffer_remove(input, sizes, SIZES) == SIZES) {
    connection->request = size_at(sizes);
    connection->answer = size_at(sizes + 4);
    if (connection->request == 0 || connection->answer > MAX_ANSWER) {
      server_give_up("sizes that no client sends");
    }
  }
  return connection->request > 0;
}

static void received(struct bufferevent *stream, void *argument) {
  struct connection *connection = argument;
  struct evbuffer *input = bufferevent_get_input(stream);
  if (!has_sizes(connection, input)) {
    return;
  }
  size_t size = evbuffer_get_length(input);
  evbuffer_drain(input, size);
  for (connection->received += size; connection->received >= connection->request;
       connection->received -= connection->request) {
    evbuffer_add_reference(bufferevent_get_output(stream), answers, connection->answer, NULL, NULL);
  }
}

static void ended(struct bufferevent *stream, short what, void *connection) {
  if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) {
    bufferevent_free(stream);
    free(connection);
  }
}

static void accepted(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int size,
                     void *unused) {
  (void)address;
  (void)size;
  (void)unused;
  struct event_base *base = evconnlistener_get_base(listener);
  struct connection *connection = calloc(1, sizeof *connection);
  SSL *ssl = context == NULL ? NULL : SSL_new(context);
  struct bufferevent *stream =
      ssl == NULL
          ? bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE)
          : bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
  if (connection == NULL || stream == NULL) {
    server_give_up("a new connection");
  }
  if (ssl != NULL) {
    bufferevent_openssl_set_allow_dirty_shutdown(stream, 1);
  }
  bufferevent_setcb(stream, received, NULL, ended, connection);
  bufferevent_enable(stream, EV_READ | EV_WRITE);
}

static void accept_failed(struct evconnlistener *listener, void *unused) {
  (void)listener;
  (void)unused;
  server_give_up("accepting");
}

static void make_context(void) {
  context = SSL_CTX_new(TLS_server_method());
  if (context == NULL || SSL_CTX_use_certificate_chain_file(context, server.certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, server.key, SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    server_give_up("reading the certificate and its key");
  }
}

int main(int argc, char **argv) {
  char engine[128];
  server = server_open(argc, argv);
  for (size_t i = 0; i < MAX_ANSWER; i++) {
    answers[i] = (char)('a' + i % 26);
  }
  if (server.certificate != NULL) {
    make_context();
  }
  struct event_base *base = event_base_new();
  struct evconnlistener *listener =
      base == NULL ? NULL
                   : evconnlistener_new(base, accepted, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                        0, server.listener);
  if (listener == NULL) {
    server_give_up("preparing");
  }
  evconnlistener_set_error_cb(listener, accept_failed);
  snprintf(engine, sizeof engine, "libevent %s %s, %s", event_get_version(), event_base_get_method(base),
           OpenSSL_version(OPENSSL_VERSION));
  server_say_ready(&server, "bufferevent", engine);
  event_base_dispatch(base);
  evconnlistener_free(listener);
  event_base_free(base);
  SSL_CTX_free(context);
  return 0;
}
