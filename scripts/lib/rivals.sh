# What benchmarks compare with and count by: sourced by scripts/bench.

has_header() { printf '#include <%s>\n' "$1" | "${CC:-cc}" -E - >/dev/null 2>&1; }

has_libevent() { has_header event2/event.h; }

has_cares() { has_header ares.h; }

has_nsd() { have nsd || [ -x /usr/sbin/nsd ]; }

has_wrk() { have wrk; }

has_nginx() { have nginx || [ -x /usr/sbin/nginx ]; }

has_dnsperf() { have dnsperf; }

has_openssl() { has_header openssl/ssl.h; }

has_libuv() { has_header uv.h; }

# need_rivals BENCHMARK: the libraries in C that it compares with, where they can be had; what cannot is left out.
need_rivals() {
  case $1 in
    ladder | servers | dispatch | cascade | timeouts | buffers)
      if [ -z "$(native_obstacle)" ]; then
        need "libevent with its headers" has_libevent libevent-dev libevent-devel libevent-dev libevent libevent || true
        need "libuv with its headers" has_libuv libuv1-dev libuv-devel libuv-dev libuv libuv || true
      fi
      ;;
    dns)
      if [ -z "$(native_obstacle)" ]; then
        need "libevent with its headers" has_libevent libevent-dev libevent-devel libevent-dev libevent libevent || true
        need "c-ares with its headers" has_cares libc-ares-dev c-ares-devel c-ares-dev c-ares c-ares || true
      fi
      need "nsd" has_nsd nsd nsd nsd nsd nsd || true
      need "dnsperf" has_dnsperf dnsperf dnsperf dnsperf dnsperf dnsperf || true
      ;;
    http)
      if [ -z "$(native_obstacle)" ]; then
        need "libevent with its headers" has_libevent libevent-dev libevent-devel libevent-dev libevent libevent || true
      fi
      need "wrk" has_wrk wrk wrk wrk wrk wrk || true
      need "nginx" has_nginx nginx-light nginx nginx nginx nginx || true
      ;;
    websocket) node_packages ;;
    tls)
      if [ -z "$(native_obstacle)" ]; then
        need "libevent with its headers" has_libevent libevent-dev libevent-devel libevent-dev libevent libevent || true
        need "OpenSSL with its headers" has_openssl libssl-dev openssl-devel openssl-dev openssl openssl || true
      fi
      ;;
  esac
}

# count_system_calls SCRIPT [ARGUMENT...]: starts the script again where the kernel's tracepoints can be read, by which the clients
# count: root may mount them, and does so for this process and its children alone.
count_system_calls() {
  case $2 in
    ladder | servers | idle) ;;
    *) return 0 ;;
  esac
  if [ -n "${JEVENT_BENCH_COUNTS:-}" ] || [ "$(uname -s)" != Linux ] || [ -r /sys/kernel/tracing/events ] || ! have unshare; then
    return 0
  fi
  if unshare --mount mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null; then
    # shellcheck disable=SC2016  # the inner shell expands them
    JEVENT_BENCH_COUNTS=yes exec unshare --mount bash -c 'mount -t tracefs nodev /sys/kernel/tracing && exec "$@"' -- "$@"
  fi
}
