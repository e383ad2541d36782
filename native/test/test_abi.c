/* What the library says about itself: version, layout, errors, engines, the block of a ring, memory. */

#include "support.h"

static void reports_its_version_and_layout(void) {
  CHECK_EQ(jev_abi_version(), JEV_ABI_VERSION);
  CHECK_EQ(jev_layout(0), JEV_MAGIC);
  CHECK_EQ(jev_layout(1), JEV_ABI_VERSION);
  CHECK_EQ(jev_layout(2), JEV_ENGINE_KQUEUE);
  CHECK_EQ(jev_layout(-1), INT64_MIN);
  int32_t count = 0;
  while (jev_layout(count) != INT64_MIN) {
    count++;
  }
  CHECK(count > 100);
  CHECK_EQ(jev_layout(count - 1), JEV_OPT_TERMINAL);
  CHECK_EQ(jev_layout(INT32_MAX), INT64_MIN);
  CHECK_EQ(jev_layout(INT32_MIN), INT64_MIN);
}

static void records_have_the_sizes_of_the_contract(void) {
  CHECK_EQ(sizeof(struct jev_submission), 32);
  CHECK_EQ(sizeof(struct jev_completion), 24);
  CHECK_EQ(sizeof(struct jev_vec), 16);
  CHECK_EQ(sizeof(struct jev_address), 128);
  CHECK_EQ(sizeof(struct jev_header), 96);
}

static void names_the_errors_of_the_platform(void) {
  CHECK_EQ(jev_errno(0), EPERM);
  CHECK_EQ(jev_errno(1), ENOENT);
  CHECK_EQ(jev_errno(63), ENOTTY);
  CHECK_EQ(jev_errno(64), -1);
  CHECK_EQ(jev_errno(-1), -1);
  CHECK_EQ(jev_errno(INT32_MAX), -1);
}

static void knows_its_engines(void) {
  CHECK_EQ(jev_engine_status(test_engine()), 0);
  const bool here = first_engine() == JEV_ENGINE_EPOLL;
  const int32_t epoll = JEV_FEATURE_ET | JEV_FEATURE_O1 | JEV_FEATURE_EARLY_CLOSE;
  CHECK_EQ(jev_engine_features(JEV_ENGINE_EPOLL), here ? epoll : 0);
  const int32_t foreign = here ? JEV_ENGINE_IOCP : JEV_ENGINE_EPOLL;
  CHECK_RESULT(jev_engine_status(foreign), -ENOSYS);
  CHECK_EQ(jev_engine_features(foreign), 0);
  CHECK_RESULT(jev_engine_status(0), -ENOSYS);
  CHECK_RESULT(jev_engine_status(-7), -ENOSYS);
  CHECK_RESULT(jev_check(99, 0), -ENOSYS);
}

static void refuses_rings_out_of_range(void) {
  const int32_t engine = test_engine();
  CHECK_RESULT(jev_create(99, 64, 4, 4096, 0), -ENOSYS);
  CHECK_RESULT(jev_create(engine, 7, 4, 4096, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 65537, 4, 4096, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 0, 4096, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 65537, 4096, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 4, 1023, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 4, (1 << 20) + 1, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 65536, 1 << 20, 0), -EINVAL);
  CHECK_RESULT(jev_create(engine, 64, 4, 4096, 0x4000), -EINVAL);
  CHECK_RESULT(jev_create(engine, INT32_MIN, INT32_MIN, INT32_MIN, 0), -EINVAL);
}

static void lays_the_block_out(void) {
  struct ring ring = open_ring_of(8, 3, 1024);
  const struct jev_header *header = ring.header;
  CHECK_EQ(header->magic, JEV_MAGIC);
  CHECK_EQ(header->abi, JEV_ABI_VERSION);
  CHECK_EQ(header->submissions_capacity, 8);
  CHECK_EQ(header->completions_capacity, 16);
  CHECK_EQ(header->buffer_count, 3);
  CHECK_EQ(header->buffer_size, 1024);
  CHECK(header->submissions_offset >= sizeof *header);
  CHECK(header->completions_offset >= header->submissions_offset + 8 * sizeof(struct jev_submission));
  CHECK(header->slab_offset >= header->completions_offset + 16 * sizeof(struct jev_completion));
  CHECK_EQ(header->slab_offset % 64, 0);
  CHECK_EQ(jev_block_size(ring.handle), header->slab_offset + 3 * 1024);
  close_ring(&ring);
}

static void counts_what_it_does(void) {
  struct ring ring = open_ring();
  CHECK_EQ(enter(&ring, 0), 0);
  CHECK_EQ(ring.header->enters, 1);
  const bool uring = test_engine() == JEV_ENGINE_IO_URING;
  CHECK_EQ(ring.header->waits, uring ? 0 : 1);
  CHECK_EQ(ring.header->syscalls, uring ? 3 /* made, enabled, entered */ : 1);
  CHECK_EQ(ring.header->recreations, 0);
  close_ring(&ring);
}

static void gives_aligned_zeroed_memory(void) {
  CHECK_EQ(jev_alloc(0), 0);
  CHECK_EQ(jev_alloc(-1), 0);
  CHECK_EQ(jev_alloc(INT64_MAX), 0);
  int64_t memory = jev_alloc(1000);
  CHECK(memory > 0);
  CHECK_EQ(memory % 64, 0);
  for (int i = 0; i < 1000; i++) {
    CHECK_EQ(((const uint8_t *)(intptr_t)memory)[i], 0); /* NOLINT */
  }
  jev_free(memory, 1000);
  jev_free(0, 1000);
  jev_free(0, 1 << 20);
}

/* Large pieces come from where 32 bits would be taken for a sign. */
static void addresses_have_no_sign(void) {
  enum { PIECES = 8, PIECE = 1 << 20 };
  int64_t pieces[PIECES];
  for (int i = 0; i < PIECES; i++) {
    pieces[i] = jev_alloc(PIECE);
    CHECK(pieces[i] > 0);
    CHECK(sizeof(void *) == 8 || pieces[i] <= UINT32_MAX);
  }
  for (int i = 0; i < PIECES; i++) {
    jev_free(pieces[i], PIECE);
  }
  struct ring ring = open_ring();
  CHECK(jev_block(ring.handle) > 0);
  close_ring(&ring);
}

static void reports_what_can_be_watched(void) {
  int32_t fds[2];
  stream_pair(fds);
  CHECK_EQ(jev_check(test_engine(), fds[0]), 0);
  jev_close(fds[0]);
  jev_close(fds[1]);
  CHECK_RESULT(jev_check(test_engine(), fds[0]), -EBADF);
  CHECK_RESULT(jev_check(test_engine(), -1), -EBADF);
  int32_t file = regular_file();
  CHECK(file >= 0);
  CHECK_RESULT(jev_check(test_engine(), file), engine_has(JEV_FEATURE_FDS) ? 0 : not_watched());
  CHECK_EQ(jev_close(file), 0);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(reports_its_version_and_layout),
      CASE(records_have_the_sizes_of_the_contract),
      CASE(names_the_errors_of_the_platform),
      CASE(knows_its_engines),
      CASE(refuses_rings_out_of_range),
      CASE(lays_the_block_out),
      CASE(counts_what_it_does),
      CASE(gives_aligned_zeroed_memory),
      CASE(addresses_have_no_sign),
      CASE(reports_what_can_be_watched),
  };
  return RUN_CASES(CASES);
}
