# Prerequisites and how to get them: sourced by common.sh.

# as_root COMMAND...: fails where that needs a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

package_manager() {
  local manager
  for manager in apt-get dnf apk pacman brew; do
    if have "$manager"; then
      echo "$manager"
      return 0
    fi
  done
  return 1
}

apt_updated=false

# install_packages NAME...: with the system's package manager, without questions.
install_packages() {
  case $(package_manager) in
    apt-get)
      if ! "$apt_updated"; then
        as_root apt-get update -qq || return 1
        apt_updated=true
      fi
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
      ;;
    dnf) as_root dnf install -y -q "$@" ;;
    apk) as_root apk add -q "$@" ;;
    pacman) as_root pacman -S --noconfirm --needed -q "$@" ;;
    brew) brew install -q "$@" ;;
    *) return 1 ;;
  esac </dev/null
}

# need WHAT TEST APT DNF APK PACMAN BREW: makes sure that the function TEST succeeds, by installing packages where it does not.
# Each list of packages may hold alternatives, separated by |, which are tried in turn.
need() {
  local what=$1 test=$2 alternatives alternative manager names
  if "$test"; then
    return 0
  fi
  manager=$(package_manager) || manager=
  case $manager in
    apt-get) alternatives=$3 ;;
    dnf) alternatives=$4 ;;
    apk) alternatives=$5 ;;
    pacman) alternatives=$6 ;;
    brew) alternatives=$7 ;;
    *)
      echo "$what is missing, and no known package manager is here. Install it yourself (Debian's name: ${3%%|*})." >&2
      return 1
      ;;
  esac
  echo "$what is missing: installing it with $manager"
  while [ -n "$alternatives" ]; do
    alternative=${alternatives%%|*}
    case $alternatives in
      *'|'*) alternatives=${alternatives#*|} ;;
      *) alternatives= ;;
    esac
    read -r -a names <<<"$alternative"
    if install_packages "${names[@]}" >/dev/null 2>&1 && "$test"; then
      return 0
    fi
  done
  manager=$(printf '%s\n' "apt-get install $3" "dnf install $4" "apk add $5" "pacman -S $6" "brew install $7" | grep "^${manager%%-*}")
  echo "$what could not be installed. Install it yourself: ${manager//|/, or instead }" >&2
  return 1
}

has_jdk() { choose_jdk; }

has_maven() { have mvn; }

has_shellcheck() { have shellcheck; }

has_clang_tools() { have clang-format-14 && have clang-tidy-14; }

has_tls_peers() { have openssl && have gnutls-cli && have gnutls-serv && have curl && have stunnel4 && have sslscan && have testssl; }

has_http_peers() {
  local program
  for program in curl wrk h2load ab slowhttptest nginx haproxy; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v "$program")" ] || return 1
  done
}

has_websocket_peers() { have npm && have node && /usr/bin/python3 -c 'import websockets' >/dev/null 2>&1; }

has_browser() { have chromium; }

# node_packages: what the tests' scripts for Node need, into build/node, where they look for it. Nothing in a package is run.
node_packages() {
  local packages='ws@8.23.0 undici@6.29.1 puppeteer-core@24.43.1' stamp=build/node/packages
  if ! have npm || [ "$(cat $stamp 2>/dev/null)" = "$packages" ]; then
    return 0
  fi
  mkdir -p build/node
  echo '{ "private": true }' >build/node/package.json
  echo "Packages for Node are missing: installing $packages with npm"
  # shellcheck disable=SC2086  # one word each
  if quietly npm install --prefix build/node --ignore-scripts --no-audit --no-fund --save-exact $packages; then
    echo "$packages" >$stamp
  else
    echo "Packages for Node could not be installed: tests that need them are left out" >&2
  fi
}

has_dns_peers() {
  local program
  for program in dnsmasq nsd unbound knotd named pdns_server pdns_recursor dig kdig drill dnsperf; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v "$program")" ] || return 1
  done
}

has_llvm_readobj() { have llvm-readobj || have llvm-readobj-14; }

