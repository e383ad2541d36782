/* The clients of `tls_load`: OpenSSL on sockets that do not block, watched edge-triggered. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "tls_load.h"

enum {
  SIZES = 8, /* the bytes that a connection begins with */
  READ_AHEAD = 65536
};

enum state { CONNECTING, HANDSHAKING, SENDING, RECEIVING, IDLE };

struct client {
  enum state state;
  int fd;
  SSL *ssl; /* NULL without TLS */
  int done; /* bytes of the request or answer */
  bool greeted;
  int64_t began; /* when the request left, or with churn when the connection was opened */
};

static SSL_CTX *context;
static SSL_SESSION *session; /* of the last connection whose answer is complete */
static char *greeting;       /* the sizes, and a request behind them */
static char *expected;       /* an answer */
static struct client *clients;
static int epoll;
static uint64_t answers;
static uint64_t handshakes;
static uint64_t resumed;
static int idle_wanted;

static _Noreturn void give_up_tls(const char *what) {
  ERR_print_errors_fp(stderr);
  give_up(what);
}

static void put_size(char *to, int size) {
  for (int i = 0; i < 4; i++) {
    to[i] = (char)((uint32_t)size >> (24 - 8 * i));
  }
}

static void make_messages(void) {
  greeting = malloc(SIZES + (size_t)tls_settings.request);
  expected = malloc((size_t)tls_settings.answer);
  if (greeting == NULL || expected == NULL) {
    give_up("memory for messages");
  }
  put_size(greeting, tls_settings.request);
  put_size(greeting + 4, tls_settings.answer);
  memset(greeting + SIZES, 'q', (size_t)tls_settings.request);
  for (int i = 0; i < tls_settings.answer; i++) {
    expected[i] = (char)('a' + i % 26);
  }
}

static void make_context(void) {
  context = SSL_CTX_new(TLS_client_method());
  if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1) {
    give_up_tls("preparing TLS");
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL); /* what the server costs does not depend on it */
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD);
}

static void begin_tls(struct client *client) {
  client->ssl = SSL_new(context);
  if (client->ssl == NULL || SSL_set_fd(client->ssl, client->fd) != 1 ||
      (tls_settings.resumes && session != NULL && SSL_set_session(client->ssl, session) != 1)) {
    give_up_tls("a connection");
  }
  SSL_set_connect_state(client->ssl);
}

static void open_client(struct client *client) {
  bool connecting;
  memset(client, 0, sizeof *client);
  client->began = now();
  client->fd = open_socket(&connecting);
  client->state = connecting ? CONNECTING : tls_settings.plain ? SENDING : HANDSHAKING;
  if (!tls_settings.plain) {
    begin_tls(client);
  }
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = client};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) {
    give_up("epoll_ctl");
  }
}

static void close_client(struct client *client) {
  if (client->ssl != NULL) {
    if (client->state != CONNECTING && client->state != HANDSHAKING) {
      SSL_shutdown(client->ssl);
    }
    SSL_free(client->ssl);
  }
  close(client->fd);
}

/* What a call of OpenSSL returned: more than 0, or 0 when it has to be called again later. */
static int checked(const struct client *client, int result, const char *what) {
  if (result > 0) {
    return result;
  }
  int error = SSL_get_error(client->ssl, result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
    give_up_tls(what);
  }
  return 0;
}

static int checked_plain(ssize_t result, const char *what) {
  if (result > 0) {
    return (int)result;
  }
  if (result == 0 || errno != EAGAIN) {
    give_up(what);
  }
  return 0;
}

static int send_some(const struct client *client, const char *bytes, int size) {
  return client->ssl != NULL ? checked(client, SSL_write(client->ssl, bytes, size), "sending")
                             : checked_plain(send(client->fd, bytes, (size_t)size, MSG_NOSIGNAL), "sending");
}

static int receive_some(const struct client *client, char *bytes, int size) {
  return client->ssl != NULL ? checked(client, SSL_read(client->ssl, bytes, size), "receiving")
                             : checked_plain(recv(client->fd, bytes, (size_t)size, 0), "receiving");
}

static bool connected(struct client *client) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    errno = error != 0 ? error : errno;
    give_up("connecting");
  }
  client->state = client->ssl != NULL ? HANDSHAKING : SENDING;
  return true;
}

