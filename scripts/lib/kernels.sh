# Other Linux kernels in a virtual machine: QEMU, kernels of Debian, and what runs in it. Sourced by scripts that have sourced common.sh.
# Everything goes below build/kernels; the machine's own package sources are left as they are.

# shellcheck disable=SC2154  # root and mvn_flags are set by common.sh
kernels=$root/build/kernels

# Which release of Debian has a kernel.
kernel_suites='5.10 bullseye
6.1 bookworm
6.12 trixie
newest sid'

qemu='qemu-system-x86_64'
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

has_qemu() { have $qemu; }

has_busybox() { have busybox && busybox --list | grep -qx cpio && ! ldd "$(command -v busybox)" >/dev/null 2>&1; }

has_keyring() { [ -f $keyring ]; }

# kernels_obstacle: prints why no kernel can be tested here; prints nothing where one can. Installs what is missing.
kernels_obstacle() {
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "the virtual machine runs this machine's programs, and is an x86-64 one with Linux: this is $(uname -s) $(uname -m)"
  elif ! have apt-get || ! have dpkg-deb; then
    echo "the kernels are packages of Debian, and there is no apt-get and dpkg-deb to fetch and unpack them"
  elif ! need QEMU has_qemu qemu-system-x86 qemu-system-x86 qemu-system-x86_64 qemu-system-x86 qemu >&2; then
    echo "there is no $qemu"
  elif ! need "A static busybox" has_busybox busybox-static busybox busybox-static busybox busybox >&2; then
    echo "there is no busybox that needs no library"
  elif ! need "The keys of Debian" has_keyring debian-archive-keyring debian-keyring debian-archive-keyring debian-archive-keyring - >&2; then
    echo "there is no $keyring"
  elif ! has_mirror; then
    echo "this machine knows no mirror of Debian: let JEVENT_DEBIAN_MIRROR name one"
  elif ! has_compiler || ! has_cmake; then
    echo "there is no C compiler or no CMake"
  fi
}

# debian SUITE COMMAND...: apt of that release, with a separate state.
debian() {
  local suite=$1 state=$kernels/apt/$1
  shift
  if [ ! -f "$state/apt.conf" ]; then
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    : >"$state/status"
    echo "deb [signed-by=$keyring] $(debian_mirror) $suite main" >"$state/sources.list"
    cat >"$state/apt.conf" <<CONFIGURATION
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
CONFIGURATION
  fi
  APT_CONFIG=$state/apt.conf timeout -k 10 300 "$@"
}

# kernel_package SUITE: the package that holds its kernel for virtual machines, which others only point to.
kernel_package() {
  local suite=$1 package=linux-image-cloud-amd64 next
  while true; do
    next=$(debian "$suite" apt-cache depends --important "$package" | sed -n 's/^ *Depends: \(linux-\(image\|binary\)-[0-9].*\)$/\1/p' | tail -n 1)
    if [ -z "$next" ]; then
      echo "$package"
      return 0
    fi
    package=$next
  done
}

# fetch_kernel NAME: makes build/kernels/NAME/vmlinuz, and writes its release to build/kernels/NAME/release.
fetch_kernel() {
  local name=$1 directory=$kernels/$1 suite package unpacked=$kernels/$1/unpacked
  if [ -f "$directory/release" ]; then
    return 0
  fi
  suite=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$kernel_suites")
  say "Linux $name, of Debian $suite"
  rm -rf -- "$directory"
  mkdir -p "$directory" "$unpacked"
  if ! quietly debian "$suite" apt-get update -qq; then
    echo "Debian $suite could not be asked for its kernel: $(debian_mirror)" >&2
    return 1
  fi
  package=$(kernel_package "$suite")
  if ! (cd "$directory" && quietly debian "$suite" apt-get download -qq "$package"); then
    echo "$package could not be fetched from $(debian_mirror)" >&2
    return 1
  fi
  dpkg-deb -x "$directory"/*.deb "$unpacked"
  # Newer packages have it beside the modules.
  find "$unpacked" -type f \( -name 'vmlinuz-*' -o -name vmlinuz \) -exec cp {} "$directory/vmlinuz" \;
  if [ ! -f "$directory/vmlinuz" ]; then
    echo "there is no kernel in $package" >&2
    return 1
  fi
  rm -rf -- "$unpacked" "$directory"/*.deb
  echo "${package#linux-*-}" >"$directory/release"
}

# ---- what the machine holds ----

# The classes that Java needs to run the tests, besides the tests and what they test.
machine_jars() {
  local jars=$kernels/jars junit
  junit=$(sed -n 's/.*<junit.version>5\.\(.*\)<.*/\1/p' parent/pom.xml)
  if [ ! -f "$jars/junit-platform-console-standalone-1.$junit.jar" ] || [ pom.xml -nt "$jars" ] || [ parent/pom.xml -nt "$jars" ]; then
    rm -rf -- "$jars"
    quietly mvn "${mvn_flags[@]}" -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="org.junit.platform:junit-platform-console-standalone:1.$junit" -DoutputDirectory="$jars"
    quietly mvn "${mvn_flags[@]}" -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
      -DincludeArtifactIds=jna-jpms,assertj-core,byte-buddy -DoutputDirectory="$jars"
    cp examples/target/lib/picocli-*.jar "$jars"
    touch "$jars"
  fi
}