# debian_mirror: where packages of Debian come from: JEVENT_DEBIAN_MIRROR, else where this machine gets its own.
debian_mirror() {
  # shellcheck disable=SC2016  # for apt-get to fill in
  echo "${JEVENT_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')}"
}

# has_mirror: apt knows whose packages they are from their list alone, which has to be fetched on a machine that is new.
has_mirror() { [ -n "$(debian_mirror)" ] || { as_root apt-get update -qq >/dev/null 2>&1 && [ -n "$(debian_mirror)" ]; }; }

# What every build needs, and what the native library needs: without the latter the build goes on, for NIO alone.
# All that is missing is named before this fails.
prerequisites() {
  local complete=true
  # shellcheck disable=SC2154  # set by jdk.sh
  need "A JDK, version $oldest_jdk or later," has_jdk \
    'openjdk-17-jdk-headless|openjdk-21-jdk-headless|openjdk-25-jdk-headless' \
    'java-17-openjdk-devel|java-21-openjdk-devel|java-25-openjdk-devel' \
    'openjdk17|openjdk21' 'jdk17-openjdk' 'openjdk@17' || complete=false
  need Maven has_maven maven maven maven maven maven || complete=false
  if has_native_engine; then
    need "A C compiler" has_compiler 'gcc libc6-dev' 'gcc glibc-devel' 'gcc musl-dev linux-headers' gcc gcc || true
    need CMake has_cmake 'cmake make' 'cmake make' 'cmake make' 'cmake make' cmake || true
  fi
  "$complete"
}

# What only the checks of form need: those that cannot be had are left out.
checkers() {
  need shellcheck has_shellcheck shellcheck ShellCheck shellcheck shellcheck shellcheck || true
  need "clang-format 14 and clang-tidy 14" has_clang_tools 'clang-format-14 clang-tidy-14' clang-tools-extra14 clang14-extra-tools \
    clang14 llvm@14 || true
}

# What the tests of TLS, names, HTTP and WebSocket talk with: a test whose peer is not here is left out, and says so. They are installed where
# everything is to be tested, as some packages start a server for the whole machine.
peers() {
  need "A peer for TLS" has_tls_peers 'openssl gnutls-bin curl stunnel4 sslscan testssl.sh' 'openssl gnutls-utils curl stunnel sslscan testssl' \
    'openssl gnutls-utils curl stunnel' 'openssl gnutls curl stunnel sslscan testssl.sh' 'openssl gnutls curl stunnel sslscan testssl' || true
  need "Name servers and their clients" has_dns_peers \
    'dnsmasq-base nsd unbound knot bind9 pdns-server pdns-backend-bind pdns-recursor bind9-dnsutils knot-dnsutils ldnsutils dnsperf' \
    'dnsmasq nsd unbound knot bind pdns pdns-recursor bind-utils knot-utils ldns-utils dnsperf' \
    'dnsmasq nsd unbound knot bind pdns pdns-backend-bind pdns-recursor bind-tools knot-utils ldns-tools' \
    'dnsmasq nsd unbound knot bind powerdns powerdns-recursor ldns' 'dnsmasq nsd unbound knot bind pdns pdnsrec ldns dnsperf' || true
  need "A peer for HTTP" has_http_peers 'curl wrk nghttp2-client apache2-utils slowhttptest nginx-light haproxy' \
    'curl nghttp2 httpd-tools slowhttptest nginx haproxy' 'curl wrk nghttp2 apache2-utils nginx haproxy' \
    'curl wrk nghttp2 apache slowhttptest nginx haproxy' 'curl wrk nghttp2 httpd slowhttptest nginx haproxy' || true
  need "A peer for WebSocket" has_websocket_peers 'nodejs npm python3-websockets' 'nodejs npm python3-websockets' \
    'nodejs npm py3-websockets' 'nodejs npm python-websockets' 'node python-websockets' || true
  need "A browser" has_browser chromium chromium chromium chromium chromium || true
  node_packages
}
