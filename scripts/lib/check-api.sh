#!/usr/bin/env bash
# Shows that the comparison with the last release (the profile "api") refuses what breaks users and nothing else: the jar
# that was built is compared with altered copies of itself, which stand for releases.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$root/scripts/lib/maven.sh"
directory=$root/build/api
jar=$(built_jar)
version=$(project_version)
# Another minor version, of which nothing was released; what breaks needs another major one.
major=${version%%.*}
minor=${version#*.}
minor=${minor%%.*}
baseline=$major.$((minor + 1))

# release NUMBER: becomes the directory of a new release, which holds the classes of the jar until pack is called.
release() {
  name=$baseline.$1
  classes=$directory/classes/$name
  mkdir -p "$classes"
  (cd "$classes" && "$JAVA_HOME/bin/jar" xf "$jar")
}

# add_method SOURCE: the release has one more public method than that class has now.
add_method() {
  local source=$directory/sources/$name/$1 compiled=$directory/sources/$name/classes
  mkdir -p "$(dirname "$source")"
  # shellcheck disable=SC2016  # $ is sed's last line
  sed '$ s/^}$/public static void wasThere() {} }/' "src/main/java/$1" >"$source"
  grep -q wasThere "$source"
  "$JAVA_HOME/bin/javac" --release 17 -d "$compiled" -cp "$jar" "$source"
  cp -R "$compiled/." "$classes/"
}

pack() {
  publish "$name"
  "$JAVA_HOME/bin/jar" cf "$into/jevent-$name.jar" -C "$classes" .
}

# publish VERSION: makes the directory of a version, into, and what describes it there.
publish() {
  into=$directory/releases/org/jevent/jevent/$1
  mkdir -p "$into"
  cat >"$into/jevent-$1.pom" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.jevent</groupId>
  <artifactId>jevent</artifactId>
  <version>$1</version>
</project>
POM
}

# compare: with the release just packed; what the plugin says is left in a file.
compare() {
  mvn "${mvn_flags[@]}" -s "$directory/settings.xml" -Dmaven.repo.local="$directory/repository" \
    -Djevent.baseline="$name" dependency:copy@baseline japicmp:cmp@api >"$directory/$name.log" 2>&1
}

# fails WHAT: prints it with what the plugin said, and ends.
fails() {
  cat "$directory/$name.log" >&2
  echo "$1 $name" >&2
  exit 1
}

rm -rf "$directory/classes" "$directory/sources" "$directory/releases" "$directory/repository/org/jevent" target/baseline
mkdir -p "$directory"
settings_with "file://$directory/releases" "file://$HOME/.m2/repository" >"$directory/settings.xml"
# The plugin looks for the project itself, too, when it is run alone.
publish "$version"
cp "$jar" "$into/"

release 1
add_method org/jevent/util/MonotonicTimer.java
pack
! compare || fails "A public method was removed unnoticed since"
grep -q 'binary incompatible changes found' "$directory/$name.log" || fails "The comparison did not get through with"
grep -q 'REMOVED METHOD.*wasThere()' target/japicmp/api.diff || fails "Another method was missed than was there in"
echo "a public method that is gone: refused"

release 2
rm "$classes/org/jevent/util/MonotonicTimer.class"
pack
compare || fails "A new class was refused since"
grep -q 'NEW CLASS.*MonotonicTimer' target/japicmp/api.diff || fails "A class was not seen that is not in"
echo "a public class that is new: accepted"

release 3
add_method org/jevent/internal/engine/Engines.java
pack
compare || fails "What is not exported was compared with"
echo "a method of a package that is not exported, gone: accepted"

name=$baseline.4
! compare || fails "Nothing was missed, though there is no"
grep -q "Could not find artifact org.jevent:jevent:jar:$name" "$directory/$name.log" || fails "Something else failed than finding"
echo "a release that cannot be found: refused"
