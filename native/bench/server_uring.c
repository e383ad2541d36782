/*
 * A server on bare io_uring. Accepting and receiving stay armed, answers leave from the buffer that was
 * received into, and one system call submits and reaps everything.
 *
 * A connection has one send under way. Later answers are collected and leave with the next send. Receiving
 * stops while too much is collected because the client does not read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server.h"
#include "uring.h"

enum { ENTRIES = 4096, MUCH = 262144 /* bytes of answers that wait */, NO_BUFFER = -1 };

/* What an operation is, in the upper half of its user data; the descriptor is in the lower. */
enum operation { ACCEPT, RECEIVE, SEND, OTHER };

struct bytes {
  char *memory;
  uint32_t size;
  uint32_t room;
};

struct connection {
  struct bytes collected; /* answers that wait for the send under way, and behind them a line's beginning */
  uint32_t ready;         /* how many of them are answers */
  struct bytes leaving;   /* what is being sent if it is not a buffer */
  const char *send_from;  /* what is left of the send under way; NULL when there is none */
  uint32_t send_size;
  int send_buffer;  /* which buffer that is, or NO_BUFFER */
  int next_waiting; /* list of those that found no buffer to receive into */
  bool waiting;     /* is in that list */
  bool receiving;   /* the operation is armed */
  bool stopping;    /* its end was asked for */
  bool ended;       /* the client sends no more, or is gone */
  bool broken;      /* answers need not be sent */
};

static struct server server;
static struct uring uring;
static struct buffers buffers;
static struct connection *connections;
static int waiting = -1; /* the list of those that found no buffer */
static int available = BUFFER_COUNT;

static struct io_uring_sqe *prepare(enum operation operation, int opcode, int fd) {
  struct io_uring_sqe *sqe = uring_next(&uring);
  sqe->opcode = (uint8_t)opcode;
  sqe->fd = fd;
  sqe->user_data = (uint64_t)operation << 32 | (uint32_t)fd;
  return sqe;
}

static void arm_accept(void) {
  struct io_uring_sqe *sqe = prepare(ACCEPT, IORING_OP_ACCEPT, server.listener);
  sqe->ioprio = IORING_ACCEPT_MULTISHOT;
  sqe->accept_flags = SOCK_CLOEXEC;
}

static void arm_receive(int fd) {
  struct io_uring_sqe *sqe = prepare(RECEIVE, IORING_OP_RECV, fd);
  sqe->ioprio = IORING_RECV_MULTISHOT;
  sqe->flags = IOSQE_BUFFER_SELECT;
  sqe->buf_group = BUFFER_GROUP;
  connections[fd].receiving = true;
}

static void stop_receive(int fd) {
  struct io_uring_sqe *sqe = prepare(OTHER, IORING_OP_ASYNC_CANCEL, -1);
  sqe->addr = (uint64_t)RECEIVE << 32 | (uint32_t)fd;
  connections[fd].stopping = true;
}

static void send_next(int fd) {
  const struct connection *connection = &connections[fd];
  struct io_uring_sqe *sqe = prepare(SEND, IORING_OP_SEND, fd);
  sqe->addr = (uint64_t)(uintptr_t)connection->send_from;
  sqe->len = connection->send_size;
  sqe->msg_flags = MSG_NOSIGNAL;
}

static void append(struct bytes *bytes, const char *from, uint32_t size) {
  if (bytes->size + size > bytes->room) {
    bytes->room = 2 * (bytes->size + size);
    bytes->memory = realloc(bytes->memory, bytes->room);
    if (bytes->memory == NULL) {
      server_give_up("memory for a connection");
    }
  }
  memcpy(bytes->memory + bytes->size, from, size);
  bytes->size += size;
}

static void clear(struct bytes *bytes) {
  free(bytes->memory);
  *bytes = (struct bytes){0};
}

/* Turns what has become complete of what was collected. */
static void turn_collected(struct connection *connection) {
  struct bytes *collected = &connection->collected;
  char *rest = collected->memory + connection->ready;
  size_t answerable = server_answerable(&server, rest, collected->size - connection->ready);
  if (server.rot13) {
    rot13_turn(rest, answerable);
  }
  connection->ready += (uint32_t)answerable;
}

static void begin_send(int fd, const char *from, uint32_t size, int buffer) {
  connections[fd].send_from = from;
  connections[fd].send_size = size;
  connections[fd].send_buffer = buffer;
  send_next(fd);
}

/* The answers that were collected leave; the line's beginning behind them stays. */
static void send_collected(int fd) {
  struct connection *connection = &connections[fd];
  uint32_t ready = connection->ready;
  connection->leaving = connection->collected;
  connection->collected = (struct bytes){0};
  connection->ready = 0;
  if (connection->leaving.size > ready) {
    append(&connection->collected, connection->leaving.memory + ready, connection->leaving.size - ready);
  }
  begin_send(fd, connection->leaving.memory, ready, NO_BUFFER);
}

