package org.jevent.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The floors of the library: each package uses those below it only, as the table says. */
class FloorsTest {
  private static final String ROOT = "org.jevent";

  /** What each package may use, besides itself and the JDK; the lowest first. */
  private static final Map<String, Set<String>> FLOORS = new TreeMap<>();

  static {
    floor("error");
    floor("util");
    floor("net");
    floor("dns.message", "internal.engine", "net");
    floor("dns.system", "dns.message", "net");
    floor(
        "dns",
        "",
        "buffer",
        "bufferevent",
        "dns.message",
        "dns.system",
        "endpoint",
        "error",
        "internal.access",
        "internal.engine",
        "internal.loop",
        "internal.stream",
        "net",
        "tls");
    floor("internal.log");
    floor("http.h1", "buffer", "internal.engine");
    floor(
        "http",
        "",
        "buffer",
        "bufferevent",
        "endpoint",
        "error",
        "http.h1",
        "internal.access",
        "internal.engine",
        "internal.loop",
        "internal.stream",
        "net",
        "tls");
    floor(
        "websocket",
        "",
        "buffer",
        "bufferevent",
        "http",
        "http.h1",
        "internal.access",
        "internal.engine",
        "internal.loop",
        "internal.stream",
        "net",
        "tls");
    floor("internal.leak", "internal.log", "util");
    floor("internal.engine", "error", "internal.leak", "internal.log", "net");
    floor(
        "internal.engine.ring", "error", "internal.engine", "internal.leak", "internal.log", "net");
    floor(
        "internal.engine.nio", "error", "internal.engine", "internal.leak", "internal.log", "net");
    floor("internal.providers", "internal.engine", "internal.engine.nio", "internal.engine.ring");
    floor("internal.loop", "error", "internal.engine", "internal.leak", "internal.log");
    floor("internal.bytes", "error", "internal.engine", "internal.loop");
    floor("internal.access", "internal.bytes", "internal.loop");
    floor("internal.resolver", "internal.engine", "internal.loop", "net");
    floor(
        "",
        "error",
        "internal.access",
        "internal.engine",
        "internal.log",
        "internal.loop",
        "internal.providers",
        "internal.resolver",
        "net");
    floor(
        "diagnostics",
        "",
        "internal.engine",
        "internal.engine.ring",
        "internal.leak",
        "internal.log",
        "util");
    floor("endpoint", "", "error", "internal.access", "internal.engine", "internal.loop", "net");
    floor(
        "buffer",
        "",
        "internal.access",
        "internal.bytes",
        "internal.engine",
        "internal.leak",
        "internal.loop",
        "internal.providers",
        "net");
    floor(
        "internal.stream",
        "",
        "buffer",
        "error",
        "internal.access",
        "internal.bytes",
        "internal.engine",
        "internal.loop",
        "net");
    floor(
        "bufferevent",
        "",
        "buffer",
        "error",
        "internal.access",
        "internal.bytes",
        "internal.engine",
        "internal.loop",
        "internal.stream",
        "net");
    floor(
        "tls",
        "",
        "buffer",
        "bufferevent",
        "error",
        "internal.bytes",
        "internal.engine",
        "internal.loop",
        "internal.stream",
        "net");
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importUrl(EventBase.class.getProtectionDomain().getCodeSource().getLocation());

  private static void floor(final String name, final String... below) {
    FLOORS.put(full(name), Arrays.stream(below).map(FloorsTest::full).collect(Collectors.toSet()));
  }

  private static String full(final String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name;
  }

  static Stream<Arguments> floors() {
    return FLOORS.entrySet().stream().map(floor -> arguments(floor.getKey(), floor.getValue()));
  }

  private static DescribedPredicate<JavaClass> inPackages(final Set<String> names) {
    return DescribedPredicate.describe(
        "are in one of " + names, type -> names.contains(type.getPackageName()));
  }

  private static DescribedPredicate<JavaClass> ofTheLibrary() {
    return DescribedPredicate.describe(
        "are of the library",
        type -> type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + "."));
  }

  @Test
  void eachPackageHasItsFloor() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .isNotEmpty()
        .isSubsetOf(FLOORS.keySet());
  }

  @ParameterizedTest
  @MethodSource("floors")
  void aPackageUsesThoseBelowItOnly(final String name, final Set<String> below) {
    final DescribedPredicate<JavaClass> allowed =
        DescribedPredicate.not(ofTheLibrary()).or(inPackages(Set.of(name))).or(inPackages(below));
    classes()
        .that(are(inPackages(Set.of(name))))
        .should(onlyDependOnClassesThat(allowed))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void noPackagesFormACircle() {
    slices().matching("(org.jevent..)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingButTheChoiceKnowsTheMakersOfEngines() {
    final Set<String> makers = Set.of(full("internal.engine.ring"), full("internal.engine.nio"));
    final List<String> users =
        CLASSES.stream()
            .filter(type -> !makers.contains(type.getPackageName()))
            .filter(
                type ->
                    type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> makers.contains(use.getTargetClass().getPackageName())))
            .map(JavaClass::getPackageName)
            .distinct()
            .toList();
    assertThat(users).isSubsetOf(full("internal.providers"), full("diagnostics"));
  }

  @Test
  void theFaceHasPublicTypesOnly() {
    final List<String> hidden =
        CLASSES.stream()
            .filter(type -> type.getPackageName().equals(ROOT))
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC))
            .map(JavaClass::getName)
            .toList();
    assertThat(hidden).isEmpty();
  }

  @Test
  void whatIsInternalIsNotExported() throws IOException {
    try (InputStream descriptor =
        EventBase.class.getClassLoader().getResourceAsStream("module-info.class")) {
      assertThat(descriptor).isNotNull();
      assertThat(ModuleDescriptor.read(descriptor).exports())
          .filteredOn(exports -> exports.source().contains(".internal"))
          .isEmpty();
    }
  }
}
