# Linux on other processors: C library and JVM out of Debian's packages, run by QEMU. Sourced by scripts that have sourced common.sh.
# All of it is unpacked below build/foreign, with a state of apt's own: nothing is installed, and dpkg hears nothing of other processors.

# shellcheck disable=SC2154  # root is set by common.sh
foreign=$root/build/foreign

# Platform as JNA names it, then the names of QEMU and Debian; Debian's releases that have a JVM for it, in order; its version.
foreign_table='linux-aarch64 aarch64 arm64 bookworm 17
linux-arm arm armhf bookworm 17
linux-loongarch64 loongarch64 loong64 forky 21
linux-ppc64le ppc64le ppc64el bookworm 17
linux-riscv64 riscv64 riscv64 trixie,forky 21
linux-s390x s390x s390x bookworm 17
linux-x86 i386 i386 bookworm 17
linux-x86-64 x86_64 amd64 bookworm 17'
foreign_packages='libc6 libc-bin libgcc-s1 libstdc++6 zlib1g'

# Out of one release, whatever this system has: an older QEMU cannot run all of these; with musl 1.2.4 names such as open64 went.
newer_releases=trixie,forky

# foreign_choose PLATFORM: sets what is known of it.
foreign_choose() {
  platform=$1
  read -r qemu_name debian_name releases java_version < <(awk -v platform="$1" '$1 == platform { $1 = ""; print }' <<<"$foreign_table")
  foreign_home=$foreign/$platform
  foreign_root=$foreign_home/root
  musl_home=$foreign_home-musl
  [ -n "${java_version:-}" ]
}

# foreign_obstacle: prints why nothing of other processors can be tested here; prints nothing where it can.
foreign_obstacle() {
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "the compiler and QEMU are those for x86-64 Linux, not for $(uname -s) $(uname -m)"
  elif ! have apt-get || ! have dpkg-deb; then
    echo "JVMs for other processors are taken out of Debian's packages, and this is no Debian"
  elif ! has_mirror; then
    echo "apt knows no place with Debian's packages: let JEVENT_DEBIAN_MIRROR name one"
  elif ! has_cmake; then
    echo "there is no CMake"
  elif ! have unzip && ! need unzip has_unzip unzip unzip unzip unzip unzip >&2; then
    echo "there is no unzip to look into the jar with"
  elif ! have timeout; then
    echo "there is no timeout (of coreutils)"
  fi
}

has_unzip() { have unzip; }

