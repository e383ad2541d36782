# A machine that has nothing yet: a minimal Debian in a directory, made by debootstrap. Sourced by scripts that have sourced common.sh.
# The machine itself is thrown away each time. What only takes long to fetch is kept: the minimal system and Debian's packages outside of
# this checkout, and Maven's repository is copied from this user's.

# shellcheck disable=SC2154  # root is set by common.sh
machine=$root/build/fresh/machine
fresh_cache=${XDG_CACHE_HOME:-$HOME/.cache}/jevent
# Where the project is in there.
fresh_project=/srv/jevent

has_debootstrap() { have debootstrap; }

# debian_release: its name where this is a Debian.
debian_release() { [ ! -r /etc/os-release ] || (. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || true; }

may_isolate() { unshare --mount --pid --fork true 2>/dev/null; }

# fresh_obstacle: prints why there can be no such machine here; prints nothing where there can. Installs what is missing.
fresh_obstacle() {
  if [ -z "$(debian_release)" ]; then
    echo "the machine is made out of the packages of the Debian that this is not"
  elif [ "$(id -u)" != 0 ]; then
    echo "only root can make it"
  elif ! may_isolate; then
    echo "this process may not mount anything"
  elif ! has_mirror; then
    echo "apt knows no place with Debian's packages: let JEVENT_DEBIAN_MIRROR name one"
  elif ! need debootstrap has_debootstrap debootstrap debootstrap debootstrap debootstrap - >&2; then
    echo "there is no debootstrap"
  fi
}

# minimal_system: makes the archive of it and sets system to its name; that of the month before is no longer good.
minimal_system() {
  local directory=$root/build/fresh/system log=$root/build/fresh/debootstrap.log proxy=
  system=$fresh_cache/debian-$(debian_release).tar
  if [ -n "$(find "$system" -mtime -30 2>/dev/null)" ]; then
    return 0
  fi
  say "A minimal Debian $(debian_release)"
  rm -rf -- "$directory"
  mkdir -p "$directory" "$fresh_cache"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if ! (
    [ -z "$proxy" ] || export http_proxy=$proxy
    logged 900 "$log" debootstrap --variant=minbase "$(debian_release)" "$directory" "$(debian_mirror)"
  ); then
    return 1
  fi
  tar cf "$system.$$" -C "$directory" .
  mv "$system.$$" "$system"
  rm -rf -- "$directory"
}

# fresh_machine: makes the machine anew, with the project as it is here, and nothing that was built.
fresh_machine() {
  local system
  minimal_system
  rm -rf -- "$machine"
  mkdir -p "$machine/root/.m2" "$machine$fresh_project" "$fresh_cache/packages"
  tar xf "$system" -C "$machine"
  # Its packages come from where this machine gets its own, and by the same ways.
  # shellcheck disable=SC2016  # for apt-get to fill in
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk '$1 == "Debian" { print "deb", $2, $3, $4 }' | sort -u >"$machine/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::(http|https|Check|Max|Retries)' >"$machine/etc/apt/apt.conf.d/99host" || true
  # Packages that were fetched stay.
  echo 'APT::Keep-Downloaded-Packages "true";' >"$machine/etc/apt/apt.conf.d/99keep"
  cp /etc/resolv.conf /etc/hosts "$machine/etc/"
  if [ -d /usr/local/share/ca-certificates ]; then
    mkdir -p "$machine/usr/local/share"
    cp -R /usr/local/share/ca-certificates "$machine/usr/local/share/"
  fi
  if [ -d "$HOME/.m2/repository" ]; then
    cp -R "$HOME/.m2/repository" "$machine/root/.m2/"
  fi
  tar cf - -C "$root" --exclude=./build --exclude=target --exclude=./.git . | tar xf - --no-same-owner -C "$machine$fresh_project"
}

# on_machine SECONDS NAME USER SCRIPT...: runs that in the project, as that user, without a locale and with SIGINT ignored, as what a
# script starts in the background has it; in a separate process namespace, whose processes end with it. NAME is its log's, below build/fresh.
on_machine() {
  local seconds=$1 log=$root/build/fresh/$2.log user=$3 home variable kept=()
  shift 3
  home=$(awk -F: -v user="$user" '$1 == user { print $6 }' "$machine/etc/passwd")
  for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!variable:-}" ] || kept+=("$variable=${!variable}")
  done
  # The inner shells expand what is theirs.
  # shellcheck disable=SC2016
  logged "$seconds" "$log" unshare --mount --pid --fork --kill-child bash -c '
    set -e
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    mount --bind "$2" "$1/var/cache/apt/archives"
    trap "" INT
    exec chroot "$1" "${@:3}"' - "$machine" "$fresh_cache/packages" setpriv --reuid "$user" --regid "$user" --init-groups \
    env -i "HOME=$home" "USER=$user" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${kept[@]+"${kept[@]}"} \
    bash -c 'cd "$1" && exec "${@:2}"' - "$fresh_project" "$@"
}
