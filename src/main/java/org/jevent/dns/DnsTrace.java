package org.jevent.dns;

import java.net.InetSocketAddress;
import org.jevent.dns.message.DnsQuestion;

/**
 * Gets each step of the look-ups of a resolver, for people who want to know where an answer came
 * from. Called in the loop, within other work: it must not use the resolver, and throws nothing.
 */
@FunctionalInterface
public interface DnsTrace {
  /** What has happened. */
  enum Step {
    /** The name is an address or of this machine, or there are no such names. */
    ITSELF,
    /** The file of hosts has the name. */
    HOSTS,
    /** The cache has answered. */
    CACHE,
    /** The cache has answered, and a server is asked as well: the answer's time is nearly over. */
    PREFETCH,
    /** An equal question is under way, and is waited for. */
    JOINED,
    /** A server is asked by a datagram. */
    UDP,
    /** A server is asked over a stream. */
    TCP,
    /** A server has replied; the detail is its rcode. */
    REPLY,
    /** A server has not replied in its time. */
    TIMEOUT,
    /** Something came that is not the reply, or no message, or there is no way to the server. */
    REJECTED,
    /** The name is an alias; the detail is the next name. */
    ALIAS,
    /** The servers have failed; the detail is how. */
    FAILED,
    /** An answer whose time is over is given. */
    STALE
  }

  /**
   * A step.
   *
   * @param nanos when, as {@code System.nanoTime} has it; only differences mean anything
   * @param question what is asked, with the full name that the search has tried
   * @param server which server it concerns, or null
   * @param detail more about it; may be empty
   */
  void step(long nanos, DnsQuestion question, Step step, InetSocketAddress server, String detail);
}
