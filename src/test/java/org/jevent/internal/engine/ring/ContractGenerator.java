package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes what mirrors the numbers of {@code native/include/jevent.h}: the table that the library
 * answers from, and {@link Layout}. The build runs it as a single source file, so that it stands on
 * the JDK alone. Files that are right already are left alone.
 */
final class ContractGenerator {
  private static final String JAVA = "src/main/java/org/jevent/internal/engine/ring/Layout.java";
  private static final String C = "native/src/core/layout.h";
  private static final String HEADER = "native/include/jevent.h";

  /** A number with its alternatives: a macro, the constants of an enum, a structure. */
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^#define JEV_(?<macro>\\w+) (?<number>\\w+)$"
              + "|^enum \\{(?<constants>[^}]*)\\};"
              + "|^struct jev_(?<struct>\\w+) \\{(?<fields>[^}]*)\\};",
          Pattern.MULTILINE);

  private static final Pattern CONSTANT = Pattern.compile("JEV_(\\w+)\\s*=\\s*(\\w+)");
  private static final Pattern FIELD =
      Pattern.compile("u?int(?<bits>\\d+)_t\\s+(?<name>\\w+)(?:\\[(?<count>\\d+)\\])?;");

  /** A number by its name in Java: what it is in C, and its value. */
  private record Entry(String name, String expression, int value) {}

  private final List<Entry> entries = new ArrayList<>();

  private ContractGenerator(final String header) {
    final Matcher found = DECLARATION.matcher(header.replaceAll("(?s)/\\*.*?\\*/", " "));
    while (found.find()) {
      if (found.group("macro") != null) {
        constant(found.group("macro"), found.group("number"));
      } else if (found.group("constants") != null) {
        constants(found.group("constants"));
      } else {
        structure(found.group("struct"), found.group("fields"));
      }
    }
  }

  private void constants(final String text) {
    for (final String part : text.split(",")) {
      final Matcher found = CONSTANT.matcher(part.strip());
      if (!found.matches()) {
        throw new IllegalArgumentException("a constant without a number: " + part.strip());
      }
      constant(found.group(1), found.group(2));
    }
  }

  private void constant(final String name, final String number) {
    entries.add(new Entry(name, "JEV_" + name, Integer.decode(number)));
  }

  /** Each field is aligned to its own size, and the structure to its largest field. */
  private void structure(final String name, final String text) {
    final List<Entry> fields = new ArrayList<>();
    int end = 0;
    int alignment = 1;
    final Matcher found = FIELD.matcher(text);
    while (found.find()) {
      final int size = Integer.parseInt(found.group("bits")) / Byte.SIZE;
      final int offset = aligned(end, size);
      fields.add(
          new Entry(
              (name + "_" + found.group("name")).toUpperCase(Locale.ROOT),
              "offsetof(struct jev_" + name + ", " + found.group("name") + ")",
              offset));
      final String count = found.group("count");
      end = offset + size * (count == null ? 1 : Integer.parseInt(count));
      alignment = Math.max(alignment, size);
    }
    final String size = name.toUpperCase(Locale.ROOT) + "_SIZE";
    entries.add(new Entry(size, "sizeof(struct jev_" + name + ")", aligned(end, alignment)));
    entries.addAll(fields);
  }

  private static int aligned(final int offset, final int size) {
    return (offset + size - 1) / size * size;
  }

  private String java() {
    final StringBuilder constants = new StringBuilder();
    final StringBuilder table = new StringBuilder();
    for (final Entry entry : entries) {
      constants.append(
          "  static final int %s = %s;\n".formatted(entry.name(), number(entry.value())));
      table.append("    {\"%1$s\", %1$s},\n".formatted(entry.name()));
    }
    return """
    package org.jevent.internal.engine.ring;

    /**
     * The numbers of the contract with the shim, in the order of {@code native/include/jevent.h}.
     * Written by {@code ContractGenerator}: edit the header instead.
     */
    final class Layout {
    """
        + constants
        + """

          private static final Object[][] TABLE = {
        """
        + table
        + """
          };

          private Layout() {}

          /** How many numbers there are. */
          static int size() {
            return TABLE.length;
          }

          /** The name of a number. */
          static String name(final int index) {
            return (String) TABLE[index][0];
          }

          /** The value of a number here. */
          static int value(final int index) {
            return (Integer) TABLE[index][1];
          }
        }
        """;
  }

  /** Large numbers are hexadecimal, as in the header. */
  private static String number(final int value) {
    return value > 0xffff ? "0x" + Integer.toHexString(value) : Integer.toString(value);
  }

  private String c() {
    final StringBuilder table = new StringBuilder();
    for (final Entry entry : entries) {
      final String cast = entry.expression().startsWith("JEV_") ? "" : "(int64_t)";
      table.append("    %s%s,\n".formatted(cast, entry.expression()));
    }
    return """
    /*
     * The numbers of jevent.h as the library is compiled with them, in the order of the header. Written by
     * ContractGenerator.java: edit the header instead.
     */
    #ifndef JEV_LAYOUT_H
    #define JEV_LAYOUT_H

    #include <stddef.h>

    #include "jevent.h"

    static const int64_t JEV_LAYOUT[] = {
    """
        + table
        + """
        };

        #endif
        """;
  }

  /** The text of each file that mirrors the header, by its path from the root of the project. */
  static Map<String, String> files(final Path root) throws IOException {
    final ContractGenerator contract =
        new ContractGenerator(Files.readString(root.resolve(HEADER)));
    final Map<String, String> files = new LinkedHashMap<>();
    files.put(C, contract.c());
    files.put(JAVA, contract.java());
    return files;
  }

  /** The root of the project; {@code --check}: fails where it would write. */
  public static void main(final String[] arguments) throws IOException {
    final Path root = Path.of(arguments[0]);
    final boolean check = arguments.length > 1 && arguments[1].equals("--check");
    for (final Map.Entry<String, String> file : files(root).entrySet()) {
      final Path path = root.resolve(file.getKey());
      if (Files.exists(path) && Files.readString(path).equals(file.getValue())) {
        continue;
      }
      if (check) {
        throw new IllegalStateException(
            file.getKey() + " differs from " + HEADER + ": build again");
      }
      Files.writeString(path, file.getValue());
    }
  }
}
