package org.jevent.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.EventBase;

/**
 * What the module exports, as far as programs call it: constructors and methods with parameters.
 */
final class PublicApi {
  private PublicApi() {}

  static List<Executable> calls() {
    try {
      final Path classes =
          Path.of(EventBase.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(classes)) {
        return calls(classes);
      }
      try (FileSystem jar = FileSystems.newFileSystem(classes)) {
        return calls(jar.getPath("/"));
      }
    } catch (final IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Executable> calls(final Path root) throws IOException {
    final Set<String> exported;
    try (InputStream descriptor = Files.newInputStream(root.resolve("module-info.class"))) {
      exported =
          ModuleDescriptor.read(descriptor).exports().stream()
              .filter(export -> !export.isQualified())
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toSet());
    }
    try (Stream<Path> files = Files.walk(root.resolve("org"))) {
      return files
          .map(file -> root.relativize(file).toString().replaceAll("[/\\\\]", "."))
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .map(name -> load(name.substring(0, name.length() - ".class".length())))
          .filter(type -> exported.contains(type.getPackageName()))
          .filter(type -> Modifier.isPublic(type.getModifiers()))
          .flatMap(type -> Stream.of(type.getConstructors(), type.getMethods()))
          .flatMap(Arrays::stream)
          .filter(PublicApi::isCalled)
          .sorted(Comparator.comparing(PublicApi::text))
          .distinct()
          .toList();
    }
  }

  private static Class<?> load(final String name) {
    try {
      return Class.forName(name);
    } catch (final ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Not inherited from the JDK, and not what a program implements. */
  private static boolean isCalled(final Executable call) {
    return call.getDeclaringClass().getName().startsWith("org.jevent.")
        && !call.isSynthetic()
        && !(call.getDeclaringClass().isInterface() && Modifier.isAbstract(call.getModifiers()));
  }

  /** Such as {@code Event.add(Duration)}. */
  static String text(final Executable call) {
    final String type = call.getDeclaringClass().getSimpleName();
    return (call instanceof Method ? type + "." + call.getName() : type)
        + Arrays.stream(call.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