# debian_unpack DIRECTORY PROCESSOR RELEASES PACKAGE...: unpacks these packages to DIRECTORY/root at the first time, from the first release that can be read.
debian_unpack() {
  local directory=$1 processor=$2 candidates=${3//,/ } release problem
  shift 3
  if [ "$(cat "$directory/.from" 2>/dev/null)" = "$candidates $*" ]; then
    return 0
  fi
  for release in $candidates; do
    rm -rf -- "$directory"
    if problem=$(debian_download "$directory/apt" "$processor" "$release" "$@" 2>&1); then
      debian_extract "$directory"
      echo "$candidates $*" >"$directory/.from"
      return 0
    fi
    echo "$processor: nothing could be taken out of Debian's release $release" >&2
  done
  printf '%s\n' "$problem" "These packages could not be had: $*" >&2
  return 1
}

# debian_download STATE PROCESSOR RELEASE PACKAGE...
debian_download() {
  local state=$1 processor=$2 release=$3
  shift 3
  mkdir -p "$state/lists/partial" "$state/archives"
  : >"$state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $release main" >"$state/sources.list"
  cat >"$state/apt.conf" <<CONFIGURATION
APT::Architecture "$processor";
APT::Architectures { "$processor"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::State::lists "$state/lists";
Dir::Cache "$state";
CONFIGURATION
  (
    export APT_CONFIG=$state/apt.conf
    cd "$state/archives" || exit
    # Its verdict on an index that did not fit its signature is a warning; packages that are not there then are an error.
    quietly timeout 300 apt-get update -qq && quietly timeout 300 apt-get download -qq "$@"
  )
}

# debian_extract DIRECTORY: links stay inside, whose targets would be those of this system.
debian_extract() {
  local directory=$1 package link name
  mkdir -p "$directory/root"
  for package in "$directory"/apt/archives/*.deb; do
    dpkg-deb -x "$package" "$directory/root"
  done
  rm -rf -- "$directory/apt"
  for name in lib lib64; do
    if [ -d "$directory/root/usr/$name" ] && [ ! -e "$directory/root/$name" ]; then
      ln -s "usr/$name" "$directory/root/$name"
    fi
  done
  find "$directory/root" -type l -lname '/*' | while read -r link; do
    ln -sfnr "$directory/root$(readlink "$link")" "$link"
  done
}

qemu() { echo "$foreign/qemu/root/usr/bin/qemu-$1"; }

qemu_version() { "$(qemu aarch64)" --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p'; }

# on_this_processor LOADER DIRECTORIES / on_qemu ROOT: set runner to what runs programs of the chosen platform, and system to how that is called.
on_this_processor() {
  system="this processor"
  runner=("$1" --library-path "$2")
}

on_qemu() {
  debian_unpack "$foreign/qemu" amd64 "$newer_releases" qemu-user
  system="qemu-user $(qemu_version)"
  runner=("$(qemu "$qemu_name")" -L "$1")
}

# foreign_install: C library and JVM of the chosen platform, at the first time. What the processor and the kernel here can run without emulation runs so.
foreign_install() {
  local loader=$foreign_root/lib/ld-linux.so.2
  # shellcheck disable=SC2086  # a list
  debian_unpack "$foreign_home" "$debian_name" "$releases" "openjdk-$java_version-jre-headless" $foreign_packages
  if [ "$platform" = linux-x86 ] && "$loader" --version >/dev/null 2>&1; then
    on_this_processor "$loader" "$foreign_root/lib/i386-linux-gnu:$foreign_root/usr/lib/i386-linux-gnu"
  else
    on_qemu "$foreign_root"
  fi
}

# musl_install: musl for the chosen platform.
musl_install() {
  local loader
  debian_unpack "$musl_home" "$debian_name" "$newer_releases" musl
  loader=$(echo "$musl_home"/root/lib/ld-musl-*)
  # It prints its version when it gets no arguments, and fails.
  if grep -q '^musl' <<<"$("$loader" 2>&1 || true)"; then
    on_this_processor "$loader" "$musl_home/root/lib"
  else
    on_qemu "$musl_home/root"
  fi
}

# foreign_jvm: makes FOREIGN_HOME/jvm/bin/java, which runs the chosen platform's JVM and passes to tests what emulates it. The JVM starts programs of this
# system directly: its helper for that is one of the other processor.
foreign_jvm() {
  local program=$foreign_home/jvm/bin/java options=()
  local java=$foreign_root/usr/lib/jvm/java-$java_version-openjdk-$debian_name/bin/java
  # Compiling well costs more there than it gains.
  [ "$system" = "this processor" ] || options=("-Djevent.test.emulator=$system" -Djevent.test.slower=20 -XX:TieredStopAtLevel=1)
  mkdir -p "${program%/*}"
  {
    echo '#!/bin/sh'
    echo 'export LC_ALL=C.UTF-8'
    printf 'exec'
    printf ' %q' "${runner[@]}" "$java" -Djdk.lang.Process.launchMechanism=VFORK "${options[@]}"
    # shellcheck disable=SC2016  # for the program to expand
    echo ' "$@"'
  } >"$program.new"
  chmod +x "$program.new"
  mv "$program.new" "$program"
}

# cmake_list WORD...: joined as CMake's lists are.
cmake_list() {
  local IFS=';'
  echo "$*"
}
