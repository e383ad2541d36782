package org.jevent.internal.engine.ring;

import java.lang.invoke.MethodType;
import java.util.List;

/**
 * A line of the agent {@code native/test/java_uses.c}: what was looked up.
 *
 * @param kind what was looked for; by JNI if it begins so, else by reflection or as a resource
 * @param type whose it is, null where that does not matter
 */
record JavaUse(String kind, Class<?> type, String name, String descriptor) {
  static JavaUse parse(final String line) {
    final String[] words = line.split(" ");
    return new JavaUse(words[0], type(words[1]), words[2], words[3]);
  }

  /** By its signature or, as JNI looks for classes, by its name. */
  private static Class<?> type(final String text) {
    if (text.equals("-")) {
      return null;
    }
    final boolean signature = text.endsWith(";") || text.startsWith("[") || text.length() == 1;
    return MethodType.fromMethodDescriptorString(
            "()" + (signature ? text : "L" + text + ";"), JavaUse.class.getClassLoader())
        .returnType();
  }

  private List<String> parameters() {
    final String end = descriptor.endsWith(")") ? descriptor + "V" : descriptor;
    return MethodType.fromMethodDescriptorString(end, JavaUse.class.getClassLoader())
        .parameterList()
        .stream()
        .map(Class::getTypeName)
        .toList();
  }

  boolean coveredBy(final ReachabilityMetadata metadata) {
    if (kind.equals("end")) {
      return true;
    }
    if (kind.equals("resource")) {
      return metadata.includes(name.startsWith("/") ? name.substring(1) : name);
    }
    if (type.isPrimitive()) {
      return true; // has no members to be found
    }
    return metadata.types().stream().anyMatch(this::coveredBy);
  }

  private boolean coveredBy(final ReachabilityMetadata.Type entry) {
    if (!entry.name().equals(type.getName()) || kind.startsWith("jni-") && !entry.jni()) {
      return false;
    }
    return switch (kind) {
      case "jni-class" -> true;
      case "jni-native", "all-methods" -> entry.allMethods();
      case "all-fields" -> entry.allFields();
      case "constructor" -> entry.hasMethod("<init>", parameters());
      case "method", "jni-method" -> entry.hasMethod(name, parameters());
      case "field", "jni-field" ->
          entry.hasField(name) || !ReachabilityMetadata.declares(type, name);
      default -> throw new IllegalArgumentException(toString());
    };
  }
}