/* What is next when something has ended: sending more, receiving again, or closing. */
static void settle(int fd) {
  struct connection *connection = &connections[fd];
  if (connection->send_from == NULL && connection->ready > 0 && !connection->broken) {
    send_collected(fd);
  }
  if (connection->send_from != NULL) {
    return;
  }
  if (connection->receiving || connection->waiting) {
    return;
  }
  if (!connection->ended) {
    arm_receive(fd);
  } else {
    clear(&connection->collected);
    *connection = (struct connection){0};
    prepare(OTHER, IORING_OP_CLOSE, fd);
  }
}

static void give_back(int buffer) {
  buffer_return(&buffers, (unsigned)buffer);
  available++;
}

static void answer(int fd, int buffer, uint32_t size) {
  struct connection *connection = &connections[fd];
  char *bytes = buffer_at(&buffers, (unsigned)buffer);
  if (connection->send_from == NULL && connection->collected.size == 0) {
    uint32_t answerable = (uint32_t)server_answerable(&server, bytes, size);
    if (server.rot13) {
      rot13_turn(bytes, answerable);
    }
    if (answerable < size) {
      append(&connection->collected, bytes + answerable, size - answerable);
    }
    if (answerable > 0) {
      begin_send(fd, bytes, answerable, buffer);
      return;
    }
  } else {
    append(&connection->collected, bytes, size);
    turn_collected(connection);
    if (connection->ready > MUCH && connection->receiving && !connection->stopping) {
      stop_receive(fd);
    }
  }
  give_back(buffer);
}

static void wait_for_buffer(int fd) {
  connections[fd].next_waiting = waiting;
  connections[fd].waiting = true;
  waiting = fd;
}

static void resume_receivers(void) {
  while (waiting >= 0 && available > 0) {
    int fd = waiting;
    waiting = connections[fd].next_waiting;
    connections[fd].waiting = false;
    arm_receive(fd);
  }
}

static void received(int fd, const struct io_uring_cqe *cqe) {
  struct connection *connection = &connections[fd];
  if ((cqe->flags & IORING_CQE_F_MORE) == 0) {
    connection->receiving = false;
    connection->stopping = false;
  }
  if ((cqe->flags & IORING_CQE_F_BUFFER) != 0) {
    available--;
    answer(fd, (int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT), (uint32_t)cqe->res);
  } else if (cqe->res == -ENOBUFS) {
    wait_for_buffer(fd);
    return;
  } else if (cqe->res != -ECANCELED && cqe->res != -EINTR) {
    connection->ended = true;
    connection->broken = cqe->res < 0;
  }
  settle(fd);
}

static void sent(int fd, int result) {
  struct connection *connection = &connections[fd];
  if (result > 0 && (uint32_t)result < connection->send_size) {
    connection->send_from += result;
    connection->send_size -= (uint32_t)result;
    send_next(fd);
    return;
  }
  connection->send_from = NULL;
  clear(&connection->leaving);
  if (connection->send_buffer != NO_BUFFER) {
    give_back(connection->send_buffer);
  }
  if (result <= 0) {
    connection->broken = true;
    connection->ended = true;
    shutdown(fd, SHUT_RDWR); /* ends the receiving */
  }
  settle(fd);
}

static void accepted(const struct io_uring_cqe *cqe) {
  if (cqe->res >= 0) {
    connections[cqe->res] = (struct connection){.send_buffer = NO_BUFFER};
    arm_receive(cqe->res);
  } else if (cqe->res != -ECONNABORTED && cqe->res != -EINTR) {
    errno = -cqe->res;
    server_give_up("accepting");
  }
  if ((cqe->flags & IORING_CQE_F_MORE) == 0) {
    arm_accept();
  }
}

static void complete(const struct io_uring_cqe *cqe) {
  int fd = (int)(uint32_t)cqe->user_data;
  switch ((enum operation)(cqe->user_data >> 32)) {
    case ACCEPT:
      accepted(cqe);
      break;
    case RECEIVE:
      received(fd, cqe);
      break;
    case SEND:
      sent(fd, cqe->res);
      break;
    case OTHER:
      break;
  }
}

/* io_uring takes a non-blocking descriptor for one that is not to be waited for. */
static void make_blocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0) {
    server_give_up("making the listener blocking");
  }
}

int main(int argc, char **argv) {
  server = server_open(argc, argv);
  make_blocking(server.listener);
  connections = calloc(server_descriptors(), sizeof *connections);
  if (connections == NULL) {
    server_give_up("memory for the connections");
  }
  uring_open(&uring, ENTRIES);
  buffers_open(&buffers, &uring);
  arm_accept();
  server_say_ready(&server, "bare", "io_uring");
  for (;;) {
    uring_enter(&uring);
    unsigned head = *uring.cq_head;
    unsigned tail = __atomic_load_n(uring.cq_tail, __ATOMIC_ACQUIRE);
    for (; head != tail; head++) {
      complete(&uring.cqes[head & uring.cq_mask]);
    }
    __atomic_store_n(uring.cq_head, head, __ATOMIC_RELEASE);
    buffers_publish(&buffers);
    resume_receivers();
  }
}
