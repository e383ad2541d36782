package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The names that are found by their hash, and those that only look like them. */
class KnownNameTest {
  private static KnownName of(final String text) {
    final byte[] bytes = Served.bytes("(" + text + ")");
    final KnownName found = KnownName.of(bytes, 1, bytes.length - 1);
    assertThat(KnownName.of(text)).isSameAs(found);
    return found;
  }

  @ParameterizedTest
  @EnumSource(KnownName.class)
  void eachInEachCase(final KnownName name) {
    final String text = name.text();
    assertThat(text).isEqualTo(name.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    assertThat(of(text)).isSameAs(name);
    assertThat(of(text.toUpperCase(Locale.ROOT))).isSameAs(name);
    for (int i = 0; i < text.length(); i++) {
      final char[] changed = text.toCharArray();
      changed[i] = Character.toUpperCase(changed[i]);
      assertThat(of(new String(changed))).isSameAs(name);
    }
  }

  /** One byte more, less, or another one. */
  @ParameterizedTest
  @EnumSource(KnownName.class)
  void nearMisses(final KnownName name) {
    final String text = name.text();
    for (int i = 0; i < text.length(); i++) {
      for (int c = 0; c < 256; c++) {
        final String changed = text.substring(0, i) + (char) c + text.substring(i + 1);
        final boolean same = Character.toLowerCase((char) c) == text.charAt(i) && c < 128;
        if (same) {
          assertThat(of(changed)).isSameAs(name);
        } else if (Arrays.stream(KnownName.values()).noneMatch(n -> n.text().equals(changed))) {
          assertThat(of(changed)).isNull();
        }
      }
    }
    for (final String other :
        new String[] {
          text + "s", text + "-", "x" + text, text.substring(1), text + " ", " " + text
        }) {
      assertThat(of(other))
          .isSameAs(
              Arrays.stream(KnownName.values())
                  .filter(n -> n.text().equals(other))
                  .findFirst()
                  .orElse(null));
    }
    assertThat(of(text.replace('-', '_'))).isSameAs(text.contains("-") ? null : name);
  }

  @Test
  void othersThanBytes() {
    assertThat(KnownName.of("")).isNull();
    assertThat(KnownName.of(new byte[0], 0, 0)).isNull();
    assertThat(KnownName.of("\u0130f-match")).isNull();
    assertThat(KnownName.of("\u212aeep-alive")).isNull();
    assertThat(KnownName.of("\uff28ost")).isNull();
    assertThatThrownBy(() -> KnownName.of(new byte[3], 1, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
