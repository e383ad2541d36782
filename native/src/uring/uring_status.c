/* See uring_status.h. */
#include "uring/uring_status.h"

#include "core/poller.h"

#if defined(JEV_HAS_URING)

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "uring/uring.h"
#include "uring/uring_slab.h"

static int32_t probe(void) {
  struct jev_uring uring;
  struct jev_header counters = {0};
  int32_t error = jev_uring_open(&uring, 1, &counters);
  if (error == 0) {
    error = jev_uring_slab_probe(&uring);
    jev_uring_close(&uring);
  }
  return error;
}

int32_t jev_uring_status(void) {
  static atomic_bool usable;
  if (atomic_load(&usable)) {
    return 0;
  }
  int32_t status = probe();
  atomic_store(&usable, status == 0);
  return status;
}

static int forbidden_by_setting(void) {
  char setting = '0';
  int fd = open("/proc/sys/kernel/io_uring_disabled", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (read(fd, &setting, 1) != 1) {
      setting = '0';
    }
    close(fd);
  }
  return setting - '0';
}

int jev_uring_reason(char *out, size_t size) {
  struct utsname system;
  const char *release = uname(&system) == 0 ? system.release : "of unknown version";
  switch (jev_uring_status()) {
    case -ENOSYS:
      return snprintf(out, size, "this kernel has no io_uring, or a sandbox hides it");
    case -EINVAL:
      return snprintf(out, size, "kernel %s lacks what is needed of 6.1 (deferred task work, buffer rings)",
                      release);
    case -EPERM:
    case -EACCES:
      return forbidden_by_setting() != 0
                 ? snprintf(out, size, "kernel.io_uring_disabled is %d", forbidden_by_setting())
                 : snprintf(out, size, "forbidden, as containers' seccomp profiles do");
    default:
      return 0;
  }
}

#endif
