package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx in one process, which answers {@code /hello} itself and sends files by the system. */
final class Nginx extends ForeignServer {
  private static final String NAME = "nginx";

  private Nginx() throws IOException {
    super(NAME);
  }

  static boolean isHere() {
    return isHere(NAME);
  }

  /**
   * @param content a directory with the files {@code 10k} and {@code file}
   */
  static Nginx start(final Path content) throws IOException, InterruptedException {
    final Nginx made = new Nginx();
    final Path settings = made.folder().resolve("nginx.conf");
    Files.writeString(settings, made.settings(content));
    made.start(List.of(made.program(), "-p", made.folder().toString(), "-c", settings.toString()));
    return made;
  }

  private String settings(final Path content) {
    return String.join(
        "\n",
        "daemon off;",
        "master_process off;",
        "error_log stderr crit;",
        "pid " + folder().resolve("pid") + ";",
        "events { worker_connections 20000; }",
        "http {",
        "  access_log off;",
        "  default_type text/plain;",
        "  server_tokens off;",
        "  sendfile on;",
        "  tcp_nopush on;",
        "  open_file_cache max=16;",
        "  keepalive_requests 1000000000;",
        "  keepalive_timeout 600s;",
        "  client_body_buffer_size 128k;",
        "  client_body_temp_path " + folder().resolve("body") + ";",
        "  proxy_temp_path " + folder().resolve("proxy") + ";",
        "  fastcgi_temp_path " + folder().resolve("fastcgi") + ";",
        "  uwsgi_temp_path " + folder().resolve("uwsgi") + ";",
        "  scgi_temp_path " + folder().resolve("scgi") + ";",
        "  server {",
        "    listen 127.0.0.1:" + port() + " backlog=4096;",
        "    root " + content + ";",
        "    location = /hello { return 200 \"Hello, World!\"; }",
        "  }",
        "}",
        "");
  }
}
