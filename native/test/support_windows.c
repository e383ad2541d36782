/* What the C tests ask of Windows. */
#include <winsock2.h>
/* The next header needs the previous one. */
#include <windows.h>

#include "support.h"

enum { MILLISECOND = 1000000, MAX_HANDLES = 8192 };

int32_t first_engine(void) { return JEV_ENGINE_SELECT; }

void prepare_process(void) { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX); }

/* The imitation of Windows that these tests run on where there is none. */
static bool on_wine(void) { return GetProcAddress(GetModuleHandleA("ntdll"), "wine_get_version") != NULL; }

static bool knows_option(int32_t option) {
  int32_t probe = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  int32_t result = jev_get_option(probe, option);
  CHECK_EQ(jev_close(probe), 0);
  return errno_of(result) != ENOPROTOOPT;
}

const char *missing(enum ability ability) {
  switch (ability) {
    case DUPLICATING:
      return "Windows chooses the numbers of descriptors";
    case PIPES_ARE_NO_SOCKETS:
      return "Windows has no readiness of pipes and files";
    case LIMITING_DESCRIPTORS:
      return "Windows limits descriptors by memory alone";
    case ASKING_FOR_BLOCKING:
      return "Windows does not show whether a socket is in blocking mode";
    case NONBLOCKING_PER_CALL:
      return "Windows has no flag against waiting for one call";
    case LOCAL_PAIRS:
      return "pairs are connections of the loopback";
    case POSIX_OPTIONS:
      return "Windows has no such options";
    case POSIX_ERRORS:
      return "Windows has other errors for it";
    case TIMING_KEEP_ALIVE:
      return knows_option(JEV_OPT_KEEP_COUNT) ? NULL
                                              : "neither Wine nor Windows before 10 1709 has the options";
    case READING_RESETS:
      return on_wine() ? "Wine says end of stream where Windows says that the connection was reset" : NULL;
    case CLEARING_ERRORS:
      return on_wine() ? "Wine keeps a pending error after reporting it" : NULL;
    case WAKING_FOR_REFUSALS:
      return on_wine() ? "Wine does not wake a receiver of datagrams when the peer is missing" : NULL;
    case EARLY_CLOSE:
      return on_wine() ? "Wine reports the peer's close when what came before it has been read" : NULL;
    case SYSTEM_FILES:
      return "there is no /proc";
    case ABSTRACT_NAMES:
      return "Windows has no abstract names";
    case UNIX_DATAGRAMS:
      return "Windows has no datagrams of the Unix family";
    case UNIX_SOCKETS: {
      int32_t probe = jev_socket(JEV_FAMILY_UNIX, JEV_STREAM);
      CHECK(probe < 0 || jev_close(probe) == 0);
      return probe < 0 ? "this Windows has no sockets of the Unix family" : NULL;
    }
    default:
      return NULL;
  }
}

/* Of sockets: the rest of the system opens handles at any time. */
int open_descriptors(void) {
  int count = 0;
  for (SOCKET handle = 4; handle < MAX_HANDLES; handle += 4) {
    int type;
    int length = sizeof type;
    count += getsockopt(handle, SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0 ? 1 : 0;
  }
  return count;
}

int64_t now(void) {
  LARGE_INTEGER ticks;
  LARGE_INTEGER frequency;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&frequency);
  return ticks.QuadPart / frequency.QuadPart * SECOND +
         ticks.QuadPart % frequency.QuadPart * SECOND / frequency.QuadPart;
}

void sleep_for(int64_t nanoseconds) {
  int64_t end = now() + nanoseconds;
  for (int64_t left = nanoseconds; left > 0; left = end - now()) {
    Sleep((DWORD)((left + MILLISECOND - 1) / MILLISECOND));
  }
}

/* ---- threads ---- */

struct thread {
  HANDLE handle;
  void (*run)(void *);
  void *argument;
};

static DWORD WINAPI run_thread(LPVOID started) {
  const struct thread *thread = started;
  thread->run(thread->argument);
  return 0;
}