static bool shake_hands(struct client *client) {
  if (checked(client, SSL_do_handshake(client->ssl), "the handshake") == 0) {
    return false;
  }
  handshakes++;
  resumed += SSL_session_reused(client->ssl) ? 1 : 0;
  client->state = SENDING;
  return true;
}

static bool send_request(struct client *client) {
  int skip = client->greeted ? SIZES : 0;
  int size = SIZES - skip + tls_settings.request;
  if (client->done == 0 && !settings.churn) {
    client->began = now();
  }
  int sent = send_some(client, greeting + skip + client->done, size - client->done);
  client->done += sent;
  if (client->done == size) {
    client->state = RECEIVING;
    client->greeted = true;
    client->done = 0;
  }
  return sent > 0;
}

static void keep_session(const struct client *client) {
  SSL_SESSION *newer = SSL_get1_session(client->ssl);
  if (newer != NULL && SSL_SESSION_is_resumable(newer)) {
    SSL_SESSION_free(session);
    session = newer;
  } else {
    SSL_SESSION_free(newer);
  }
}

static void complete(struct client *client) {
  note_answer(now() - client->began);
  answers++;
  client->done = 0;
  if (idle_wanted > 0) {
    client->state = IDLE;
  } else if (settings.churn) {
    if (tls_settings.resumes) {
      keep_session(client);
    }
    close_client(client);
    open_client(client);
  } else {
    client->state = SENDING;
  }
}

static bool receive_answer(struct client *client) {
  static char buffer[READ_AHEAD];
  int rest = tls_settings.answer - client->done;
  int size = receive_some(client, buffer, rest < READ_AHEAD ? rest : READ_AHEAD);
  if (size > 0 && memcmp(buffer, expected + client->done, (size_t)size) != 0) {
    fprintf(stderr, "tls_load: a wrong answer\n");
    exit(1);
  }
  client->done += size;
  if (client->done == tls_settings.answer) {
    complete(client);
  }
  return size > 0;
}

/* A step; false when nothing can be done before the socket is ready again. */
static bool advance(struct client *client) {
  switch (client->state) {
    case CONNECTING:
      return connected(client);
    case HANDSHAKING:
      return shake_hands(client);
    case SENDING:
      return send_request(client);
    case RECEIVING:
      return receive_answer(client);
    default:
      return false;
  }
}

static void turn(void) {
  struct epoll_event events[EVENTS];
  int count = wait_for_events(epoll, events);
  for (int i = 0; i < count; i++) {
    struct client *client = events[i].data.ptr;
    if (client->state == CONNECTING && (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) {
      continue;
    }
    int fd = client->fd;
    while (advance(client) && client->fd == fd && client->state != CONNECTING) {
    }
  }
}

static void prepare(int count) {
  signal(SIGPIPE, SIG_IGN); /* a server may have closed when close_notify leaves */
  make_messages();
  if (!tls_settings.plain) {
    make_context();
  }
  epoll = epoll_create1(EPOLL_CLOEXEC);
  clients = calloc((size_t)count, sizeof *clients);
  if (epoll < 0 || clients == NULL) {
    give_up("preparing");
  }
}

void tls_prepare(void) {
  prepare(settings.connections);
  for (int i = 0; i < settings.connections; i++) {
    open_client(&clients[i]);
  }
}

void tls_open_idle(int count) {
  enum { AT_ONCE = 16 };
  prepare(count);
  idle_wanted = count;
  for (int opened = 0; answers < (uint64_t)count;) {
    while (opened < count && (uint64_t)opened < answers + AT_ONCE) {
      open_client(&clients[opened++]);
    }
    turn();
  }
}

void tls_run_until(int64_t end) {
  while (now() < end) {
    turn();
  }
}

uint64_t tls_answers(void) { return answers; }

void tls_print_resumed(FILE *to) {
  if (to != NULL && handshakes > 0) {
    fprintf(to, " resumed=%.3f", (double)resumed / (double)handshakes);
  }
  handshakes = 0;
  resumed = 0;
}

void tls_close(void) {
  for (int i = 0; i < settings.connections; i++) {
    close_client(&clients[i]);
  }
  SSL_SESSION_free(session);
  SSL_CTX_free(context);
  free(clients);
  free(greeting);
  free(expected);
  close(epoll);
}
