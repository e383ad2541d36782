package org.jevent.http.h1;

import java.util.Objects;

/**
 * Why a message is refused.
 *
 * @param status the status that answers a request; 0 for a response, which nothing answers
 * @param reason what is wrong, in words for a log or an exception; it holds no byte of the peer's
 * @param tooLarge whether a limit is what it exceeds
 */
public record Refusal(int status, String reason, boolean tooLarge) {
  public Refusal {
    Objects.requireNonNull(reason, "reason");
  }

  Refusal(final int status, final String reason) {
    this(status, reason, status == 413 || status == 414 || status == 431);
  }

  static Refusal bad(final String reason) {
    return new Refusal(400, reason);
  }

  /** The same of a response. */
  Refusal ofResponse() {
    return new Refusal(0, reason, tooLarge);
  }
}