struct thread *start_thread(void (*run)(void *), void *argument) {
  struct thread *thread = malloc(sizeof *thread);
  CHECK(thread != NULL);
  thread->run = run;
  thread->argument = argument;
  thread->handle = CreateThread(NULL, 0, run_thread, thread, 0, NULL);
  CHECK(thread->handle != NULL);
  return thread;
}

void join_thread(struct thread *thread) {
  CHECK_EQ(WaitForSingleObject(thread->handle, INFINITE), WAIT_OBJECT_0);
  CloseHandle(thread->handle);
  free(thread);
}

/* ---- signals ---- */

int32_t test_signal(int index) { return jev_signal_number(index == 0 ? 2 /* INT */ : 15 /* BREAK */); }

void raise_here(int32_t signal) { CHECK_EQ(jev_raise(signal), 0); }

/* ---- descriptors ---- */

bool becomes_ready(int32_t fd, bool writing) {
  fd_set asked;
  fd_set failed;
  struct timeval limit = {.tv_sec = PATIENCE};
  FD_ZERO(&asked);
  FD_ZERO(&failed);
  FD_SET((SOCKET)fd, &asked);
  FD_SET((SOCKET)fd, &failed);
  return select(0, writing ? NULL : &asked, writing ? &asked : NULL, writing ? &failed : NULL, &limit) == 1;
}

bool may_wait(int32_t fd) {
  (void)fd;
  return false;
}

bool is_inherited(int32_t fd) {
  DWORD flags = 0;
  CHECK(GetHandleInformation((HANDLE)(uintptr_t)(uint32_t)fd, &flags));
  return (flags & HANDLE_FLAG_INHERIT) != 0;
}

int32_t not_watched(void) { return -ENOTSOCK; }

static _Noreturn void not_here(const char *what) { fail(__FILE__, __LINE__, what); }

int32_t duplicate(int32_t fd) {
  (void)fd;
  not_here("DUPLICATING");
}

void duplicate_as(int32_t fd, int32_t number) {
  (void)fd;
  (void)number;
  not_here("DUPLICATING");
}

void blocking_pipe(int32_t *fds) {
  (void)fds;
  not_here("PLAIN_PIPES");
}

int64_t limit_descriptors(int64_t limit) {
  (void)limit;
  not_here("LIMITING_DESCRIPTORS");
}

int32_t closed_number(void) {
  int32_t fd = jev_socket(JEV_FAMILY_INET, JEV_STREAM);
  CHECK(fd >= 0);
  CHECK_EQ(jev_close(fd), 0);
  return fd;
}

int32_t regular_file(void) {
  char path[MAX_PATH];
  CHECK(GetModuleFileNameA(NULL, path, sizeof path) > 0);
  int32_t fd = jev_open(at(path), 0);
  CHECK(fd >= 0);
  return fd;
}

/* ---- files ---- */

void make_directory(char *path, size_t size) {
  static int number;
  char temporary[MAX_PATH];
  CHECK(GetTempPathA(sizeof temporary, temporary) > 0);
  bool made;
  do { /* one of a process of that number may have been left behind */
    int length = snprintf(path, size, "%sjevent-%lu-%d", temporary, GetCurrentProcessId(), number++);
    CHECK(length > 0 && (size_t)length < size);
    made = CreateDirectoryA(path, NULL);
  } while (!made && GetLastError() == ERROR_ALREADY_EXISTS);
  CHECK(made);
}

void remove_directory(const char *path) {
  char name[2 * MAX_PATH];
  WIN32_FIND_DATAA found;
  snprintf(name, sizeof name, "%s/*", path);
  HANDLE search = FindFirstFileA(name, &found);
  CHECK(search != INVALID_HANDLE_VALUE);
  do {
    snprintf(name, sizeof name, "%s/%s", path, found.cFileName);
    DeleteFileA(name); /* not the two names of directories */
  } while (FindNextFileA(search, &found));
  FindClose(search);
  CHECK(RemoveDirectoryA(path));
}
