package org.jevent.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.http.h1.FieldReader;
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
      final FieldReader reader = new FieldReader(value);
      reader.skipEmptyElements();
      while (!reader.atEnd()) {
        found.add(one(reader));
        if (!reader.atEnd() && !reader.take(',')) {
          throw new IllegalArgumentException("what follows an extension is no other: " + value);
        }
        reader.skipEmptyElements();
      }
    }
    return found;
  }

  private static Extension one(final FieldReader reader) {
    final String name = token(reader.token());
    final List<Parameter> parameters = new ArrayList<>();
    reader.skipBlanks();
    while (reader.take(';')) {
      reader.skipBlanks();
      final String parameter = token(reader.token());
      reader.skipBlanks();
      String value = null;
      if (reader.take('=')) {
        reader.skipBlanks();
        value = reader.tokenOrQuoted(); // the quotes say nothing: within them is a token, too
        FieldRules.checkToken("the value of a parameter", value == null ? "" : value);
        reader.skipBlanks();
      }
      parameters.add(new Parameter(parameter, value));
    }
    return new Extension(name, parameters);
  }

  private static String token(final String text) {
    if (text == null) {
      throw new IllegalArgumentException("an extension or its parameter has no name");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** As a field has it. */
  @Override
  public String toString() {
    return Stream.concat(Stream.of(name), parameters.stream().map(Parameter::toString))
        .collect(Collectors.joining("; "));
  }
}
