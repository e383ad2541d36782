package org.jevent.http;

import java.net.SocketAddress;

/**
 * The record of an exchange that is over, for a log; {@code evhttp_request_set_on_complete_cb}.
 *
 * @param peer the client's address, or null if it is not known
 * @param method of the request, null if no head has come whole
 * @param target of the request as it was sent, null if no head has come whole
 * @param status of the answer, 0 if there was none
 * @param bytesIn of the request's body
 * @param bytesOut of the answer's body, without framing
 * @param headNanos when the head was complete, on the clock of {@code EventBase.cachedNanos}
 * @param answerNanos when the answer has begun, on the same clock; 0 if it has not
 * @param endNanos when the exchange was over, on the same clock
 * @param problem what has ended it before its time, or null
 */
public record HttpAccess(
    SocketAddress peer,
    String method,
    String target,
    int status,
    long bytesIn,
    long bytesOut,
    long headNanos,
    long answerNanos,
    long endNanos,
    HttpException problem) {}
