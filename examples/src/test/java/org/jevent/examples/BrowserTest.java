package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the programs in a browser without a window, where one is installed. */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the browser is a program of Unix")
class BrowserTest {
  private static final Path BROWSER = Path.of("/usr/bin/chromium");
  private static final int OF_EACH = 40;
  private static final int STYLES = 20;

  @TempDir private Path folder;

  private ProcessBuilder browser(final String... arguments) throws IOException {
    NodePrograms.require("puppeteer-core");
    Assumptions.assumeTrue(Files.isExecutable(BROWSER), "there is no " + BROWSER);
    final List<String> command = new ArrayList<>();
    command.add("node");
    command.add(NodePrograms.script(folder, "browser.cjs"));
    command.add(BROWSER.toString());
    command.addAll(List.of(arguments));
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(NodePrograms.environment());
    builder.environment().put("HOME", folder.toString());
    return builder;
  }

  private static void assertEnded(final Process process, final String said) throws Exception {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static String rest(final BufferedReader reader) throws IOException {
    final StringBuilder text = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  /** The pictures are left in {@code target/chat.png} and beside it, for people to look at. */
  @Test
  void twoPeopleTalkAndFindTheServerAgain() throws Exception {
    final Path picture = Path.of("target", "chat.png").toAbsolutePath();
    Files.deleteIfExists(picture);
    final String port = "" + TlsPrograms.freePort();
    Process process = null;
    try {
      try (Program server = Program.server("chat-server", "--web", "--port", port)) {
        process = browser("chat", "http://127.0.0.1:" + port + "/", picture.toString()).start();
        final BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        final String first = said.readLine();
        assertThat(first).as("talked".equals(first) ? "" : rest(said)).isEqualTo("talked");
        assertThat(picture).isNotEmptyFile();
        server.signal("TERM");
        assertThat(server.exit()).as(server.errors()).isZero();
        try (Program next = Program.server("chat-server", "--web", "--port", port)) {
          process.getOutputStream().write('\n');
          process.getOutputStream().flush();
          final String last = rest(said);
          assertEnded(process, last);
          assertThat(next.errors()).isEmpty();
        }
      }
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  /** A page with a hundred resources, each of which has to come whole. */
  @Test
  void aHundredResourcesComeWhole() throws Exception {
    final Path root = makeSite();
    try (Program server = Program.server("http-server", "--root", root.toString(), "--port", "0")) {
      final Process process =
          browser("page", "http://127.0.0.1:" + server.port() + "/index.html").start();
      final String said = rest(process.inputReader(StandardCharsets.UTF_8));
      assertEnded(process, said);
      final List<String> expected = new ArrayList<>();
      try (var files = Files.list(root)) {
        for (final Path file : files.toList()) {
          expected.add("200 " + digest(file) + " " + file.getFileName());
        }
      }
      expected.add("scripts that ran: " + OF_EACH);
      expected.add("images that are whole: " + OF_EACH);
      expected.add("styles: " + STYLES);
      assertThat(expected).hasSize(1 + 2 * OF_EACH + STYLES + 3);
      assertThat(said.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static String digest(final Path file) throws Exception {
    final byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  /** Files of up to 200 KB that a browser has to have whole to use them. */
  private Path makeSite() throws IOException {
    final Path root = Files.createDirectory(folder.resolve("site"));
    final Random random = new Random(1);
    final StringBuilder page = new StringBuilder("<!doctype html><link rel=icon href=data:,>\n");
    for (int i = 0; i < OF_EACH; i++) {
      final String filler = "x".repeat(random.nextInt(200_000));
      Files.writeString(
          root.resolve("s" + i + ".js"), "/*" + filler + "*/ window.ran = (window.ran || 0) + 1;");
      page.append("<script src=s").append(i).append(".js></script>\n");
      Files.writeString(
          root.resolve("i" + i + ".svg"),
          "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><!--"
              + filler
              + "--></svg>");
      page.append("<img src=i").append(i).append(".svg>\n");
      if (i < STYLES) {
        Files.writeString(root.resolve("c" + i + ".css"), "/*" + filler + "*/ p { color: red }");
        page.append("<link rel=stylesheet href=c").append(i).append(".css>\n");
      }
    }
    Files.writeString(root.resolve("index.html"), page);
    return root;
  }
}
