package org.jevent.examples.guide;

import org.jevent.EventBase;
import org.jevent.http.HttpClient;

/** Gets what a URL has. */
public final class HttpFetch {
  public static void main(String[] arguments) {
    String url = arguments.length > 0 ? arguments[0] : "http://localhost:8080/";
    try (EventBase base = new EventBase();
        HttpClient client = new HttpClient(base)) {
      client
          .get(url)
          .followRedirects(5)
          .send(
              (response, problem) -> {
                System.out.println(problem != null ? problem : response.text());
                base.loopExit();
              });
      base.dispatch();
    }
  }
}
