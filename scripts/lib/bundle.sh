# What Maven Central is given: sourced by scripts/release.

has_gpg() { have gpg; }

has_git() { have git; }

# Settings whose server is Maven Central's, with a token out of the environment.
central_settings() {
  cat <<'XML'
<settings>
  <servers>
    <server>
      <id>central</id>
      <username>${env.CENTRAL_USERNAME}</username>
      <password>${env.CENTRAL_PASSWORD}</password>
    </server>
  </servers>
</settings>
XML
}

# unpack_bundle ZIP DIRECTORY
unpack_bundle() {
  mkdir -p "$2"
  (cd "$2" && "$JAVA_HOME/bin/jar" xf "$1")
}

# check_bundle DIRECTORY VERSION: every file that Central asks for, its signature and its sums, and what the jar must hold.
check_bundle() {
  local directory=$1 name=jevent-$2 file missing=0
  for file in "$name".{pom,jar} "$name"-{sources,javadoc}.jar "$name"-cyclonedx.{json,xml}; do
    if [ ! -s "$directory/$file" ]; then
      echo "there is no $file" >&2
      missing=1
      continue
    fi
    quietly gpg --batch --verify "$directory/$file.asc" "$directory/$file" || missing=1
    check_sum "$directory/$file" md5 || missing=1
    check_sum "$directory/$file" sha1 || missing=1
  done
  check_pom "$directory/$name.pom" || missing=1
  check_jar "$directory/$name.jar" || missing=1
  [ "$missing" = 0 ] && echo "complete: $name, with its sums, signed"
}

# check_sum FILE KIND: what is written beside the file.
check_sum() {
  if ! "$2sum" --quiet --check <<<"$(cat "$1.$2")  $1"; then
    echo "$(basename "$1").$2 is wrong or missing" >&2
    return 1
  fi
}

# The elements that Central demands, and nothing that only the build needs.
check_pom() {
  local element missing=0
  if grep -qE '<parent>|<scope>test|<plugin>|[$][{]' "$1"; then
    echo "$(basename "$1") says more than a user needs" >&2
    missing=1
  fi
  for element in name description url licenses developers scm; do
    if ! grep -q "^  <$element>" "$1"; then
      echo "$(basename "$1") has no $element" >&2
      missing=1
    fi
  done
  return "$missing"
}

# The libraries of all platforms, and what else a user looks for.
check_jar() {
  local entries platform entry missing=0
  entries=$("$JAVA_HOME/bin/jar" tf "$1")
  for platform in $(scripts/build-natives --list); do
    if ! grep -qE "^$platform/(lib)?jevent\.(so|dylib|dll)$" <<<"$entries"; then
      echo "$(basename "$1") has no library for $platform" >&2
      missing=1
    fi
  done
  for entry in module-info.class META-INF/LICENSE META-INF/NOTICE; do
    if ! grep -qxF "$entry" <<<"$entries"; then
      echo "$(basename "$1") has no $entry" >&2
      missing=1
    fi
  done
  return "$missing"
}
