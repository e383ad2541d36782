# Windows on Linux: Wine, a compiler for Windows and Windows JVMs. Sourced by scripts that have sourced common.sh.
# Everything goes below build/windows, and nothing of it is shared with another checkout or with the user's own Wine.

# shellcheck disable=SC2154  # root and mvn_flags are set by common.sh
windows=$root/build/windows
export WINEPREFIX=$windows/prefix WINEARCH=win64 WINEDEBUG=-all
# No installers of .NET and HTML, no menus; iphlpapi as the JVM's directory has it, where it has one.
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe=d;iphlpapi=n,b'
unset DISPLAY WAYLAND_DISPLAY

# Which Windows 10 it says that it is: one whose WSAPoll can be used.
windows_build=19045

# Windows JVMs come inside of a tool that is published on Maven Central together with a whole JRE of Temurin:
# major version, version of the tool, SHA-256 of the file.
jre_carrier=org.sonarsource.scanner.cli:sonar-scanner-cli
windows_jres='17 7.0.2.4839 ecb5410e607e171fc43be4246f31e5432d796ac85372a5e68d6a8210197f5ca1
21 8.0.1.6346 52b35b24be4ce5ec2e2933b32683db45db139581c46945546d9739b0c8866231'

# first_program CANDIDATE...: the first that can be run; paths or names.
first_program() {
  local candidate
  for candidate; do
    if have "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

wine_program() { first_program wine64 /usr/lib/wine/wine64 /usr/lib64/wine/wine64 wine; }

wine_server() { first_program wineserver64 /usr/lib/wine/wineserver64 /usr/lib64/wine/wineserver64 wineserver; }

has_wine() { wine_program >/dev/null && wine_server >/dev/null; }

mingw=x86_64-w64-mingw32

has_mingw() { have $mingw-gcc && have $mingw-objdump; }

has_unzip() { have unzip; }

# windows_obstacle: prints why nothing of Windows can be tested here; prints nothing where it can. Installs what is missing.
windows_obstacle() {
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "Wine runs 64-bit Windows programs on x86-64 Linux, not on $(uname -s) $(uname -m)"
  elif ! need Wine has_wine wine64 wine-core wine wine wine-stable >&2; then
    echo "there is no Wine"
  elif ! need "A compiler for Windows" has_mingw 'gcc-mingw-w64-x86-64-win32|gcc-mingw-w64-x86-64' mingw64-gcc mingw-w64-gcc mingw-w64-gcc \
    mingw-w64 >&2; then
    echo "there is no mingw-w64 compiler for Windows"
  elif ! has_cmake; then
    echo "there is no CMake"
  elif ! have timeout; then
    echo "there is no timeout (of coreutils)"
  fi
}

# wine_version: such as 8.0.
wine_version() { "$(wine_program)" --version 2>/dev/null | sed 's/^wine-//; s/ .*//'; }

# quiet_wine SECONDS ARGUMENT...: without a descriptor of ours: Wine's services start with its first process and keep what it has,
# and a process that waits for the end of a pipe that they hold waits forever.
quiet_wine() {
  local seconds=$1
  shift
  timeout -k 10 "$seconds" "$(wine_program)" "$@" </dev/null >/dev/null 2>&1
}

# Ends every Windows process of our prefix.
stop_wine() {
  timeout 20 "$(wine_server)" -k </dev/null >/dev/null 2>&1 || true
}

# Starts Wine's server, which then stays until stop_wine, and makes the prefix at the first time.
start_wine() {
  local made=$WINEPREFIX/.made version value
  version="$(wine_version) as $windows_build"
  if [ "$(cat "$made" 2>/dev/null)" != "$version" ]; then
    stop_wine
    rm -rf -- "$WINEPREFIX"
    mkdir -p "$WINEPREFIX"
    say "Wine $(wine_version): making $WINEPREFIX"
    if ! quiet_wine 180 wineboot -i; then
      echo "Wine could not make $WINEPREFIX: see $(wine_program) wineboot -i" >&2
      return 1
    fi
    # Wine would be Windows 7 without this, and the Windows 10 that it knows is of 2019.
    for value in CurrentVersion=10.0 "CurrentBuild=$windows_build" "CurrentBuildNumber=$windows_build"; do
      if ! quiet_wine 60 reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion' /v "${value%=*}" /d "${value#*=}" /f; then
        echo "Wine's registry could not be written" >&2
        return 1
      fi
    done
    stop_wine
    echo "$version" >"$made"
  fi
  timeout 20 "$(wine_server)" -p </dev/null >/dev/null 2>&1 || true
  if ! quiet_wine 60 cmd /c exit; then
    echo "Wine does not start: $(wine_program) cmd /c exit" >&2
    return 1
  fi
}

# wine_launcher FILE [WORD...]: makes FILE a program that runs a Windows program, its first argument unless WORDs are given.
wine_launcher() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  {
    echo '#!/bin/sh'
    echo 'unset DISPLAY WAYLAND_DISPLAY'
    printf 'export %s=%q\n' WINEPREFIX "$WINEPREFIX" WINEARCH "$WINEARCH" WINEDEBUG "$WINEDEBUG" WINEDLLOVERRIDES "$WINEDLLOVERRIDES"
    printf 'exec %q' "$(wine_program)"
    [ $# = 0 ] || printf ' %q' "$@"
    # shellcheck disable=SC2016  # for the program to expand
    echo ' "$@"'
  } >"$file.new"
  chmod +x "$file.new"
  mv "$file.new" "$file"
}

# windows_jre MAJOR: unpacks that Windows JVM to build/windows/jre-MAJOR and makes build/windows/jvm-MAJOR/bin/java, which runs it under Wine.
windows_jre() {
  local major=$1 version sum file
  local home=$windows/jre-$major
  read -r version sum < <(awk -v major="$major" '$1 == major { print $2, $3 }' <<<"$windows_jres")
  if [ -z "${sum:-}" ]; then
    echo "no Windows JVM $major is known; there are $(awk '{ printf "%s ", $1 }' <<<"$windows_jres")" >&2
    return 1
  fi
  if [ "$(cat "$home/.from" 2>/dev/null)" != "$sum" ]; then
    need unzip has_unzip unzip unzip unzip unzip unzip
    say "Windows JVM $major, out of $jre_carrier:$version"
    file=$windows/download/sonar-scanner-cli-$version-windows-x64.zip
    # shellcheck disable=SC2154
    if ! quietly timeout -k 10 500 mvn "${mvn_flags[@]}" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="$jre_carrier:$version:zip:windows-x64" -DoutputDirectory="$windows/download"; then
      echo "Maven could not fetch $jre_carrier:$version:zip:windows-x64" >&2
      return 1
    fi
    if ! sha256sum --quiet --check <<<"$sum  $file"; then
      echo "$file is not the file that was known: its SHA-256 is not $sum" >&2
      return 1
    fi
    rm -rf -- "$home" "$windows/unpacked"
    quietly unzip -q "$file" '*/jre/*' -d "$windows/unpacked"
    chmod -R u+rwX "$windows/unpacked"
    mv "$windows"/unpacked/*/jre "$home"
    rm -rf -- "$windows/unpacked" "$file"
    complete_iphlpapi "$home/bin"
    echo "$sum" >"$home/.from"
  fi
  wine_launcher "$windows/jvm-$major/bin/java" "$home/bin/java.exe" -XX:ActiveProcessorCount=2 "-Djevent.test.wine=$(wine_version)" \
    "-Djevent.test.wine.descriptors=$(ulimit -Hn)"
  cp "$home/release" "$windows/jvm-$major/"
}

# complete_iphlpapi DIRECTORY: JDK 21 cannot open a selector without GetAnycastIpAddressTable, which Wine's iphlpapi.dll may lack. There the
# directory gets one that adds it, with an empty table, and passes all the rest on to a copy of Wine's.
complete_iphlpapi() {
  local directory=$1 work=$windows/iphlpapi
  local theirs=$WINEPREFIX/drive_c/windows/system32/iphlpapi.dll
  mkdir -p "$work"
  $mingw-objdump -p "$theirs" | awk '/Name Pointer\] Table$/ && /^\[/ { names = 1 } names && $1 == "[" { print $NF }' >"$work/exports"
  if grep -qx GetAnycastIpAddressTable "$work/exports"; then
    return 0
  fi
  [ -s "$work/exports" ]
  {
    echo 'LIBRARY iphlpapi.dll'
    echo EXPORTS
    sed 's/.*/  &=iphlpapi_real.&/' "$work/exports"
    echo '  GetAnycastIpAddressTable'
  } >"$work/iphlpapi.def"
  cat >"$work/anycast.c" <<'CODE'
#include <winsock2.h>
#include <windows.h>

/* Freed by FreeMibTable, which takes what the process's heap gave. */
ULONG WINAPI GetAnycastIpAddressTable(unsigned short family, void **table) {
  (void)family;
  *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 64);
  return *table == NULL ? ERROR_NOT_ENOUGH_MEMORY : NO_ERROR;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance;
  (void)reason;
  (void)reserved;
  return TRUE;
}
CODE
  $mingw-gcc -shared -nostdlib -Wl,--entry=DllMain -Wl,--no-insert-timestamp -o "$directory/iphlpapi.dll" "$work/anycast.c" \
    "$work/iphlpapi.def" -lkernel32
  cp "$theirs" "$directory/iphlpapi_real.dll"
}
