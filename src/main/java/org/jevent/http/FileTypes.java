package org.jevent.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The media types of files, by what stands behind the last dot of their names. */
final class FileTypes {
  static final String UNKNOWN = "application/octet-stream";

  private static final String TEXT = "; charset=utf-8";

  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("html", "text/html" + TEXT),
          Map.entry("htm", "text/html" + TEXT),
          Map.entry("css", "text/css" + TEXT),
          Map.entry("js", "text/javascript" + TEXT),
          Map.entry("mjs", "text/javascript" + TEXT),
          Map.entry("txt", "text/plain" + TEXT),
          Map.entry("md", "text/markdown" + TEXT),
          Map.entry("csv", "text/csv" + TEXT),
          Map.entry("xml", "application/xml"),
          Map.entry("xhtml", "application/xhtml+xml"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("wasm", "application/wasm"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("zip", "application/zip"),
          Map.entry("gz", "application/gzip"),
          Map.entry("tar", "application/x-tar"),
          Map.entry("jar", "application/java-archive"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("webp", "image/webp"),
          Map.entry("avif", "image/avif"),
          Map.entry("ico", "image/vnd.microsoft.icon"),
          Map.entry("woff", "font/woff"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("ttf", "font/ttf"),
          Map.entry("otf", "font/otf"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("webm", "video/webm"));

  private final Map<String, String> types = new HashMap<>(KNOWN);

  /** Adds or replaces one. */
  void put(final String suffix, final String type) {
    MediaType.parse(type);
    types.put(suffix.toLowerCase(Locale.ROOT), type);
  }

  /** The type of a file. */
  String of(final String name) {
    final String suffix = name.substring(name.lastIndexOf('.') + 1);
    final String type = types.get(suffix);
    return type == null ? types.getOrDefault(suffix.toLowerCase(Locale.ROOT), UNKNOWN) : type;
  }
}
