/* epoll on a kernel, or in a sandbox, without epoll_pwait2. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static void waits_in_the_sandbox(void) {
  static const int64_t TIMES[] = {1, 150000, 2500000, 40000000};
  struct ring ring = open_ring();
  for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
    int64_t start = now();
    CHECK_EQ(enter(&ring, TIMES[i]), 0);
    CHECK(now() - start >= TIMES[i]);
  }
  CHECK_EQ(jev_wakeup(ring.handle), 0);
  CHECK_EQ(enter(&ring, -1), 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 5000000), 0); /* it was used up */
  CHECK(now() - start >= 5000000);
  close_ring(&ring);
}

/* In a child whose kernel answers epoll_pwait2 with this error, time-outs still work. */
static void in_a_sandbox(int error, const char *name) {
  if (system_lacks(SANDBOXES, name)) {
    return;
  }
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 441, 0, 1), /* epoll_pwait2, on every platform */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    CHECK_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    CHECK_EQ(jev_engine_status(test_engine()), 0);
    waits_in_the_sandbox();
    fflush(NULL);
    _exit(0);
  }
  int status = -1;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

static void a_kernel_without_the_call_will_do(void) { in_a_sandbox(ENOSYS, __func__); }

static void a_sandbox_that_forbids_the_call_will_do(void) { in_a_sandbox(EPERM, __func__); }

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(a_kernel_without_the_call_will_do),
      CASE(a_sandbox_that_forbids_the_call_will_do),
  };
  return RUN_CASES(CASES);
}
