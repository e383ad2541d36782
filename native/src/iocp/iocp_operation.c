/*
 * The operations of a completion port: their life, the queue of those that are done, and cancelling.
 */
#include <errno.h>

#include "iocp/iocp.h"

/* ---- operations ---- */

void jev_operation_pends(struct jev_poller *poller, struct jev_operation *operation) {
  jev_assert(operation->state == OPERATION_IDLE && operation->place == NULL);
  operation->state = OPERATION_PENDING;
  poller->pending++;
  poller->counters->posted++;
}

static void list_missed(struct jev_poller *poller, struct jev_operation *operation) {
  jev_assert(operation->state == OPERATION_PENDING && operation->place == NULL);
  jev_assert(poller->missed == NULL || poller->missed->place == &poller->missed);
  operation->next = poller->missed;
  operation->place = &poller->missed;
  if (poller->missed != NULL) {
    poller->missed->place = &operation->next;
  }
  poller->missed = operation;
}

static void unlist_missed(struct jev_operation *operation) {
  jev_assert(operation->state == OPERATION_PENDING && *operation->place == operation);
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
    jev_assert(poller->pending > 0);
    poller->pending--;
  }
  jev_assert(operation->state != OPERATION_DONE);
  jev_assert((poller->first == NULL) == (poller->last == NULL));
  jev_assert(poller->last == NULL || poller->last->next == NULL);
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
  jev_assert(operation->state == OPERATION_IDLE);
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
    jev_assert(operation->state == OPERATION_DONE && operation->place == NULL);
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
    jev_assert(operation->state == OPERATION_PENDING);
    operation->place = NULL;
    if (!operation->endpoint->closed && !operation->endpoint->renewed) {
      ask_to_cancel(poller, operation);
    }
    operation = next;
  }
}
