/* Waiting: time-outs, wake-ups, interruptions, and a kernel or sandbox without epoll_pwait2. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static void time_outs_are_never_early(void) {
  static const int64_t TIMES[] = {1, 1000, 150000, 1000000, 2500000, 40000000};
  struct ring ring = open_ring();
  for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
    for (int round = 0; round < 5; round++) {
      int64_t start = now();
      CHECK_EQ(enter(&ring, TIMES[i]), 0);
      int64_t took = now() - start;
      CHECK(took >= TIMES[i]);
      CHECK(took < TIMES[i] + (int64_t)PATIENCE * SECOND);
    }
  }
  close_ring(&ring);
}

static void nothing_to_wait_for_means_no_wait(void) {
  struct ring ring = open_ring();
  CHECK_EQ(enter(&ring, 0), 0);
  uint64_t syscalls = ring.header->syscalls;
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(enter(&ring, 0), 0);
  }
  CHECK_EQ(ring.header->syscalls - syscalls,
           test_engine() == JEV_ENGINE_IO_URING ? 0 /* it sees that */ : 10);
  close_ring(&ring);
}

/* A time-out that an event cut short must not end a later wait. */
static void an_old_time_out_does_not_end_a_later_wait(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  stream_pair(fds);
  put(fds[1], "x");
  attach(&ring, 0, fds[0]);
  submit(&ring, JEV_OP_POLL, 0, 0, JEV_READ, 0, 0);
  CHECK_EQ(enter(&ring, 20000000), 1); /* returns at once */
  submit(&ring, JEV_OP_POLL, 0, 0, 0, 0, 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 60000000), 0);
  CHECK(now() - start >= 60000000);
  submit(&ring, JEV_OP_POLL, 0, 0, JEV_READ, 0, 0);
  CHECK_EQ(enter(&ring, 10000000), 1);
  submit(&ring, JEV_OP_DETACH, 0, 0, 0, 0, 0);
  CHECK_EQ(enter(&ring, 0), 1);
  CHECK_EQ(enter(&ring, 0), 0);
  usleep(20000);
  start = now();
  CHECK_EQ(enter(&ring, 30000000), 0);
  CHECK(now() - start >= 30000000);
  jev_close(fds[0]);
  jev_close(fds[1]);
  close_ring(&ring);
}

static void a_wake_up_before_the_wait_counts(void) {
  struct ring ring = open_ring();
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(jev_wakeup(ring.handle), 0);
    CHECK_EQ(jev_wakeup(ring.handle), 0);
    CHECK_EQ(enter(&ring, -1), 0);
    int64_t start = now();
    CHECK_EQ(enter(&ring, 5000000), 0); /* both were used up */
    CHECK(now() - start >= 5000000);
  }
  close_ring(&ring);
}

static atomic_bool stop;

static void *wake_again_and_again(void *argument) {
  struct ring *ring = argument;
  while (!atomic_load(&stop)) {
    jev_wakeup(ring->handle);
    usleep(300);
  }
  return NULL;
}

static void any_thread_ends_the_wait(void) {
  struct ring ring = open_ring();
  atomic_store(&stop, false);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) {
    CHECK_EQ(pthread_create(&threads[i], NULL, wake_again_and_again, &ring), 0);
  }
  for (int i = 0; i < 200; i++) {
    CHECK_EQ(enter(&ring, -1), 0);
  }
  atomic_store(&stop, true);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], NULL);
  }
  close_ring(&ring);
}

/* Without a time-out nothing but a wake-up ends the wait, also after waits that had one. */
static void *wake_once(void *argument) {
  struct ring *ring = argument;
  usleep(60000);
  jev_wakeup(ring->handle);
  return NULL;
}

static void a_wait_without_limit_lasts_until_woken(void) {
  struct ring ring = open_ring();
  jev_wakeup(ring.handle);
  CHECK_EQ(enter(&ring, 10000000), 0); /* leaves 10 ms unspent */
  pthread_t thread;
  int64_t start = now();
  CHECK_EQ(pthread_create(&thread, NULL, wake_once, &ring), 0);
  CHECK_EQ(enter(&ring, -1), 0);
  CHECK(now() - start >= 60000000);
  pthread_join(thread, NULL);
  close_ring(&ring);
}

static void ignore(int number) { (void)number; }

static void *interrupt(void *argument) {
  usleep(20000);
  pthread_kill(*(pthread_t *)argument, SIGALRM);
  return NULL;
}

static void an_interruption_does_not_end_the_wait(void) {
  struct ring ring = open_ring();
  struct sigaction action = {.sa_handler = ignore};
  struct sigaction saved;
  CHECK_EQ(sigaction(SIGALRM, &action, &saved), 0);
  pthread_t self = pthread_self();
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, interrupt, &self), 0);
  int64_t start = now();
  CHECK_EQ(enter(&ring, 60000000), 0); /* interrupted after a third of it */
  CHECK(now() - start >= 60000000);
  pthread_join(thread, NULL);
  CHECK_EQ(sigaction(SIGALRM, &saved, NULL), 0);
  close_ring(&ring);
}

/* What there is to report already is not waited for, and does not keep the kernel from being asked. */
static void completions_at_hand_are_not_waited_for(void) {
  struct ring ring = open_ring();
  int32_t fds[2];
  int32_t other[2];
  stream_pair(fds);
  stream_pair(other);
  attach(&ring, 0, fds[0]);
  attach(&ring, 1, other[0]);
  submit(&ring, JEV_OP_POLL, 0, 1, JEV_READ, 0, 0);
  put(other[1], "x");
  bool seen = false;
  for (int i = 0; i < 4; i++) {
    submit(&ring, JEV_OP_SEND, 0, 0, at("x"), 1, 0);
    CHECK(enter(&ring, -1) >= 1);
    CHECK_EQ(ring.completions[0].op, JEV_SENT);
    seen = seen || ring.header->completed == 2;
    ring.next = ring.header->completed;
  }
  CHECK(seen);
  detach_and_close(&ring, 0);
  submit(&ring, JEV_OP_DETACH, JEV_FLAG_CLOSE, 1, 0, 0, 0);
  while (ring.completions[ring.header->completed - 1].op != JEV_DETACHED || ring.header->completed == 0 ||
         ring.completions[ring.header->completed - 1].slot != 1) {
    enter(&ring, 0);
  }
  ring.next = ring.header->completed;
  jev_close(fds[1]);
  jev_close(other[1]);
  close_ring(&ring);
}

/* In a child whose kernel answers epoll_pwait2 with this error, time-outs still work. */
static void in_a_sandbox(int error) {
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
    time_outs_are_never_early();
    a_wake_up_before_the_wait_counts();
    fflush(NULL);
    _exit(0);
  }
  int status = -1;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

static void old_kernels_and_sandboxes_will_do(void) {
  if (test_engine() != JEV_ENGINE_EPOLL) {
    printf("left out: %s: epoll_pwait2 is epoll's\n", __func__);
    return;
  }
  in_a_sandbox(ENOSYS);
  in_a_sandbox(EPERM);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(time_outs_are_never_early),
      CASE(nothing_to_wait_for_means_no_wait),
      CASE(an_old_time_out_does_not_end_a_later_wait),
      CASE(a_wake_up_before_the_wait_counts),
      CASE(any_thread_ends_the_wait),
      CASE(a_wait_without_limit_lasts_until_woken),
      CASE(an_interruption_does_not_end_the_wait),
      CASE(completions_at_hand_are_not_waited_for),
      CASE(old_kernels_and_sandboxes_will_do),
  };
  return RUN_CASES(CASES);
}
