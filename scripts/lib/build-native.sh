#!/usr/bin/env bash
# Builds the native library with CMake and puts it where the jar is made from: build-native.sh BUILD_DIRECTORY CLASSES_DIRECTORY
# Where it cannot be built this says why and succeeds: the jar then works on NIO alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
directory=$1
classes=$2

obstacle=$(native_obstacle)
if [ -n "$obstacle" ]; then
  echo "jevent: building without the native library, for NIO alone: $obstacle" >&2
  exit 0
fi
# Warnings are errors in scripts/test; here a compiler newer than the project must not stop a build.
quietly native_build "$directory" -DCMAKE_BUILD_TYPE=Release -DJEVENT_TEST=OFF -DJEVENT_WERROR=OFF
quietly cmake --install "$directory" --prefix "$classes"
