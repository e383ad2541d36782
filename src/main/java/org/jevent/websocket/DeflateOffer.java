package org.jevent.websocket;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parameters of permessage-deflate in an offer or an answer (RFC 7692, section 7.1). */
final class DeflateOffer {
  static final String NAME = "permessage-deflate";

  /** The window of the JDK's compressor, which cannot be made smaller. */
  private static final int WINDOW_BITS = 15;

  private static final int MIN_WINDOW_BITS = 8;

  /** The parameters that there are. */
  private enum Name {
    SERVER_NO_CONTEXT_TAKEOVER,
    CLIENT_NO_CONTEXT_TAKEOVER,
    SERVER_MAX_WINDOW_BITS,
    CLIENT_MAX_WINDOW_BITS;

    private final String text = name().toLowerCase(Locale.ROOT);
  }

  /** Those that are there; the value of those that are flags, or have none, is 0. */
  private final Map<Name, Integer> parameters = new EnumMap<>(Name.class);

  private DeflateOffer() {}

  /** Reads parameters; null if one is unknown, or there twice, or has a wrong value. */
  static DeflateOffer of(final Extension extension, final boolean answer) {
    final DeflateOffer offer = new DeflateOffer();
    for (final Extension.Parameter each : extension.parameters()) {
      if (!offer.add(each, answer)) {
        return null;
      }
    }
    return offer;
  }

  private boolean add(final Extension.Parameter parameter, final boolean answer) {
    for (final Name name : Name.values()) {
      if (name.text.equals(parameter.name())) {
        final int value = value(name, parameter.value(), answer);
        return value >= 0 && parameters.put(name, value) == null;
      }
    }
    return false;
  }

  /** The value, or -1 if it may not be. */
  private static int value(final Name name, final String value, final boolean answer) {
    switch (name) {
      case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> {
        return value == null ? 0 : -1;
      }
      case CLIENT_MAX_WINDOW_BITS -> {
        return value == null && !answer ? 0 : bits(value);
      }
      default -> {
        return bits(value);
      }
    }
  }

  private static int bits(final String value) {
    if (value == null || value.isEmpty() || value.length() > 2 || value.charAt(0) == '0') {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < value.length(); i++) {
      final int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number >= MIN_WINDOW_BITS && number <= WINDOW_BITS ? number : -1;
  }

  private boolean has(final Name name) {
    return parameters.containsKey(name);
  }

  /** What a client offers. */
  static String offer(final DeflateConfig config) {
    return config.contextTakeover()
        ? NAME
        : NAME
            + "; "
            + Name.SERVER_NO_CONTEXT_TAKEOVER.text
            + "; "
            + Name.CLIENT_NO_CONTEXT_TAKEOVER.text;
  }

  /** A server's agreement with the first offer that it can take, or null. */
  static Agreement accept(
      final String protocol, final List<Extension> offers, final DeflateConfig config) {
    if (config != null) {
      for (final Extension each : offers) {
        final DeflateOffer offer = NAME.equals(each.name()) ? of(each, false) : null;
        if (offer != null
            && offer.parameters.getOrDefault(Name.SERVER_MAX_WINDOW_BITS, WINDOW_BITS)
                == WINDOW_BITS) {
          return offer.accepted(protocol, config);
        }
      }
    }
    return new Agreement(protocol, null, null);
  }

  private Agreement accepted(final String protocol, final DeflateConfig config) {
    final boolean serverForgets = !config.contextTakeover() || has(Name.SERVER_NO_CONTEXT_TAKEOVER);
    final boolean clientForgets = !config.contextTakeover() || has(Name.CLIENT_NO_CONTEXT_TAKEOVER);
    final StringBuilder answer = new StringBuilder(NAME);
    if (serverForgets) {
      answer.append("; ").append(Name.SERVER_NO_CONTEXT_TAKEOVER.text);
    }
    if (clientForgets) {
      answer.append("; ").append(Name.CLIENT_NO_CONTEXT_TAKEOVER.text);
    }
    if (has(Name.SERVER_MAX_WINDOW_BITS)) {
      answer.append("; ").append(Name.SERVER_MAX_WINDOW_BITS.text).append('=').append(WINDOW_BITS);
    }
    return new Agreement(
        protocol, answer.toString(), new Agreement.Deflate(!serverForgets, !clientForgets));
  }

  /**
   * A client's view of a server's answer.
   *
   * @throws IllegalArgumentException if it does not fit what was offered
   */
  static Agreement agreed(
      final String protocol, final List<Extension> answer, final DeflateConfig config) {
    if (answer.isEmpty()) {
      return new Agreement(protocol, null, null);
    }
    final Extension only = answer.get(0);
    if (answer.size() > 1 || config == null || !NAME.equals(only.name())) {
      throw new IllegalArgumentException("an extension that was not offered: " + only.name());
    }
    final DeflateOffer agreed = of(only, true);
    if (agreed == null || agreed.has(Name.CLIENT_MAX_WINDOW_BITS)) {
      throw new IllegalArgumentException("parameters that were not offered: " + only);
    }
    final boolean serverForgets = agreed.has(Name.SERVER_NO_CONTEXT_TAKEOVER);
    if (!config.contextTakeover() && !serverForgets) {
      throw new IllegalArgumentException("the server does not forget its context: " + only);
    }
    final boolean sendsWithContext =
        config.contextTakeover() && !agreed.has(Name.CLIENT_NO_CONTEXT_TAKEOVER);
    return new Agreement(
        protocol, only.toString(), new Agreement.Deflate(sendsWithContext, !serverForgets));
  }
}
