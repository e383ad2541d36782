package org.jevent.http.h1;

import java.util.Objects;

/**
 * Why a message is refused.
 *
 * @param status the status that answers a request; 0 for a response, which nothing answers
 * @param reason what is wrong, in words for a log or an exception; it holds no byte of the peer's
 */
public record Refusal(int status, String reason) {
  public Refusal {
    Objects.requireNonNull(reason, "reason");
  }

  static Refusal bad(final String reason) {
    return new Refusal(400, reason);
  }

  /** The same of a response. */
  Refusal ofResponse() {
    return new Refusal(0, reason);
  }
}
