/*
 * Signals on POSIX systems: one handler for the process, and the one before it.
 *
 * Handlers form a chain that the system does not manage. A handler installed later, such as that of a second
 * copy of this library, knows the address of ours and restores it when it leaves. Therefore ours is removed
 * only while it is the one that the system calls. Otherwise it stays, passes unwatched signals on, and its
 * code remains loaded.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "core/atomics.h"
#include "core/jev_assert.h"
#include "core/signal_ports.h"
#include "jevent.h"

/* Before glibc 2.34 they belong to a separate library. Every JVM has loaded it, and this one does not name
 * it. Where they are missing, the library is never unloaded. */
#if defined(__linux__)
#pragma weak dladdr
#pragma weak dlopen
#pragma weak dlclose
#define CAN_PIN (dladdr != NULL && dlopen != NULL && dlclose != NULL)
#else
#define CAN_PIN true
#endif

#if !defined(RTLD_NOLOAD)
#define RTLD_NOLOAD 0
#endif

typedef void handler(int signal, siginfo_t *info, void *context);

/* Of one signal; under the lock, but for what the handler reads. */
struct place {
  jev_atomic_pointer former;      /* by the first installation: what our handler passes on to */
  struct sigaction replaced;      /* by the last one: what is restored */
  jev_atomic previous_takes_info; /* as our handler does */
  bool chained;                   /* our handler is called, or another one may call it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct place places[JEV_SIGNALS];
static uint32_t chained; /* of them */
static void *pin;        /* keeps this library loaded; under the lock */

/* ---- while a signal is delivered ---- */

/* The action of a signal that has no handler: the process ends by the signal, stops, or goes on. */
static void act_by_default(int signal) {
  switch (signal) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
#if defined(SIGINFO) && !defined(__linux__)
    case SIGINFO:
    case SIGIO:
#endif
      return;
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      kill(getpid(), SIGSTOP);
      return;
    default: {
      struct sigaction none = {.sa_handler = SIG_DFL};
      sigaction(signal, &none, NULL);
      kill(getpid(), signal);
    }
  }
}

static void pass_on(int signal, siginfo_t *info, void *context) {
  uintptr_t former = (uintptr_t)jev_load_pointer(&places[signal].former);
  if (former == (uintptr_t)SIG_DFL) {
    act_by_default(signal);
  } else if (former == (uintptr_t)SIG_IGN) {
    return;
  } else if (jev_load(&places[signal].previous_takes_info) != 0) {
    ((handler *)former)(signal, info, context);
  } else {
    ((void (*)(int))former)(signal);
  }
}

static void handle(int signal, siginfo_t *info, void *context) {
  int saved = errno;
  if (!jev_signal_count(signal)) {
    pass_on(signal, info, context);
  }
  errno = saved;
}

/* ---- installing and restoring ---- */

/* Both kinds of handlers share the member of the structure, on every system that there is. */
static uintptr_t handler_of(const struct sigaction *action) { return (uintptr_t)action->sa_handler; }

static bool is_ours(const struct sigaction *action) { return handler_of(action) == (uintptr_t)handle; }

static void join_chain(struct place *place) {
  jev_assert(!place->chained && chained < JEV_SIGNALS);
  place->chained = true;
  Dl_info self;
  if (chained++ == 0 && CAN_PIN && dladdr(places, &self) != 0) {
    pin = dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  }
}

static void leave_chain(struct place *place) {
  jev_assert(place->chained && chained > 0);
  place->chained = false;
  if (--chained == 0 && pin != NULL) {
    dlclose(pin); /* the caller has loaded this library as well */
    pin = NULL;
  }
}

static void stand_before(struct place *place, const struct sigaction *current) {
  place->replaced = *current;
  if (!place->chained) { /* else what is there now may lead to our handler itself */
    jev_store(&place->previous_takes_info, (current->sa_flags & SA_SIGINFO) != 0);
    jev_store_pointer(&place->former, (void *)handler_of(current)); /* NOLINT */
  }
}

int32_t jev_signal_install(int32_t signal) {
  struct place *place = &places[signal];
  struct sigaction current;
  if (sigaction(signal, NULL, &current) != 0) {
    return -errno;
  }
  if (!is_ours(&current)) {
    stand_before(place, &current);
  }
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  if (sigaction(signal, &action, NULL) != 0) {
    return -errno;
  }
  if (!place->chained) {
    join_chain(place);
  }
  return 0;
}

void jev_signal_restore(int32_t signal) {
  struct place *place = &places[signal];
  struct sigaction current;
  if (sigaction(signal, NULL, &current) != 0 || !is_ours(&current)) {
    return;
  }
  jev_assert(place->chained && !is_ours(&place->replaced));
  sigaction(signal, &place->replaced, NULL);
  if (handler_of(&place->replaced) == (uintptr_t)jev_load_pointer(&place->former)) {
    leave_chain(place);
  }
}

void jev_signals_lock(void) { pthread_mutex_lock(&lock); }

void jev_signals_unlock(void) { pthread_mutex_unlock(&lock); }

void jev_thread_yield(void) { sched_yield(); }

int32_t jev_signal_number(int32_t index) {
  static const int NUMBERS[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1, SIGUSR2,  SIGPIPE, SIGALRM,
                                SIGTERM, SIGCHLD, SIGCONT, SIGTSTP, SIGWINCH, SIGIO,   SIGURG};
  int32_t count = (int32_t)(sizeof NUMBERS / sizeof *NUMBERS);
  return index >= 1 && index <= count ? NUMBERS[index - 1] : -EINVAL;
}

int32_t jev_raise(int32_t signal) { return kill(getpid(), signal) == 0 ? 0 : -errno; }
