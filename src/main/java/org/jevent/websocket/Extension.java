package org.jevent.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.http.h1.FieldRules;

/**
 * An extension of a {@code Sec-WebSocket-Extensions} field (RFC 6455, section 9.1).
 *
 * @param name in lower case
 * @param parameters in their order; one may be there twice
 */
record Extension(String name, List<Parameter> parameters) {
  /**
   * A parameter.
   *
   * @param name in lower case
   * @param value or null
   */
  record Parameter(String name, String value) {
    @Override
    public String toString() {
      return value == null ? name : name + "=" + value;
    }
  }

  /**
   * Reads the values of all such fields.
   *
   * @throws IllegalArgumentException if they are no extensions
   */
  static List<Extension> parse(final List<String> values) {
    final List<Extension> found = new ArrayList<>();
    for (final String value : values) {
      for (final String each : Elements.of(value, ',')) {
        found.add(one(each));
      }
    }
    return found;
  }

  private static Extension one(final String text) {
    final List<String> parts = Elements.of(text, ';');
    final List<Parameter> parameters = new ArrayList<>();
    for (final String part : parts.subList(1, parts.size())) {
      final int equals = part.indexOf('=');
      final String name = equals < 0 ? part : part.substring(0, equals).strip();
      final String value = equals < 0 ? null : unquoted(part.substring(equals + 1).strip());
      parameters.add(new Parameter(token(name), value));
    }
    return new Extension(token(parts.get(0)), parameters);
  }

  private static String token(final String text) {
    FieldRules.checkToken("the extension or its parameter", text);
    return text.toLowerCase(Locale.ROOT);
  }

  /** A value, whose quotation marks say nothing: within them there has to be a token, too. */
  private static String unquoted(final String text) {
    final boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    final String value =
        quoted ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1") : text;
    FieldRules.checkToken("the value of a parameter", value);
    return value;
  }

  /** As a field has it. */
  @Override
  public String toString() {
    return Stream.concat(Stream.of(name), parameters.stream().map(Parameter::toString))
        .collect(Collectors.joining("; "));
  }
}
