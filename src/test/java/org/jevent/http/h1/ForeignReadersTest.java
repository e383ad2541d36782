package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What is accepted ends where it ends for the readers of other projects, or they refuse it. */
class ForeignReadersTest {
  private static final Pattern LINE =
      Pattern.compile("(\\S+) .*?(?: \\[(.*)\\])?(?: \\{.*\\})*", Pattern.DOTALL);

  /** The messages that were read whole, without their paths. */
  private static List<String> accepted(final RequestVectors.Vector vector) {
    final List<String> found = new ArrayList<>();
    for (final String line : vector.expected().subList(0, vector.expected().size() - 1)) {
      final Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      found.add(matcher.group(1) + " [" + (matcher.group(2) == null ? "" : matcher.group(2)) + "]");
    }
    return found;
  }

  /**
   * Compares what both have accepted.
   *
   * @param refusedThere rows of which the other reader refuses some that is accepted here
   */
  private static int compare(
      final Function<byte[], List<String>> other, final Set<String> refusedThere) {
    final SoftAssertions all = new SoftAssertions();
    int same = 0;
    for (final RequestVectors.Vector vector : RequestVectors.all()) {
      final List<String> own = accepted(vector);
      final List<String> others = other.apply(Served.bytes(vector.bytes()));
      if (own.isEmpty()) {
        continue;
      }
      if (others.isEmpty() || others.get(0).equals(ForeignReaders.REFUSED)) {
        all.assertThat(refusedThere).as(vector.toString()).contains(vector.row());
        continue;
      }
      final int count = Math.min(own.size(), others.size());
      final List<String> theirs = new ArrayList<>(others.subList(0, count));
      theirs.remove(ForeignReaders.REFUSED);
      all.assertThat(own).as(vector.toString()).startsWith(theirs.toArray(new String[0]));
      same++;
    }
    all.assertAll();
    return same;
  }

  /**
   * Netty refuses bytes beyond ASCII and quotes in extensions that do not end. Here extensions are
   * dropped unread, and their line ends at the first CRLF.
   */
  @Test
  void netty() {
    final Set<String> refused = Set.of("extension", "a line ends at the first CRLF");
    assertThat(compare(ForeignReaders::nettyRequests, refused)).isGreaterThan(3000);
  }

  /** Jetty, in addition, refuses HTTP/1.2 to 1.9, and the port 0 or an empty one in Host. */
  @Test
  void jetty() {
    final Set<String> refused =
        Set.of("extension", "a line ends at the first CRLF", "size", "version", "host");
    assertThat(compare(ForeignReaders::jettyRequests, refused)).isGreaterThan(3000);
  }
}
