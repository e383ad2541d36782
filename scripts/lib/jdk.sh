# Finding JDKs: sourced by common.sh.

oldest_jdk=17

# jdk_version HOME: the major version of the JDK there, 0 where there is none.
jdk_version() {
  local version=
  if [ -x "$1/bin/javac" ] && [ -f "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  echo "${version:-0}"
}

# The JDK whose javac is on the PATH.
jdk_on_path() {
  local javac
  javac=$(command -v javac) && javac=$(readlink -f "$javac") && echo "${javac%/bin/javac}"
}

# Where the JDKs of this machine may be, one a line: the places that Maven's toolchains look at too.
jdk_places() {
  local variable
  echo "${JAVA_HOME:-}"
  jdk_on_path || true
  for variable in ${!JAVA_HOME_@}; do
    echo "${!variable}"
  done
  printf '%s\n' /usr/lib/jvm/* /usr/lib64/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
}

# The major versions that can build and test this project, ascending, one a line.
jdk_versions() {
  local home
  jdk_places | while read -r home; do
    jdk_version "$home"
  done | sort -nu | awk -v oldest="$oldest_jdk" '$1 >= oldest'
}

# jdk_home VERSION: where a JDK of that major version is.
jdk_home() {
  local home
  while read -r home; do
    if [ "$(jdk_version "$home")" = "$1" ]; then
      echo "$home"
      return 0
    fi
  done < <(jdk_places)
  return 1
}

# Each of these and where it is: VERSION=HOME, separated by colons.
jdk_list() {
  local home version list=
  while read -r home; do
    version=$(jdk_version "$home")
    case $home:$list in
      *[[:space:]]*) ;; # what starts the benchmarks splits its options at blanks
      *) [ "$version" -lt "$oldest_jdk" ] || list=${list:+$list:}$version=$home ;;
    esac
  done < <(jdk_places)
  echo "$list"
}

# Sets JAVA_HOME to what Maven and the programs run on: what it says, else javac on the PATH, else the oldest that will do.
choose_jdk() {
  local home best='' version best_version=0
  for home in "${JAVA_HOME:-}" "$(jdk_on_path || true)"; do
    if [ "$(jdk_version "$home")" -ge "$oldest_jdk" ]; then
      export JAVA_HOME=$home
      return 0
    fi
  done
  while read -r home; do
    version=$(jdk_version "$home")
    if [ "$version" -ge "$oldest_jdk" ] && { [ -z "$best" ] || [ "$version" -lt "$best_version" ]; }; then
      best=$home best_version=$version
    fi
  done < <(jdk_places)
  [ -n "$best" ] && export JAVA_HOME=$best
}
