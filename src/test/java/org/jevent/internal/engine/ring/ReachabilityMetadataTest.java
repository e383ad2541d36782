package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The library's metadata for GraalVM's native-image fits its schema and what the library does. */
@Timeout(120)
class ReachabilityMetadataTest {
  /** The agent that writes down what is looked up; scripts/test consumers names it. */
  private static final String AGENT_PROPERTY = "jevent.test.agent";

  private static final String SCHEMA = "/schemas/reachability-metadata-schema-v1.2.0.json";

  private final ReachabilityMetadata metadata = ReachabilityMetadata.ofLibrary();

  @TempDir private Path directory;

  @Test
  void itFitsThePublishedSchema() throws Exception {
    try (InputStream in = ReachabilityMetadataTest.class.getResourceAsStream(SCHEMA)) {
      final JsonSchema schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909).getSchema(in);
      assertThat(schema.validate(metadata.json())).isEmpty();
      final JsonNode wrong = metadata.json().deepCopy();
      ((ObjectNode) wrong.get("reflection").get(0)).put("unheardOf", true);
      assertThat(schema.validate(wrong)).as("a schema that refuses something").isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource
  void whatItNamesExists(final ReachabilityMetadata.Type type) throws Exception {
    assertThat(type.resolve())
        .hasSize(type.json().path("methods").size() + type.json().path("fields").size());
  }

  static List<ReachabilityMetadata.Type> whatItNamesExists() {
    return ReachabilityMetadata.ofLibrary().types();
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void aPlatformsLibraryIsIncluded(final NativePlatform platform) {
    assertThat(metadata.includes(platform.prefix() + "/" + platform.fileName())).isTrue();
  }

  @Test
  void allLibrariesThatTheJarHoldsAreIncluded() throws Exception {
    final Path root = ForkedJvm.root();
    final List<String> libraries;
    try (Stream<Path> all = Files.find(root, 2, (path, what) -> what.isRegularFile())) {
      libraries =
          all.map(path -> root.relativize(path).toString().replace('\\', '/'))
              .filter(name -> name.matches("[^/]+/(lib)?jevent\\.\\w+"))
              .toList();
    }
    assertThat(libraries).contains(Platform.prefix() + "/" + System.mapLibraryName("jevent"));
    assertThat(libraries).allMatch(metadata::includes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jna", "jni"})
  void whatIsLookedUpIsNamed(final String binding) throws Exception {
    final String agent = System.getProperty(AGENT_PROPERTY);
    assumeThat(agent).as("the agent, which -D" + AGENT_PROPERTY + " names").isNotNull();
    final Path uses = directory.resolve("uses");
    final ForkedJvm.Result result =
        new ForkedJvm(directory)
            .with(Altered.jar(directory, Altered.library()))
            .jna()
            .option("-agentpath:" + Path.of(agent).toAbsolutePath() + "=" + uses)
            .set("jevent.binding", binding)
            .probe("open");
    assertThat(result.text()).as("%s", result).endsWith(binding + " works");
    final List<String> lines = Files.readAllLines(uses).stream().distinct().toList();
    assertThat(lines).as("the agent saw it all").endsWith("end - - -");
    assertThat(lines).anyMatch(line -> line.startsWith("resource ") && line.contains("jevent"));
    for (final Method method : Shim.class.getDeclaredMethods()) {
      if (Modifier.isNative(method.getModifiers())) {
        assertThat(lines)
            .as("%s is registered", method.getName())
            .anyMatch(
                line ->
                    line.startsWith(
                        "jni-native Lorg/jevent/internal/engine/ring/Shim; "
                            + method.getName()
                            + " "));
      }
    }
    assertThat(lines.stream().map(JavaUse::parse).filter(use -> !use.coveredBy(metadata)))
        .isEmpty();
  }
}
