package org.jevent.http;

import org.jevent.buffer.EventBuffer;

/** Writes the page of an error that the server answers itself; {@code evhttp_set_errorcb}. */
@FunctionalInterface
public interface HttpErrorPage {
  /**
   * Called in the loop's thread. What it throws goes to the base's handler, and the default page is
   * sent.
   *
   * @param status such as 404
   * @param reason what is wrong with the request, for people
   * @param fields fields of the answer, such as the content type; the length and what else the
   *     library writes must not be among them, as in {@link HttpExchange#header}
   * @param body takes the page
   */
  void write(int status, String reason, HttpHeaders fields, EventBuffer body);
}
