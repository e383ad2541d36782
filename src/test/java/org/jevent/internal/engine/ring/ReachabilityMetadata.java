package org.jevent.internal.engine.ring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** GraalVM's metadata as the library carries it. */
record ReachabilityMetadata(JsonNode json) {
  private static final String FILE =
      "META-INF/native-image/org.jevent/jevent/reachability-metadata.json";

  static ReachabilityMetadata ofLibrary() {
    try {
      return new ReachabilityMetadata(
          new ObjectMapper().readTree(Files.readAllBytes(ForkedJvm.root().resolve(FILE))));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Type> types() {
    return list(json.get("reflection")).map(Type::of).toList();
  }

  /** On the class path and in the module that the resource is in. */
  boolean includes(final String resource) {
    return matches(resource, "") && matches(resource, module(resource));
  }

  private static String module(final String resource) {
    return resource.startsWith("com/sun/jna/") ? "com.sun.jna" : "org.jevent";
  }

  private boolean matches(final String resource, final String module) {
    return list(json.get("resources"))
        .filter(entry -> entry.path("module").asText("").equals(module))
        .map(entry -> FileSystems.getDefault().getPathMatcher("glob:" + entry.get("glob").asText()))
        .anyMatch(matcher -> matcher.matches(Path.of(resource)));
  }

  static boolean declares(final Class<?> type, final String field) {
    return Stream.of(type.getDeclaredFields()).anyMatch(each -> each.getName().equals(field));
  }

  private static Stream<JsonNode> list(final JsonNode array) {
    return array == null ? Stream.of() : StreamSupport.stream(array.spliterator(), false);
  }

  private static List<String> texts(final JsonNode array) {
    return list(array).map(JsonNode::asText).toList();
  }

  /** What may be done with a class, or with a proxy of interfaces. */
  record Type(JsonNode json) {
    static Type of(final JsonNode json) {
      return new Type(json);
    }

    /** Empty for a proxy. */
    String name() {
      return json.get("type").asText("");
    }

    boolean jni() {
      return json.path("jniAccessible").asBoolean();
    }

    boolean allMethods() {
      return json.path("allDeclaredMethods").asBoolean();
    }

    boolean allFields() {
      return json.path("allDeclaredFields").asBoolean();
    }

    boolean hasMethod(final String method, final List<String> parameters) {
      return allMethods() && !method.equals("<init>")
          || list(json.get("methods"))
              .anyMatch(
                  entry ->
                      entry.get("name").asText().equals(method)
                          && texts(entry.get("parameterTypes")).equals(parameters));
    }

    boolean hasField(final String field) {
      return allFields()
          || list(json.get("fields")).anyMatch(entry -> entry.get("name").asText().equals(field));
    }

    /** The members that are named; fails where one, or the class, or its condition, is missing. */
    List<Member> resolve() throws ReflectiveOperationException {
      final List<Member> members = new ArrayList<>();
      load(json.get("condition").get("typeReached").asText());
      for (final String each : texts(json.get("type").get("proxy"))) {
        load(each);
      }
      if (name().isEmpty()) {
        return members;
      }
      final Class<?> type = load(name());
      for (final JsonNode method : list(json.get("methods")).toList()) {
        members.add(resolve(type, method));
      }
      for (final JsonNode field : list(json.get("fields")).toList()) {
        members.add(type.getDeclaredField(field.get("name").asText()));
      }
      return members;
    }

    private static Member resolve(final Class<?> type, final JsonNode method)
        throws ReflectiveOperationException {
      final List<Class<?>> parameters = new ArrayList<>();
      for (final String parameter : texts(method.get("parameterTypes"))) {
        parameters.add(load(parameter));
      }
      final Class<?>[] array = parameters.toArray(Class<?>[]::new);
      final String name = method.get("name").asText();
      return name.equals("<init>")
          ? type.getDeclaredConstructor(array)
          : type.getDeclaredMethod(name, array);
    }

    /** By the name that source code gives it. */
    private static Class<?> load(final String name) throws ClassNotFoundException {
      if (name.endsWith("[]")) {
        return load(name.substring(0, name.length() - 2)).arrayType();
      }
      for (final Class<?> primitive :
          List.<Class<?>>of(
              boolean.class,
              byte.class,
              char.class,
              double.class,
              float.class,
              int.class,
              long.class,
              short.class)) {
        if (primitive.getName().equals(name)) {
          return primitive;
        }
      }
      return Class.forName(name, false, Type.class.getClassLoader());
    }

    @Override
    public String toString() {
      return json.get("type").toString();
    }
  }
}