# machine_jre: build/kernels/jre, the modules of the JDK that the tests use.
machine_jre() {
  local jre=$kernels/jre modules
  modules=$("$JAVA_HOME/bin/jdeps" --multi-release "$oldest_jdk" --ignore-missing-deps --print-module-deps -cp "$kernels/jars/*" \
    target/test-classes examples/target/classes target/classes "$kernels"/jars/*.jar 2>/dev/null | tail -n 1)
  if [ "$(cat "$jre/.from" 2>/dev/null)" != "$JAVA_HOME $modules" ]; then
    rm -rf -- "$jre"
    quietly "$JAVA_HOME/bin/jlink" --add-modules "$modules,jdk.unsupported" --no-header-files --no-man-pages --output "$jre"
    quietly "$jre/bin/java" -Xshare:dump
    echo "$JAVA_HOME $modules" >"$jre/.from"
  fi
}

# copy_libraries DIRECTORY: what the programs and libraries below it are linked with.
copy_libraries() {
  local directory=$1 library
  mkdir -p "$directory/lib" "$directory/lib64"
  # It fails over what is linked with nothing.
  { find "$directory" -type f \( -perm -100 -o -name "*.so" \) -exec ldd {} + 2>/dev/null || true; } |
    awk -v inside="$directory/" '/=> \// && index($3, inside) != 1 { print $3 } $1 ~ /^\/.*\/ld-linux/ { print $1 }' | sort -u |
    while read -r library; do
      case $library in
        */libjevent.so) ;;
        /*/ld-linux*) cp -L "$library" "$directory/lib64/" ;;
        *) cp -L "$library" "$directory/lib/" ;;
      esac
    done
}

# The library that scripts/build-natives has built, unless the sources are newer; else the one of the build.
machine_library() {
  local built=build/natives/linux-x86-64/libjevent.so
  if [ -f $built ] && [ -z "$(find native/src native/include -newer $built -print -quit)" ]; then
    echo $built
  else
    echo build/native/libjevent.so
  fi
}

# c_jobs ENGINE...: the C tests of those engines as ctest knows them, as lines of kernel-init.sh; what it says without an engine is epoll.
c_jobs() {
  (cd build/native && ctest -N -V) | awk -v engines=" $* " '
    BEGIN { name["JEVENT_TEST_ENGINE=2"] = "io_uring"; name["JEVENT_TEST_ENGINE=6"] = "poll"; name["JEVENT_TEST_ENGINE=7"] = "select"
            name["JEVENT_TEST_FLAGS=1"] = "timerfd"; name[""] = name["JEVENT_TEST_ENGINE=1"] = "epoll" }
    / Test command: / { program = $4; parts = split(program, part, "/"); file = part[parts]; setting = "" }
    /^[0-9]+:  JEVENT_TEST_/ { setting = $2 }
    / Test +#[0-9]+: / {
      engine = name[setting]
      if (file ~ /^test_/ && $0 ~ "native[.]" substr(file, 6) "([.]" engine ")?$" && index(engines, " " engine " ")) {
        printf "c %s %s 300 env %s /tests/c/%s\n", engine, $NF, setting, file
        found = 1
      }
    }
    END { if (!found) print "c none ctest-names-no-tests 1 false" }'
}

# pack_machine [java]: build/kernels/machine.cpio, everything but the jobs: the C tests, and Java's.
pack_machine() {
  local machine=$kernels/machine library
  library=$(machine_library)
  rm -rf -- "$machine"
  mkdir -p "$machine"/{bin,dev,etc,proc,sys,tmp,root,lib,lib64,tests/c}
  cp "$(command -v busybox)" "$machine/bin/busybox"
  ln -s busybox "$machine/bin/sh"
  cp scripts/lib/kernel-init.sh "$machine/init"
  chmod +x "$machine/init"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$machine/etc/passwd"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$machine/etc/hosts"
  echo 'hosts: files' >"$machine/etc/nsswitch.conf"
  cp "$library" build/native/native/test/test_* "$machine/tests/c/"
  [ $# = 0 ] || pack_java "$machine" "$library"
  copy_libraries "$machine"
  (cd "$machine" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$kernels/machine.cpio"
  rm -rf -- "$machine"
}

# pack_java MACHINE LIBRARY
pack_java() {
  local machine=$1
  machine_jars
  machine_jre
  cp -R "$kernels/jre" "$kernels/jars" "$machine/"
  cp -R target/classes "$machine/classes"
  cp -R examples/target/classes "$machine/examples"
  cp -R target/test-classes "$machine/tests/java"
  cp "$2" "$machine/classes/linux-x86-64/"
}

# run_machine NAME SECONDS <JOBS: boots that kernel with these jobs; build/kernels/NAME/console.log and results record it.
run_machine() {
  local name=$1 seconds=$2 directory=$kernels/$1 status=0
  mkdir -p "$directory/jobs"
  cat >"$directory/jobs/jobs"
  # The kernel unpacks one archive after the other.
  (cd "$directory/jobs" && echo jobs | busybox cpio -o -H newc -R 0:0 2>/dev/null) | cat "$kernels/machine.cpio" - >"$directory/initramfs"
  rm -f -- "$directory/console.log" "$directory/results"
  timeout -k 10 "$seconds" $qemu -accel tcg,thread=multi -cpu max -smp 2 -m 3072 -nodefaults -no-user-config -display none -no-reboot \
    -serial "file:$directory/console.log" -serial "file:$directory/results" -kernel "$directory/vmlinuz" -initrd "$directory/initramfs" \
    -append 'console=ttyS0 quiet panic=-1 random.trust_cpu=on' </dev/null || status=$?
  rm -f -- "$directory/initramfs"
  if [ "$status" = 124 ] || [ "$status" = 137 ]; then
    echo "Linux $name was stopped after $seconds seconds" >&2
    return 1
  fi
  return "$status"
}
