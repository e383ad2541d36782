/* EVFILT_SIGNAL, emulated: a handler counts what is delivered, and rings for every queue that watches. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "emulation.h"

enum { SIGNALS = 65, BELLS = 64 };

static pthread_mutex_t signals_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_ullong delivered[SIGNALS];
static int watchers[SIGNALS];
static struct sigaction former[SIGNALS];
static atomic_int bells[BELLS]; /* descriptors plus one */
static atomic_int handling;

static void chain(int number, siginfo_t *info, void *context) {
  const struct sigaction *action = &former[number];
  if ((action->sa_flags & SA_SIGINFO) != 0) {
    action->sa_sigaction(number, info, context);
  } else if (action->sa_handler != SIG_IGN && action->sa_handler != SIG_DFL) {
    action->sa_handler(number);
  }
}

/* Besides whatever else the program does with the signal, but for the default action. */
static void deliver(int number, siginfo_t *info, void *context) {
  atomic_fetch_add(&handling, 1);
  atomic_fetch_add(&delivered[number], 1);
  for (int i = 0; i < BELLS; i++) {
    int bell = atomic_load(&bells[i]);
    if (bell != 0) {
      emulated_ring(bell - 1);
    }
  }
  atomic_fetch_sub(&handling, 1);
  chain(number, info, context);
}

static void exchange_bell(int from, int to) {
  for (int i = 0; i < BELLS; i++) {
    if (atomic_load(&bells[i]) == from) {
      atomic_store(&bells[i], to);
      return;
    }
  }
}

int emulated_watch_signal(uintptr_t number, int bell, uint64_t *seen) {
  if (number < 1 || number >= SIGNALS) {
    return EINVAL;
  }
  struct sigaction action = {.sa_sigaction = deliver, .sa_flags = SA_RESTART | SA_SIGINFO};
  sigfillset(&action.sa_mask);
  int error = 0;
  pthread_mutex_lock(&signals_lock);
  *seen = atomic_load(&delivered[number]);
  exchange_bell(0, bell + 1);
  if (watchers[number]++ == 0 && sigaction((int)number, &action, &former[number]) != 0) {
    error = errno;
    watchers[number] = 0;
    exchange_bell(bell + 1, 0);
  }
  pthread_mutex_unlock(&signals_lock);
  return error;
}

void emulated_unwatch_signal(int number, int bell) {
  pthread_mutex_lock(&signals_lock);
  if (--watchers[number] == 0) {
    sigaction(number, &former[number], NULL);
  }
  exchange_bell(bell + 1, 0);
  while (atomic_load(&handling) != 0) {
    sched_yield(); /* one of them may be about to ring that bell */
  }
  pthread_mutex_unlock(&signals_lock);
}

uint64_t emulated_delivered(int number) { return atomic_load(&delivered[number]); }
