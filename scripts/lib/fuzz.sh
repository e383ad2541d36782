# What fuzzing needs: sourced by scripts that have sourced common.sh.

fuzz_clang() {
  local name
  for name in ${CC:-} clang-14 clang clang-19 clang-18 clang-17 clang-16 clang-15; do
    if have "$name" && echo 'int LLVMFuzzerTestOneInput(const char *b, __SIZE_TYPE__ n) { return b == 0 && n > 9; }' |
      "$name" -x c -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

has_libfuzzer() { fuzz_clang >/dev/null; }

# Prints why C cannot be fuzzed here; prints nothing where it can. Installs what is missing.
c_obstacle() {
  if [ "$(uname -s)" != Linux ]; then
    echo "its targets use what Linux has"
  elif ! need "Clang with libFuzzer" has_libfuzzer 'clang-14 libclang-rt-14-dev|clang libclang-rt-dev' 'clang compiler-rt' \
    'clang compiler-rt' 'clang compiler-rt' llvm >&2; then
    echo "there is no Clang with libFuzzer"
  fi
}

# The same for Java.
java_obstacle() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64 | Darwin-*) ;;
    *) echo "Jazzer has no driver for $(uname -s) on $(uname -m)" ;;
  esac
}

# pack_corpus ARCHIVE DIRECTORY PATH: the files below that path of the directory become the archive: sorted, with one time, and not compressed,
# so that a new version differs from the one before only in what is new.
pack_corpus() (
  # shellcheck disable=SC2154  # set by common.sh
  archive=$root/$1
  names=$(mktemp)
  trap 'rm -f -- "$names"' EXIT
  rm -f -- "$archive"
  cd "$2" || exit
  find "$3" -type f | LC_ALL=C sort >"$names"
  cmake -E tar cf "$archive" --format=gnutar '--mtime=2026-01-01 00:00:00 UTC' --files-from="$names"
)

# unpack_corpus ARCHIVE DIRECTORY
unpack_corpus() {
  mkdir -p "$2"
  (cd "$2" && cmake -E tar xf "$root/$1")
}
