/*
 * Signals on Windows: what the console sends its programs. An interrupt is SIGINT, a break SIGBREAK. The end
 * of the console, the session or the system is SIGTERM, after which the system ends the process within
 * seconds. jev_raise reaches the watchers of this process, as raise of the C runtime does.
 */
#include <errno.h>

#include "core/jev_assert.h"
#include "core/signal_ports.h"
#include "windows/windows_api.h"

/* The numbers of the C runtime. */
enum { NUMBER_INT = 2, NUMBER_TERM = 15, NUMBER_BREAK = 21 };

enum { INDEX_INT = 2, INDEX_TERM = 8, INDEX_BREAK = 15, KILLED = 3 };

static SRWLOCK lock = SRWLOCK_INIT;
static int32_t installed; /* signals that are watched; under the lock */

/* Called in a separate thread. */
static BOOL WINAPI handle(DWORD event) {
  switch (event) {
    case CTRL_C_EVENT:
      return jev_signal_count(NUMBER_INT);
    case CTRL_BREAK_EVENT:
      return jev_signal_count(NUMBER_BREAK);
    case CTRL_CLOSE_EVENT:
    case CTRL_LOGOFF_EVENT:
    case CTRL_SHUTDOWN_EVENT:
      if (!jev_signal_count(NUMBER_TERM)) {
        return FALSE;
      }
      Sleep(INFINITE); /* the process ends when this returns: the program has what time the system gives */
      return TRUE;
    default:
      return FALSE;
  }
}

static bool known(int32_t signal) {
  return signal == NUMBER_INT || signal == NUMBER_BREAK || signal == NUMBER_TERM;
}

int32_t jev_signal_install(int32_t signal) {
  if (!known(signal)) {
    return -EINVAL;
  }
  if (installed == 0 && !SetConsoleCtrlHandler(handle, TRUE)) {
    return jev_system_error();
  }
  installed++;
  return 0;
}

void jev_signal_restore(int32_t signal) {
  jev_assert(known(signal) && installed > 0);
  if (--installed == 0) {
    SetConsoleCtrlHandler(handle, FALSE);
  }
}

void jev_signals_lock(void) { AcquireSRWLockExclusive(&lock); }

void jev_signals_unlock(void) { ReleaseSRWLockExclusive(&lock); }

void jev_thread_yield(void) { Sleep(0); }

int32_t jev_signal_number(int32_t index) {
  switch (index) {
    case INDEX_INT:
      return NUMBER_INT;
    case INDEX_TERM:
      return NUMBER_TERM;
    case INDEX_BREAK:
      return NUMBER_BREAK;
    default:
      return -EINVAL;
  }
}

int32_t jev_raise(int32_t signal) {
  if (!known(signal)) {
    return -EINVAL;
  }
  if (!jev_signal_count(signal)) {
    ExitProcess(KILLED);
  }
  return 0;
}
