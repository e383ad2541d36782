/*
 * The endpoints of a completion port, one for each slot that has something under way.
 */
#include <stdlib.h>
#include <string.h>

#include "iocp/iocp.h"

enum { FIRST_ENDPOINTS = 64 };

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
  jev_assert(jev_endpoint_idle(endpoint));
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
  jev_assert(*endpoint->place == endpoint);
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
  jev_assert(poller->endpoints[(uint32_t)endpoint->token] == endpoint && !endpoint->renewed);
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
  jev_assert(poller->endpoints[(uint32_t)token] == NULL);
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
