package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameters of permessage-deflate (RFC 7692, section 7.1): offers, answers, and refusals. */
class DeflateOfferTest {
  private static final DeflateConfig FORGETS = DeflateConfig.DEFAULT;
  private static final DeflateConfig KEEPS = DeflateConfig.DEFAULT.contextTakeover(true);
  private static final String BOTH =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static Agreement accept(final DeflateConfig config, final String... offers) {
    return DeflateOffer.accept(null, Extension.parse(List.of(offers)), config);
  }

  private static Agreement agreed(final DeflateConfig config, final String... answer) {
    return DeflateOffer.agreed(null, Extension.parse(List.of(answer)), config);
  }

  @Test
  void whatAClientOffers() {
    assertThat(DeflateOffer.offer(FORGETS)).isEqualTo(BOTH);
    assertThat(DeflateOffer.offer(KEEPS)).isEqualTo("permessage-deflate");
  }

  /** What a server with context take-over answers to an offer; none: declined. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = '|',
      value = {
        "permessage-deflate | permessage-deflate",
        "PerMessage-Deflate | permessage-deflate",
        "permessage-deflate; server_no_context_takeover"
            + " | permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover"
            + " | permessage-deflate; client_no_context_takeover",
        "permessage-deflate;client_no_context_takeover;server_no_context_takeover"
            + " | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; Server_No_Context_Takeover"
            + " | permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits | permessage-deflate",
        "permessage-deflate; client_max_window_bits=8 | permessage-deflate",
        "permessage-deflate; client_max_window_bits=15 | permessage-deflate",
        "permessage-deflate; client_max_window_bits=\"10\" | permessage-deflate",
        "permessage-deflate; client_max_window_bits = 10 | permessage-deflate",
        "permessage-deflate; server_max_window_bits=15"
            + " | permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=\"15\""
            + " | permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=\"1\\5\""
            + " | permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; client_max_window_bits; server_max_window_bits=15;"
            + " server_no_context_takeover"
            + " | permessage-deflate; server_no_context_takeover; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits | none",
        "permessage-deflate; server_max_window_bits=7 | none",
        "permessage-deflate; server_max_window_bits=8 | none",
        "permessage-deflate; server_max_window_bits=9 | none",
        "permessage-deflate; server_max_window_bits=14 | none",
        "permessage-deflate; server_max_window_bits=16 | none",
        "permessage-deflate; server_max_window_bits=015 | none",
        "permessage-deflate; server_max_window_bits=+15 | none",
        "permessage-deflate; server_max_window_bits=-1 | none",
        "permessage-deflate; server_max_window_bits=1e1 | none",
        "permessage-deflate; server_max_window_bits=4294967311 | none",
        "permessage-deflate; client_max_window_bits=7 | none",
        "permessage-deflate; client_max_window_bits=16 | none",
        "permessage-deflate; client_max_window_bits=08 | none",
        "permessage-deflate; client_max_window_bits=a | none",
        "permessage-deflate; server_no_context_takeover=1 | none",
        "permessage-deflate; client_no_context_takeover=true | none",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover | none",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover | none",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9 | none",
        "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15 | none",
        "permessage-deflate; unknown | none",
        "permessage-deflate; unknown=1 | none",
        "x-webkit-deflate-frame | none",
        "permessage-deflate2 | none",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate | permessage-deflate",
        "permessage-deflate; unknown, permessage-deflate; server_no_context_takeover"
            + " | permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover, permessage-deflate"
            + " | permessage-deflate; client_no_context_takeover",
        "foo; a=1; b, permessage-deflate, bar | permessage-deflate",
        "foo; a=\"x\"; b, , permessage-deflate | permessage-deflate",
      })
  void whatAServerAnswers(final String offer, final String answer) {
    final Agreement agreement = accept(KEEPS, offer);
    assertThat(agreement.extensions()).isEqualTo(answer);
    if (answer == null) {
      assertThat(agreement.deflate()).isNull();
    } else {
      assertThat(agreement.deflate().sendsWithContext())
          .isEqualTo(!answer.contains("server_no_context_takeover"));
      assertThat(agreement.deflate().receivesWithContext())
          .isEqualTo(!answer.contains("client_no_context_takeover"));
    }
  }

  @Test
  void aServerThatForgets() {
    for (final String offer : List.of("permessage-deflate", BOTH)) {
      final Agreement agreement = accept(FORGETS, offer);
      assertThat(agreement.extensions()).isEqualTo(BOTH);
      assertThat(agreement.deflate()).isEqualTo(new Agreement.Deflate(false, false));
    }
  }

  @Test
  void aServerWithoutCompression() {
    assertThat(accept(null, "permessage-deflate")).isEqualTo(Agreement.PLAIN);
    assertThat(accept(KEEPS)).isEqualTo(Agreement.PLAIN);
    assertThat(accept(KEEPS, "")).isEqualTo(Agreement.PLAIN);
  }

  @Test
  void offersInTwoFields() {
    assertThat(accept(KEEPS, "foo", "permessage-deflate; unknown", "permessage-deflate").deflate())
        .isEqualTo(new Agreement.Deflate(true, true));
  }

  /** What a client makes of an answer to its offer without context take-over. */
  @Test
  void answersToAClientThatForgets() {
    final Agreement.Deflate none = new Agreement.Deflate(false, false);
    for (final String answer :
        List.of(
            BOTH,
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=8")) {
      final Agreement agreement = agreed(FORGETS, answer);
      assertThat(agreement.deflate()).as(answer).isEqualTo(none);
      assertThat(agreement.extensions()).isEqualTo(answer);
    }
    for (final String answer :
        List.of("permessage-deflate", "permessage-deflate; client_no_context_takeover")) {
      assertThatThrownBy(() -> agreed(FORGETS, answer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("context");
    }
  }

  @Test
  void answersToAClientThatKeeps() {
    final String[][] cases = {
      {"permessage-deflate", "true", "true"},
      {"permessage-deflate; server_no_context_takeover", "true", "false"},
      {"permessage-deflate; client_no_context_takeover", "false", "true"},
      {BOTH, "false", "false"},
      {"permessage-deflate; server_max_window_bits=15", "true", "true"},
      {"permessage-deflate; server_max_window_bits=9", "true", "true"},
      {"PERMESSAGE-DEFLATE; server_max_window_bits=\"9\"", "true", "true"},
    };
    for (final String[] each : cases) {
      final Agreement.Deflate got = agreed(KEEPS, each[0]).deflate();
      assertThat(got)
          .as(each[0])
          .isEqualTo(
              new Agreement.Deflate(Boolean.parseBoolean(each[1]), Boolean.parseBoolean(each[2])));
    }
    assertThat(agreed(KEEPS)).isEqualTo(Agreement.PLAIN);
  }

  @Test
  void answersThatDoNotFit() {
    for (final String answer :
        List.of(
            "foo",
            "permessage-deflate, foo",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; client_max_window_bits=15",
            "permessage-deflate; client_max_window_bits=10",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; unknown")) {
      assertThatThrownBy(() -> agreed(KEEPS, answer))
          .as(answer)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> agreed(null, "permessage-deflate"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> agreed(KEEPS, "permessage-deflate", "permessage-deflate"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldsThatAreNoExtensions() {
    for (final String bad :
        List.of(
            "a b",
            ";",
            "a;",
            "a;;b",
            "; a",
            "=",
            "a=1",
            "a; =1",
            "a; b=",
            "a; b=\"\"",
            "a; b=\"c d\"",
            "a; b=\"c",
            "a; b=c\"",
            "a; b=\"c\"d",
            "a; b=c=d",
            "\"a\"",
            "a; \"b\"",
            "a; b=\"c,d\"",
            "a; b=\"c;d\"",
            "a; b=\"c\\",
            "a; b=\u00e9")) {
      assertThatThrownBy(() -> Extension.parse(List.of(bad)))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Extension.parse(List.of("a; B=\"C\\d\"; e", " , f ,")))
        .extracting(Extension::toString)
        .containsExactly("a; b=Cd; e", "f");
  }
}
