package org.jevent.conformance;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jevent.http.Conditions;
import org.jevent.http.Cookies;
import org.jevent.http.HttpDate;
import org.jevent.http.HttpQuery;
import org.jevent.http.HttpUri;
import org.jevent.http.MediaType;
import org.jevent.http.QualityList;
import org.jevent.http.SetCookie;
import org.jevent.http.StaticFiles;

/** Samples of the codecs of {@code org.jevent.http}, and of what serves files. */
final class HttpTextSamples {
  private HttpTextSamples() {}

  static void put(final DnsSamples.Sink sink, final Path directory) {
    sink.put(byte[].class, () -> new byte[2 + HttpDate.LENGTH]); // the last one: for a date
    sink.put(String.class, () -> "\"tag\""); // the last one: for an entity tag
    sink.put(Charset.class, () -> StandardCharsets.UTF_8);
    sink.put(BiConsumer.class, () -> (one, other) -> {});
    sink.put(HttpUri.class, () -> HttpUri.parse("http://user@host/path?query"));
    sink.put(HttpUri.Mode.class, () -> HttpUri.Mode.STRICT);
    sink.put(HttpQuery.class, () -> HttpQuery.parse("text=1&b=2&c=3"));
    sink.put(MediaType.class, () -> MediaType.parse("text/html;charset=utf-8"));
    sink.put(QualityList.class, () -> QualityList.parse("text, *;q=0.5"));
    sink.put(Cookies.class, () -> Cookies.parse("text=1"));
    sink.put(SetCookie.class, () -> new SetCookie("name", "value"));
    sink.put(SetCookie.SameSite.class, () -> SetCookie.SameSite.LAX);
    sink.put(Conditions.class, () -> Conditions.PASSED);
    sink.put(StaticFiles.class, () -> new StaticFiles(directory));
  }
}
