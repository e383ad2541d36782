package org.jevent.dns;

/** Answers the questions that a server gets, by UDP and by TCP. */
@FunctionalInterface
public interface DnsHandler {
  /**
   * A question has come: of opcode QUERY, with one question of class IN. What it throws is
   * reported, and the client gets SERVFAIL.
   *
   * @param request to be responded to or dropped, now or later
   */
  void handle(DnsServerRequest request);
}
