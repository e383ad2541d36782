# What scripts ask of the project and of Maven: sourced after common.sh.

# The version that all projects have.
project_version() { sed -n 's:^    <revision>\(.*\)</revision>$:\1:p' parent/pom.xml; }

# compile_tests: everything but the benchmarks and races, in one run.
compile_tests() { project examples -q test-compile; }

# suite JDK [PROPERTY...]: the library's tests on that JDK, as they were compiled last.
suite() {
  local jdk=$1
  shift
  # shellcheck disable=SC2154  # set by common.sh
  mvn "${mvn_flags[@]}" -Djevent.jdk="$jdk" "$@" toolchains:select-jdk-toolchain surefire:test@default-test
}

# suites JDK [PROPERTY...]: the tests of all projects on that JDK.
suites() {
  local jdk=$1
  shift
  mvn "${mvn_flags[@]}" -f parent -Djevent.jdk="$jdk" -Dsurefire.failIfNoSpecifiedTests=false "$@" test
}

# What only a jar for others needs.
jar_alone=(-Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip)

# The library's jar, as the last build left it.
built_jar() {
  local jar
  # shellcheck disable=SC2154  # set by common.sh
  jar=$root/target/jevent-$(project_version).jar
  if [ ! -f "$jar" ]; then
    echo "there is no $jar: mvn package makes it" >&2
    return 1
  fi
  echo "$jar"
}

# settings_with URL...: prints settings of Maven with these repositories, which come before Maven Central.
settings_with() {
  local url number=0 repositories=''
  for url; do
    number=$((number + 1))
    repositories+="<repository><id>r$number</id><url>$url</url>"
    repositories+="<releases><checksumPolicy>ignore</checksumPolicy></releases></repository>"
  done
  cat <<XML
<settings>
  <profiles>
    <profile>
      <id>repositories</id>
      <repositories>$repositories</repositories>
      <pluginRepositories>${repositories//repository>/pluginRepository>}</pluginRepositories>
    </profile>
  </profiles>
  <activeProfiles>
    <activeProfile>repositories</activeProfile>
  </activeProfiles>
</settings>
XML
}

# find_jar: sets jar to the one to test, and builds it where none is named.
find_jar() {
  jar=${JEVENT_JAR:-}
  if [ -n "$jar" ]; then
    jar=$(cd "$(dirname "$jar")" && pwd)/$(basename "$jar")
  else
    scripts/build-natives
    say "The jar of all platforms"
    # shellcheck disable=SC2154  # set by common.sh
    mvn "${mvn_flags[@]}" -q -Pall-natives -DskipTests "${jar_alone[@]}" package
    jar=$(built_jar)
  fi
  unzip -tq "$jar"
  # Examples and tests are compiled here and run there.
  quietly project examples -q -Djevent.native.skip=true test-compile
}
