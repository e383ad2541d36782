/* Signals on POSIX systems: one process-wide handler; a signal's former action is kept meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "jevent.h"
#include "signals.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction former[JEV_SIGNALS];

static void handle(int signal) {
  int saved = errno;
  jev_signal_count(signal);
  errno = saved;
}

int32_t jev_signal_install(int32_t signal) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  return sigaction(signal, &action, &former[signal]) == 0 ? 0 : -errno;
}

void jev_signal_restore(int32_t signal) { sigaction(signal, &former[signal], NULL); }

void jev_signals_lock(void) { pthread_mutex_lock(&lock); }

void jev_signals_unlock(void) { pthread_mutex_unlock(&lock); }

void jev_signals_yield(void) { sched_yield(); }

int32_t jev_signal_number(int32_t index) {
  static const int NUMBERS[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1, SIGUSR2,  SIGPIPE, SIGALRM,
                                SIGTERM, SIGCHLD, SIGCONT, SIGTSTP, SIGWINCH, SIGIO,   SIGURG};
  int32_t count = (int32_t)(sizeof NUMBERS / sizeof *NUMBERS);
  return index >= 1 && index <= count ? NUMBERS[index - 1] : -EINVAL;
}

int32_t jev_raise(int32_t signal) { return kill(getpid(), signal) == 0 ? 0 : -errno; }
