package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The libraries of all platforms, as scripts/build-natives made them where {@code -Djevent.natives}
 * says: what their headers say must be what the platform's oldest systems can load.
 */
@Timeout(60)
class NativesTest {
  private static final String PLACE = System.getProperty("jevent.natives");
  private static final long MAX_BYTES = 120_000;
  private static final long MAX_BYTES_OF_JAR = 2_200_000;

  private static Path place() {
    assumeThat(PLACE).as("-Djevent.natives names what scripts/build-natives made").isNotNull();
    return Path.of(PLACE);
  }

  private static Path file(final NativePlatform platform) {
    return place().resolve(platform.prefix()).resolve(platform.fileName());
  }

  @Test
  void everyPlatformIsThereAndNoOther() throws IOException {
    try (Stream<Path> there = Files.list(place())) {
      assertThat(there.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              NativePlatform.all().stream().map(NativePlatform::prefix).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itIsSmall(final NativePlatform platform) throws IOException {
    assertThat(Files.size(file(platform))).isBetween(30_000L, MAX_BYTES);
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itIsForItsProcessor(final NativePlatform platform) throws Exception {
    final Path file = file(platform);
    final String processor = platform.processor();
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      switch (platform.format()) {
        case ELF -> assertThat(ElfFile.problem(channel, processor)).isNull();
        case PE -> assertThat(PeFile.problem(channel, processor)).isNull();
        case MACH_O ->
            assertThat(NativeFile.read(file).headers())
                .contains("FileType: DynamicLibrary")
                .contains(processor.equals("aarch64") ? "CpuType: Arm64" : "CpuType: X86-64");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itNeedsNothingButTheSystem(final NativePlatform platform) throws Exception {
    assertThat(NativeFile.read(file(platform)).needed())
        .containsExactlyInAnyOrderElementsOf(platform.needed());
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itImportsWhatIsOnTheListAndNothingElse(final NativePlatform platform) throws Exception {
    final Set<String> allowed = new TreeSet<>(lines(platform.system() + ".imports"));
    allowed.addAll(lines(platform.prefix() + ".imports"));
    assertThat(
            NativeFile.read(file(platform)).imports().stream()
                .map(name -> name.replaceAll("@.*", "")))
        .isNotEmpty()
        .isSubsetOf(allowed);
  }

  private static List<String> lines(final String resource) throws IOException {
    try (InputStream in = NativesTest.class.getResourceAsStream("/natives/" + resource)) {
      return in == null
          ? List.of()
          : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** A C library is asked for in the version that it had when it was made for that processor. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void noSymbolIsNewerThanTheOldestSystem(final NativePlatform platform) throws Exception {
    final List<String> versions =
        NativeFile.read(file(platform)).imports().stream()
            .filter(name -> name.contains("@"))
            .map(name -> name.replaceAll(".*@", ""))
            .distinct()
            .toList();
    assertThat(versions.isEmpty()).isEqualTo(platform.newest().isEmpty());
    for (final String version : versions) {
      final String[] both = version.split("_", 2);
      final String[] newest = platform.newest().split("_", 2);
      assertThat(both[0]).as(version).isEqualTo(newest[0]);
      assertThat(number(both[1])).as(version).isLessThanOrEqualTo(number(newest[1]));
    }
  }

  /** As a number that compares: 2.2.5 is 002002005. */
  private static String number(final String version) {
    return Arrays.stream(version.split("\\."))
        .map(part -> String.format(Locale.ROOT, "%03d", Integer.parseInt(part)))
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itExportsTheContractAndNothingElse(final NativePlatform platform) throws Exception {
    final Set<String> expected = contract();
    if (platform.format() == NativePlatform.Format.MACH_O) {
      expected.addAll(Set.of("__dso_handle", "_mh_dylib_header")); // Zig's linker adds them
    }
    final Set<String> exports = NativeFile.read(file(platform)).exports();
    assertThat(exports).containsExactlyElementsOf(expected);
  }

  /** The functions of jevent.h, and the one that a JVM calls when it loads the library. */
  private static Set<String> contract() throws IOException {
    final String header = Files.readString(Path.of("native", "include", "jevent.h"));
    final Set<String> names = new TreeSet<>();
    Pattern.compile("^JEV_EXPORT .*?\\b(jev_\\w+)\\(", Pattern.MULTILINE)
        .matcher(header)
        .results()
        .forEach(match -> names.add(match.group(1)));
    names.add("JNI_OnLoad");
    assertThat(names).hasSizeGreaterThan(40);
    return names;
  }

  /** What the compiler made of the structures that Java shares, on processors of either kind. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itsTableOfTheLayoutIsJavas(final NativePlatform platform) throws Exception {
    final byte[] library = Files.readAllBytes(file(platform));
    final ByteBuffer bytes =
        ByteBuffer.wrap(library)
            .order(platform.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    assertThat(Altered.table(bytes)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#elf")
  void itsPagesFitTheMaximumPageSizeOfTheSystem(final NativePlatform platform) throws Exception {
    final String headers = NativeFile.read(file(platform)).headers();
    final List<String> loaded =
        Pattern.compile("Type: PT_LOAD.*?Alignment: (\\d+)", Pattern.DOTALL)
            .matcher(headers)
            .results()
            .map(match -> match.group(1))
            .toList();
    final boolean large =
        Set.of("aarch64", "ppc64le", "loongarch64", "arm").contains(platform.processor());
    assertThat(loaded).hasSizeGreaterThan(2).containsOnly(large ? "65536" : "4096");
    assertThat(headers)
        .containsPattern("(?s)Type: PT_GNU_STACK.*?PF_R.*?PF_W")
        .doesNotContainPattern("(?s)Type: PT_GNU_STACK[^}]*PF_X");
  }

  /** Another copy in the process may have functions of the same names. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#elf")
  void itCallsItsOwnFunctions(final NativePlatform platform) throws Exception {
    assertThat(NativeFile.run("llvm-readobj", "--dyn-relocations", file(platform)))
        .contains("clock_gettime")
        .doesNotContain("jev_");
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#darwin")
  void itLoadsOnMacOs11(final NativePlatform platform) throws Exception {
    final Path file = file(platform);
    assertThat(NativeFile.run("llvm-readobj", "--macho-version-min", file))
        .contains("Platform: macos")
        .contains("Version: 11.0");
  }

  @Test
  void onArmItIsSignedForMacOs() throws Exception {
    final Path file = file(NativePlatform.of("darwin-aarch64"));
    final byte[] bytes = Files.readAllBytes(file);
    final CodeSignature signature = CodeSignature.read(bytes);
    assertThat(signature).isNotNull();
    assertThat(signature.adHoc()).isTrue();
    assertThat(signature.wrong()).as("a page whose hash is another one").isEqualTo(-1);
    final int page = signature.pageSize();
    assertThat(signature.pages()).isEqualTo((signature.end() + page - 1) / page).isGreaterThan(2);
    bytes[page + 1] ^= 1;
    assertThat(CodeSignature.read(bytes).wrong()).as("what was changed is seen").isEqualTo(1);
  }

  /** Nothing of the machine that built it. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void itNamesNoDirectoryOfTheBuild(final NativePlatform platform) throws Exception {
    final String text = new String(Files.readAllBytes(file(platform)), StandardCharsets.ISO_8859_1);
    assertThat(text)
        .doesNotContain(Path.of("").toAbsolutePath().toString())
        .doesNotContain("native/src")
        .doesNotContain(".pdb");
  }

  @Test
  void theJarHoldsThemAllAndIsSmall() throws IOException {
    place();
    final Path classes = ForkedJvm.classes();
    assumeThat(classes).as("-Djevent.classes names a jar").isRegularFile();
    assertThat(Files.size(classes)).isLessThan(MAX_BYTES_OF_JAR);
    for (final NativePlatform platform : NativePlatform.all()) {
      assertThat(
              Files.readAllBytes(
                  ForkedJvm.root().resolve(platform.prefix()).resolve(platform.fileName())))
          .as(platform.prefix())
          .isEqualTo(Files.readAllBytes(file(platform)));
    }
  }
}
