/*
 * What a completion port is used for: the endpoints, one for each slot that has something under way, and
 * their operations.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocp.h"

enum { FIRST_ENDPOINTS = 64 };

/* ---- operations ---- */

void jev_operation_pends(struct jev_poller *poller, struct jev_operation *operation) {
  operation->state = OPERATION_PENDING;
  poller->pending++;
  poller->counters->posted++;
}

static void list_missed(struct jev_poller *poller, struct jev_operation *operation) {
  operation->next = poller->missed;
  operation->place = &poller->missed;
  if (poller->missed != NULL) {
    poller->missed->place = &operation->next;
  }
  poller->missed = operation;
}

static void unlist_missed(struct jev_operation *operation) {
  *operation->place = operation->next;
  if (operation->next != NULL) {
    operation->next->place = operation->place;
  }
  operation->place = NULL;
}

void jev_operation_done(struct jev_poller *poller, struct jev_operation *operation, int32_t result) {
  if (operation->place != NULL) {
    unlist_missed(operation);
  }
  if (operation->state == OPERATION_PENDING) {
    poller->pending--;
  }
  operation->state = OPERATION_DONE;
  operation->result = result;
  operation->next = NULL;
  if (poller->last == NULL) {
    poller->first = operation;
  } else {
    poller->last->next = operation;
  }
  poller->last = operation;
}

int32_t jev_operation_begun(struct jev_poller *poller, struct jev_operation *operation, int error,
                            DWORD bytes) {
  if (error == 0 && operation->endpoint->skips) {
    poller->counters->posted++;
    jev_operation_done(poller, operation, (int32_t)bytes);
  } else if (error == 0 || error == ERROR_IO_PENDING) {
    jev_operation_pends(poller, operation);
  } else {
    return jev_windows_error((uint32_t)error);
  }
  return 0;
}

struct jev_operation *jev_next_done(struct jev_poller *poller) {
  struct jev_operation *operation = poller->first;
  if (operation != NULL) {
    poller->first = operation->next;
    poller->last = poller->first == NULL ? NULL : poller->last;
    operation->state = OPERATION_IDLE;
  }
  return operation;
}

/* ---- cancelling ---- */

/* What the system does not find has ended, and its packet comes. Not so under Wine: while that tries whether
 * more of a send leaves, it does not find it either, and then lets it wait on. */
static void ask_to_cancel(struct jev_poller *poller, struct jev_operation *operation) {
  poller->counters->syscalls++;
  if (!CancelIoEx((HANDLE)operation->endpoint->socket, &operation->overlapped) &&
      GetLastError() == ERROR_NOT_FOUND) {
    list_missed(poller, operation);
  }
}

void jev_cancel_operation(struct jev_poller *poller, struct jev_operation *operation) {
  if (operation->state == OPERATION_PENDING && !operation->cancelled) {
    operation->cancelled = true;
    ask_to_cancel(poller, operation);
  }
}

void jev_cancel_missed(struct jev_poller *poller) {
  struct jev_operation *operation = poller->missed;
  poller->missed = NULL;
  while (operation != NULL) {
    struct jev_operation *next = operation->next;
    operation->place = NULL;
    if (!operation->endpoint->closed && !operation->endpoint->renewed) {
      ask_to_cancel(poller, operation);
    }
    operation = next;
  }
}

/* ---- endpoints ---- */

bool jev_endpoint_idle(const struct jev_endpoint *endpoint) {
  return endpoint->read.state == OPERATION_IDLE && endpoint->write.state == OPERATION_IDLE &&
         endpoint->poll.state == OPERATION_IDLE && endpoint->end.state == OPERATION_IDLE;
}

static void unlist(struct jev_poller *poller, const struct jev_endpoint *endpoint) {
  struct jev_endpoint **place = &poller->wanting;
  while (*place != NULL && *place != endpoint) {
    place = &(*place)->next;
  }
  if (*place != NULL) {
    *place = endpoint->next;
  }
}

