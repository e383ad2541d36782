package org.jevent.dns;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jevent.dns.message.RData;

/**
 * How many datagrams a second go to one network: a server would else be of use to who forges
 * senders. Every second reply beyond that is cut, so that a real client asks by TCP.
 */
final class ReplyRate {
  /** What becomes of a reply. */
  enum Verdict {
    SEND,
    CUT,
    DROP
  }

  private static final long SECOND = 1_000_000_000L;
  private static final int MAX_NETWORKS = 10_000;
  private static final int IPV4_BYTES = 3;
  private static final int IPV6_BYTES = 7;

  private static final class Network {
    private long since;
    private int replies;
  }

  private final int perSecond;
  private final LinkedHashMap<RData.Bytes, Network> networks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<RData.Bytes, Network> eldest) {
          return size() > MAX_NETWORKS;
        }
      };

  ReplyRate(final int perSecond) {
    this.perSecond = perSecond;
  }

  Verdict next(final InetAddress client, final long now) {
    if (perSecond == 0) {
      return Verdict.SEND;
    }
    final byte[] bytes = client.getAddress();
    final int prefix = bytes.length == 4 ? IPV4_BYTES : IPV6_BYTES;
    final Network network =
        networks.computeIfAbsent(
            RData.Bytes.of(Arrays.copyOf(bytes, prefix)), key -> new Network());
    if (network.replies == 0 || now - network.since >= SECOND) {
      network.since = now;
      network.replies = 0;
    }
    network.replies++;
    if (network.replies <= perSecond) {
      return Verdict.SEND;
    }
    return (network.replies - perSecond) % 2 == 0 ? Verdict.CUT : Verdict.DROP;
  }
}
