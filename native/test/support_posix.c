/* What the C tests ask of a POSIX system. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#include "support.h"

int32_t first_engine(void) { return JEV_ENGINE_EPOLL; }

void prepare_process(void) { signal(SIGPIPE, SIG_IGN); }

/* Where a loader was started to run the program, the kernel has loaded none, and /proc/self/exe is the
 * loader. */
static bool started_by_a_loader(void) {
#if defined(__linux__)
  return getauxval(AT_BASE) == 0;
#else
  return false;
#endif
}

/* docs/platforms.md describes how each was found to be the emulator's. */
const char *missing(enum ability ability) {
  const bool emulated = getenv("JEVENT_TEST_EMULATOR") != NULL;
  switch (ability) {
    case LARGE_SETS:
      return emulated && test_engine() == JEV_ENGINE_SELECT
                 ? "qemu-user ends the process over sets beyond 1024"
                 : NULL;
    case SANDBOXES:
      return emulated ? "qemu-user has no seccomp" : NULL;
    case STARTING_ITSELF:
      return started_by_a_loader() ? "the loader of another C library was started to run this program" : NULL;
    default:
      return NULL;
  }
}

int open_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  if (directory == NULL) {
    return 0;
  }
  int count = 0;
  while (readdir(directory) != NULL) {
    count++;
  }
  closedir(directory);
  return count;
}

int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

void sleep_for(int64_t nanoseconds) {
  const struct timespec time = {.tv_sec = nanoseconds / SECOND, .tv_nsec = nanoseconds % SECOND};
  nanosleep(&time, NULL);
}

/* ---- threads ---- */

struct thread {
  pthread_t id;
  void (*run)(void *);
  void *argument;
};

static void *run_thread(void *started) {
  const struct thread *thread = started;
  thread->run(thread->argument);
  return NULL;
}

struct thread *start_thread(void (*run)(void *), void *argument) {
  struct thread *thread = malloc(sizeof *thread);
  CHECK(thread != NULL);
  thread->run = run;
  thread->argument = argument;
  CHECK_EQ(pthread_create(&thread->id, NULL, run_thread, thread), 0);
  return thread;
}

void join_thread(struct thread *thread) {
  CHECK_EQ(pthread_join(thread->id, NULL), 0);
  free(thread);
}

/* ---- signals ---- */

int32_t test_signal(int index) { return index == 0 ? SIGUSR1 : SIGUSR2; }

/* Handled before it returns. */
void raise_here(int32_t signal) { CHECK_EQ(pthread_kill(pthread_self(), signal), 0); }

/* ---- descriptors ---- */

bool becomes_ready(int32_t fd, bool writing) {
  struct pollfd ready = {.fd = fd, .events = writing ? POLLOUT : POLLIN};
  return poll(&ready, 1, PATIENCE * 1000) == 1;
}

bool may_wait(int32_t fd) { return (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0; }

bool is_inherited(int32_t fd) { return (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0; }

int32_t not_watched(void) { return -EPERM; }

int32_t duplicate(int32_t fd) {
  int32_t twin = dup(fd);
  CHECK(twin >= 0);
  return twin;
}

void duplicate_as(int32_t fd, int32_t number) { CHECK_EQ(dup2(fd, number), number); }

void blocking_pipe(int32_t *fds) { CHECK_EQ(pipe(fds), 0); }

int32_t closed_number(void) {
  int32_t fd = duplicate(0);
  CHECK_EQ(jev_close(fd), 0);
  return fd;
}

int32_t regular_file(void) {
  int32_t fd = jev_open(at("/proc/self/exe"), 0);
  CHECK(fd >= 0);
  return fd;
}

int64_t limit_descriptors(int64_t limit) {
  struct rlimit former;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &former), 0);
  struct rlimit wanted = {.rlim_cur = (rlim_t)limit, .rlim_max = former.rlim_max};
  CHECK(limit < 0 || setrlimit(RLIMIT_NOFILE, &wanted) == 0);
  return (int64_t)former.rlim_cur;
}

/* ---- files ---- */

void make_directory(char *path, size_t size) {
  snprintf(path, size, "/tmp/jevent-test-XXXXXX");
  CHECK(mkdtemp(path) != NULL);
}

void remove_directory(const char *path) {
  DIR *directory = opendir(path);
  CHECK(directory != NULL);
  for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    unlinkat(dirfd(directory), entry->d_name, 0);
  }
  closedir(directory);
  CHECK_EQ(rmdir(path), 0);
}
