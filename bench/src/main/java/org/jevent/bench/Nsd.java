package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nsd with a zone {@code test} in which each name has one address: those of most are not to be
 * kept, that of {@code cached.test} is. It answers by UDP, TCP and TLS.
 */
final class Nsd extends ForeignServer {
  private static final String NAME = "nsd";

  private final int tlsPort = freePort();

  private Nsd() throws IOException {
    super(NAME);
  }

  static boolean isHere() {
    return isHere(NAME);
  }

  static Nsd start(final Certificate certificate) throws IOException, InterruptedException {
    final Nsd made = new Nsd();
    final Path settings = made.folder().resolve("nsd.conf");
    Files.writeString(made.folder().resolve("test.zone"), zone());
    Files.writeString(settings, made.settings(certificate));
    made.start(List.of(made.program(), "-d", "-c", settings.toString()));
    return made;
  }

  private static String zone() {
    return String.join(
        "\n",
        "$ORIGIN test.",
        "$TTL 0",
        "@ IN SOA ns hostmaster 1 3600 600 86400 60",
        "@ IN NS ns",
        "ns IN A 192.0.2.53",
        "cached 86400 IN A 192.0.2.2",
        "* IN A 192.0.2.1",
        "");
  }

  private String settings(final Certificate certificate) {
    return String.join(
        "\n",
        "server:",
        "  ip-address: 127.0.0.1@" + port(),
        "  ip-address: 127.0.0.1@" + tlsPort,
        "  username: \"\"",
        "  chroot: \"\"",
        "  zonesdir: \"" + folder() + "\"",
        "  database: \"\"",
        "  pidfile: \"" + folder().resolve("nsd.pid") + "\"",
        "  xfrdfile: \"" + folder().resolve("xfrd.state") + "\"",
        "  zonelistfile: \"" + folder().resolve("zone.list") + "\"",
        "  xfrdir: \"" + folder() + "\"",
        "  server-count: 1",
        "  rrl-ratelimit: 0",
        "  tls-port: " + tlsPort,
        "  tls-service-key: \"" + certificate.key() + "\"",
        "  tls-service-pem: \"" + certificate.chain() + "\"",
        "remote-control:",
        "  control-enable: no",
        "zone:",
        "  name: \"test\"",
        "  zonefile: \"test.zone\"",
        "");
  }

  /** For DNS over TLS. */
  int tlsPort() {
    return tlsPort;
  }
}
