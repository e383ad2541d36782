#!/usr/bin/env bash
# Builds the native library with CMake and puts it where the jar is made from: build-native.sh BUILD_DIR CLASSES_DIR
# Without CMake or a C compiler it says so and succeeds: the jar then works on NIO alone.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
classes=$2

mkdir -p "$build"
compiler=${CC:-}
for candidate in cc gcc clang; do
  [ -n "$compiler" ] || { command -v "$candidate" >/dev/null 2>&1 && compiler=$candidate; } || true
done
if [ -z "$compiler" ] || ! command -v cmake >/dev/null 2>&1; then
  echo "jevent: no ${compiler:+CMake}${compiler:-C compiler} found: building without the native library, on NIO alone"
  exit 0
fi
generator=()
command -v ninja >/dev/null 2>&1 && generator=(-G Ninja)
if [ ! -f "$build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release >"$build/build.log" 2>&1 ||
    { cat "$build/build.log"; exit 1; }
fi
cmake --build "$build" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
cmake --install "$build" --prefix "$classes" >/dev/null
