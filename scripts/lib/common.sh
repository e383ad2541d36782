# Shared by the scripts: sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
mvn_flags=(-B --no-transfer-progress)

say() { printf '\n== %s\n' "$*"; }

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: with sudo where that needs no password; fails where the rights are missing.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# install_packages DEBIAN FEDORA ALPINE ARCH BREW: each a list of package names.
install_packages() {
  if have apt-get; then
    # shellcheck disable=SC2086
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1
  elif have dnf; then
    # shellcheck disable=SC2086
    as_root dnf install -y -q $2
  elif have apk; then
    # shellcheck disable=SC2086
    as_root apk add -q $3
  elif have pacman; then
    # shellcheck disable=SC2086
    as_root pacman -S --noconfirm --needed -q $4
  elif have brew; then
    # shellcheck disable=SC2086
    brew install -q $5
  else
    return 1
  fi
}

# need WHAT TEST DEBIAN FEDORA ALPINE ARCH BREW: TEST is a shell command that succeeds when WHAT is there.
need() {
  local what=$1 test=$2
  shift 2
  if eval "$test" >/dev/null 2>&1; then
    return 0
  fi
  echo "$what is missing: trying to install it"
  if install_packages "$@" >/dev/null && eval "$test" >/dev/null 2>&1; then
    return 0
  fi
  echo "$what could not be installed here. Install it yourself (Debian: $1; Fedora: $2; Alpine: $3; Arch: $4; Homebrew: $5)" >&2
  return 1
}

jdk_is_new_enough() {
  local version
  version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  [ -n "$version" ] && [ "$version" -ge 17 ]
}

# What every build needs, and what the native library needs; without the latter the build goes on without it.
prerequisites() {
  need "A JDK of at least 17" jdk_is_new_enough openjdk-17-jdk-headless java-17-openjdk-devel openjdk17 jdk17-openjdk openjdk@17
  need "Maven" "have mvn" maven maven maven maven maven
  need "A C compiler" "have cc || have gcc || have clang" "gcc libc6-dev" "gcc glibc-devel" "gcc musl-dev" gcc llvm || true
  need "CMake" "have cmake" "cmake make" "cmake make" "cmake make" "cmake make" cmake || true
}

has_native_tools() { have cmake && { have cc || have gcc || have clang; }; }

# The major versions of the JDKs that Maven's toolchains find, at least 17, ascending.
jdk_versions() {
  local home
  for home in /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home "${JAVA_HOME:-}"; do
    [ -x "$home/bin/javac" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null
  done | sort -nu | awk '$1 >= 17'
}
