package org.jevent.tls;

import org.jevent.internal.engine.Arguments;

/**
 * What a peer may cost at most. Each is more than 0.
 *
 * @param handshakeRecords records before the connection is open
 * @param handshakeBytes bytes before the connection is open, as they came over the network
 * @param emptyRecords records without data, one after the other, of an open connection
 */
public record TlsLimits(int handshakeRecords, long handshakeBytes, int emptyRecords) {
  /** 512 records, 128 KiB and 32 records without data. */
  public static final TlsLimits DEFAULT = new TlsLimits(512, 128 * 1024, 32);

  /** Checks the arguments. */
  public TlsLimits {
    Arguments.atLeast("handshakeRecords", handshakeRecords, 1);
    Arguments.atLeast("handshakeBytes", handshakeBytes, 1);
    Arguments.atLeast("emptyRecords", emptyRecords, 1);
  }
}
