# What the servers that benchmarks compare with need besides a compiler. Asked also where nothing but their form is checked.
include(CheckCSourceCompiles)

check_c_source_compiles(
  "#include <linux/io_uring.h>
   int main(void) {
     struct io_uring_buf_reg ring = {0};
     return (int)(ring.ring_entries + IORING_RECV_MULTISHOT + IORING_SETUP_SINGLE_ISSUER);
   }"
  JEVENT_HAS_URING_HEADER)
find_path(JEVENT_LIBEVENT_INCLUDE event2/bufferevent.h)
find_library(JEVENT_LIBEVENT_CORE event_core)
find_library(JEVENT_LIBEVENT_THREADS event_pthreads)
find_library(JEVENT_LIBEVENT_EXTRA event_extra)
find_library(JEVENT_LIBEVENT_OPENSSL event_openssl)
find_package(OpenSSL QUIET)
find_path(JEVENT_LIBUV_INCLUDE uv.h)
find_library(JEVENT_LIBUV uv)
find_path(JEVENT_CARES_INCLUDE ares.h)
find_library(JEVENT_CARES cares)
