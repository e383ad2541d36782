# What the scripts share: sourced, not run. Works with bash 3.2 (macOS) and later.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

mvn_flags=(-B --no-transfer-progress)

say() { printf '\n== %s\n' "$*"; }

have() { command -v "$1" >/dev/null 2>&1; }

# quietly COMMAND...: shows what it printed only when it fails.
quietly() {
  local printed status=0
  printed=$("$@" 2>&1) || status=$?
  [ "$status" = 0 ] || printf '%s\n' "$printed" >&2
  return "$status"
}

# logged SECONDS FILE COMMAND...: with its output in the file, never in a pipe; shows the end of it when the command fails.
logged() {
  local seconds=$1 file=$2 status=0
  shift 2
  timeout -k 20 "$seconds" "$@" </dev/null >"$file" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    tail -n 200 "$file"
    [ "$status" != 124 ] || echo "stopped after $seconds seconds" >&2
  fi
  return "$status"
}

has_compiler() { have "${CC:-cc}" || have gcc || have clang; }

has_cmake() { have cmake; }

has_native_engine() {
  case $(uname -s) in
    Linux | Darwin | FreeBSD | OpenBSD | NetBSD | DragonFly | SunOS) ;;
    *) return 1 ;;
  esac
}

# Prints why the native library cannot be built here; prints nothing where it can.
native_obstacle() {
  if ! has_native_engine; then
    echo "there is no native engine for $(uname -s)"
  elif ! has_compiler; then
    echo "there is no C compiler"
  elif ! has_cmake; then
    echo "there is no CMake"
  fi
}

# native_build DIRECTORY [CMAKE_OPTION...]: configures and builds what changed, all of it or the target that native_target names.
native_build() {
  local directory=$1 cache=$1/CMakeCache.txt
  shift
  # A tree that was moved or copied brings a cache along that CMake refuses.
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf -- "$directory"
  fi
  if have ninja; then
    export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
  fi
  quietly cmake -S "$root" -B "$directory" "$@" &&
    cmake --build "$directory" --target "${native_target:-all}" --parallel "$(getconf _NPROCESSORS_ONLN)"
}

# has_target DIRECTORY TARGET: whether the build in DIRECTORY offers TARGET.
has_target() { grep -qE "(^|[ .])$2(:|\$| )" <<<"$(cmake --build "$1" --target help 2>/dev/null)"; }

# project NAME PHASE [WORD...]: Maven up to that phase, for that project and those that it needs.
project() { mvn "${mvn_flags[@]}" -f parent -pl ":jevent-$1" -am "${@:2}"; }

# is_built STAMP NAME SOURCE...: everything that can change a program of that project is older than the stamp, so that starting one is quick.
# What cleans the library takes the stamp along, what cleans the project its libraries.
is_built() {
  local stamp=$1 name=$2
  shift 2
  [ -f "$stamp" ] && [ -d "$name/target/lib" ] &&
    [ -z "$(find pom.xml parent/pom.xml "$name/pom.xml" "$name/src" CMakeLists.txt .mvn scripts/lib native "$@" -newer "$stamp" -print -quit)" ]
}

# build_project NAME PHASE SOURCE...: what changed in it and in those other directories, for scripts that start a program of it; one at a time
# where several are started at once.
build_project() {
  local name=$1 phase=$2 stamp=target/$1.stamp
  shift 2
  if is_built "$stamp" "$name" "$@" && has_jdk; then
    return 0
  fi
  # In this shell, as the program runs on the JDK that is chosen here.
  prerequisites >&2
  mkdir -p target build
  (
    if have flock; then
      exec 9>build/java.lock
      flock 9
    fi
    if is_built "$stamp" "$name" "$@"; then
      exit 0
    fi
    touch "$stamp.new"
    project "$name" "$phase" -q
    mv "$stamp.new" "$stamp"
  ) >&2
}

# The class paths of programs: directories of this checkout, and what Maven has copied.
# shellcheck disable=SC2034  # for who sources this
examples_path='target/classes:examples/target/classes:examples/target/lib/*'

# exec_java CLASS_PATH MAIN [ARGUMENT...]: becomes that program, so that its process id and its signals are this script's.
exec_java() {
  local class_path=$1 options=()
  shift
  # Later JDKs warn without this; before 22 it means the incubator module of that time.
  options=("$JAVA_HOME/bin/java")
  if [ "$(jdk_version "$JAVA_HOME")" -ge 22 ]; then
    options+=(--enable-native-access=ALL-UNNAMED)
  fi
  if [ -n "${JEVENT_JAVA_OPTIONS:-}" ]; then
    local extra
    read -r -a extra <<<"$JEVENT_JAVA_OPTIONS"
    options+=("${extra[@]}")
  fi
  exec "${options[@]}" -cp "$class_path" "$@"
}

. "$root/scripts/lib/jdk.sh"
. "$root/scripts/lib/packages.sh"
choose_jdk || true
