#!/bin/sh
# The first process of a virtual machine that tests a kernel: runs /jobs and ends the machine.
# What people read goes to the first serial line, what scripts/test kernels reads to the second: PART ENGINE RESULT COUNT [WHAT].
export PATH=/bin HOME=/root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
exec </dev/null >/dev/ttyS0 2>&1
# Open until the end: opening it clears what has not left yet.
exec 3>/dev/ttyS1
stty -F /dev/ttyS1 raw
ip link set lo up
hostname guest
ulimit -n 65536
mkdir -p "$HOME/target" /tmp
cd "$HOME" || exit

result() { echo "$@" >&3; }

# c ENGINE NAME SECONDS COMMAND...: one of the C tests, which ends with 77 where it cannot be run and says why.
c() {
  engine=$1 name=$2 seconds=$3
  shift 3
  LD_LIBRARY_PATH=/tests/c timeout -s KILL "$seconds" "$@" >/tmp/printed 2>&1
  status=$?
  reason=$(grep -m 1 '^left out: engine' /tmp/printed)
  case $status in
    0) result c "$engine" passed 1 "$name" ;;
    77) result c "$engine" skipped 1 "$name: $reason" ;;
    *)
      result c "$engine" failed 1 "$name: status $status"
      echo "--- $name failed with status $status ---"
      cat /tmp/printed
      ;;
  esac
}

# java SECONDS ARGUMENT...: compiles quickly rather than well, as it does not live long.
java() {
  seconds=$1
  shift
  # The options of later versions are none of earlier ones.
  timeout -s KILL "$seconds" /jre/bin/java -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 \
    -XX:+UseSerialGC -Xmx1g -cp "/tests/java:/classes:/examples:/jars/*" "$@" 2>&1
}

# doctor WORD: what Java says of io_uring.
doctor() {
  java 120 org.jevent.examples.Main doctor >/tmp/printed
  cat /tmp/printed
  result doctor library said "$(sed -n 's/^library *//p' /tmp/printed)"
  result doctor "$1" said "$(sed -n 's/^method  *io_uring: *//p' /tmp/printed)"
}

# conformance ENGINE SECONDS CLASS...: Java tests on that engine. A test may take as long as all: the console shows which was under way.
conformance() {
  engine=$1 seconds=$2
  shift 2
  echo "--- Java on $engine ---"
  # shellcheck disable=SC2046  # words
  java "$seconds" -ea -Djevent.leakDetection=paranoid -Djevent.test.slower=20 -Djevent.test.engines="$engine" \
    org.junit.platform.console.ConsoleLauncher execute \
    --disable-banner --disable-ansi-colors --details=testfeed --config=junit.jupiter.execution.timeout.mode=disabled \
    $(printf -- '--select-class=%s ' "$@") | tee /tmp/printed
  passed=$(counted 'tests successful')
  failed=$(($(counted 'tests failed') + $(counted 'containers failed')))
  skipped=$(($(counted 'tests aborted') + $(counted 'tests skipped') + $(counted 'containers skipped')))
  result java "$engine" passed "$passed"
  result java "$engine" skipped "$skipped"
  if [ "$failed" != 0 ]; then
    result java "$engine" failed "$failed" "see the console"
  elif [ "$passed" = 0 ]; then
    result java "$engine" failed 1 "the JVM did not come to its end"
  fi
}

# counted WHAT: how many of them the launcher has printed.
counted() {
  number=$(sed -n "s/^\[ *\([0-9]*\) $1 *\]/\1/p" /tmp/printed)
  echo "${number:-0}"
}

forbid_uring() { sysctl -w kernel.io_uring_disabled=2; }

# shellcheck source=/dev/null
. /jobs
result end
exec 3>&-
poweroff -f
