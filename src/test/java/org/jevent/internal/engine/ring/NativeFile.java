package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the headers of a library of any system say, read by llvm-readobj and llvm-nm.
 *
 * @param headers all of it, as llvm-readobj prints it
 * @param needed the libraries that it names
 * @param imports the functions that it does not have itself; with their version where they have one
 *     (ELF), after the library's name where that is said (PE)
 * @param exports the functions that others can call
 */
record NativeFile(String headers, List<String> needed, Set<String> imports, Set<String> exports) {
  private static final Pattern NEEDED = Pattern.compile("NeededLibraries \\[\\s*([^]]*?)\\s*]");
  private static final Pattern NAME = Pattern.compile("\\bName: (\\S+)");
  private static final Pattern LAST = Pattern.compile("(?m)(\\S+)$");
  private static final Pattern MACH_O_EXPORT = Pattern.compile("(?m)^0x\\S+\\s+_(\\S+)");
  private static final Pattern IMPORT = Pattern.compile("\\b(Name|Symbol): (\\S+)");

  /** Ends the test as not applicable where LLVM's tools are missing. */
  static NativeFile read(final Path file) throws Exception {
    final String headers =
        run("llvm-readobj", "--file-headers", "--needed-libs", "--program-headers", file);
    final List<String> needed =
        NEEDED
            .matcher(headers)
            .results()
            .flatMap(match -> match.group(1).strip().lines())
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (headers.contains("Format: COFF")) {
      return new NativeFile(
          headers,
          needed,
          dllImports(run("llvm-readobj", "--coff-imports", file)),
          names(run("llvm-readobj", "--coff-exports", file), NAME));
    }
    if (headers.contains("Format: Mach-O")) {
      return new NativeFile(
          headers,
          needed,
          names(run("llvm-nm", "--undefined-only", file), LAST),
          names(run("llvm-objdump", "--macho", "--exports-trie", file), MACH_O_EXPORT));
    }
    return new NativeFile(
        headers,
        needed,
        names(run("llvm-nm", "-D", "--undefined-only", file), LAST),
        names(run("llvm-nm", "-D", "--defined-only", file), LAST));
  }

  private static Set<String> names(final String text, final Pattern pattern) {
    final Set<String> names = new TreeSet<>();
    pattern.matcher(text).results().forEach(match -> names.add(match.group(1)));
    return names;
  }

  /** Symbols follow the name of their library. */
  private static Set<String> dllImports(final String text) {
    final Set<String> imports = new TreeSet<>();
    final String[] library = {""};
    IMPORT
        .matcher(text)
        .results()
        .forEach(
            match -> {
              if (match.group(1).equals("Name")) {
                library[0] = match.group(2).toLowerCase(Locale.ROOT).replace(".dll", "");
              } else {
                imports.add(library[0] + " " + match.group(2));
              }
            });
    return imports;
  }

  static String run(final String program, final Object... arguments) throws Exception {
    final List<String> command = new ArrayList<>(List.of(found(program)));
    for (final Object argument : arguments) {
      command.add(argument.toString());
    }
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + text);
    }
    return text;
  }

  private static String found(final String program) {
    final List<String> names =
        new ArrayList<>(
            IntStream.iterate(25, version -> version - 1)
                .limit(12)
                .mapToObj(version -> program + "-" + version)
                .toList());
    names.add(0, program);
    final String there = names.stream().filter(NativeFile::runs).findFirst().orElse(null);
    assumeThat(there).as("LLVM's tool %s is here", program).isNotNull();
    return there;
  }

  private static boolean runs(final String program) {
    try {
      return new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (final IOException e) {
      return false;
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