void jev_endpoint_free(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (endpoint->listed) {
    unlist(poller, endpoint);
  }
  if (endpoint->associated && !endpoint->closed && !endpoint->renewed) {
    jev_dissociate(endpoint);
  }
  uint32_t number = (uint32_t)endpoint->token;
  if (poller->endpoints[number] == endpoint) {
    poller->endpoints[number] = NULL;
  }
  *endpoint->place = endpoint->older;
  if (endpoint->older != NULL) {
    endpoint->older->place = endpoint->place;
  }
  jev_afd_release(endpoint);
  free(endpoint->accepting);
  free(endpoint);
}

void jev_cancel_all(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  endpoint->wanted = 0;
  jev_afd_cancel(poller, endpoint);
  jev_cancel_operation(poller, &endpoint->read);
  jev_cancel_operation(poller, &endpoint->write);
}

void jev_endpoint_abandon(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  poller->endpoints[(uint32_t)endpoint->token] = NULL;
  endpoint->orphan = true;
  endpoint->renewed = true;
  jev_cancel_all(poller, endpoint);
  if (jev_endpoint_idle(endpoint)) {
    jev_endpoint_free(poller, endpoint);
  }
}

static bool grow_to(struct jev_poller *poller, uint32_t number) {
  uint32_t count = poller->endpoint_count == 0 ? FIRST_ENDPOINTS : poller->endpoint_count;
  while (count <= number) {
    count *= 2;
  }
  if (count > poller->endpoint_count) {
    struct jev_endpoint **endpoints = realloc(poller->endpoints, count * sizeof(void *));
    if (endpoints == NULL) {
      return false;
    }
    memset(endpoints + poller->endpoint_count, 0, (count - poller->endpoint_count) * sizeof(void *));
    poller->endpoints = endpoints;
    poller->endpoint_count = count;
  }
  return true;
}

struct jev_endpoint *jev_endpoint_find(const struct jev_poller *poller, uint64_t token) {
  uint32_t number = (uint32_t)token;
  struct jev_endpoint *endpoint = number < poller->endpoint_count ? poller->endpoints[number] : NULL;
  return endpoint != NULL && endpoint->token == token ? endpoint : NULL;
}

static struct jev_endpoint *new_endpoint(struct jev_poller *poller, int32_t fd, uint64_t token) {
  struct jev_endpoint *endpoint = calloc(1, sizeof *endpoint);
  if (endpoint == NULL) {
    return NULL;
  }
  endpoint->socket = jev_socket_of(fd);
  endpoint->base = INVALID_SOCKET;
  endpoint->token = token;
  endpoint->read.endpoint = endpoint;
  endpoint->write.endpoint = endpoint;
  endpoint->poll.endpoint = endpoint;
  endpoint->poll.what = OPERATION_POLL;
  endpoint->end.endpoint = endpoint;
  endpoint->end.what = OPERATION_END;
  endpoint->older = poller->all;
  endpoint->place = &poller->all;
  if (poller->all != NULL) {
    poller->all->place = &endpoint->older;
  }
  poller->all = endpoint;
  poller->endpoints[(uint32_t)token] = endpoint;
  return endpoint;
}

struct jev_endpoint *jev_endpoint_of(struct jev_poller *poller, int32_t fd, uint64_t token) {
  uint32_t number = (uint32_t)token;
  if (!grow_to(poller, number)) {
    return NULL;
  }
  struct jev_endpoint *endpoint = poller->endpoints[number];
  if (endpoint != NULL && endpoint->token == token) {
    return endpoint;
  }
  if (endpoint != NULL) {
    jev_endpoint_abandon(poller, endpoint);
  }
  return new_endpoint(poller, fd, token);
}

void jev_endpoint_wants(struct jev_poller *poller, struct jev_endpoint *endpoint) {
  if (!endpoint->listed && endpoint->wanted != 0) {
    endpoint->listed = true;
    endpoint->next = poller->wanting;
    poller->wanting = endpoint;
  }
}
