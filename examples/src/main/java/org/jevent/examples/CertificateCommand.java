package org.jevent.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code certificate}: a certificate that signs itself, and its key, with the JDK's keytool. */
@Command(
    name = "certificate",
    description = "Makes a self-signed certificate for tests: certificate.pem and key.pem.",
    mixinStandardHelpOptions = true)
final class CertificateCommand implements Callable<Integer> {
  private static final String PASSWORD = "in memory only";
  private static final String ALIAS = "server";

  @Parameters(index = "0", paramLabel = "FOLDER", description = "where the two files are written")
  private Path folder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of the server, or its address; may be given again; default: localhost")
  private List<String> names = List.of("localhost", "127.0.0.1", "::1");

  @Option(names = "--days", defaultValue = "30", description = "default: ${DEFAULT-VALUE}")
  private int days;

  @Override
  public Integer call() {
    try {
      Files.createDirectories(folder);
      make();
      return 0;
    } catch (final IOException | GeneralSecurityException e) {
      System.err.println("certificate: " + folder + ": " + e.getMessage());
      return 1;
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private void make() throws IOException, GeneralSecurityException, InterruptedException {
    final Path store = folder.resolve("store.p12");
    try {
      keytool(store);
      final KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      write(
          folder.resolve("certificate.pem"),
          "CERTIFICATE",
          made.getCertificate(ALIAS).getEncoded());
      final Path key = folder.resolve("key.pem");
      Files.deleteIfExists(key);
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        Files.createFile(
            key,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      write(key, "PRIVATE KEY", made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    } finally {
      Files.deleteIfExists(store);
    }
    System.out.println("made " + folder.resolve("certificate.pem") + " and key.pem");
  }

  private void keytool(final Path store) throws IOException, InterruptedException {
    final String alternatives =
        names.stream()
            .map(name -> (name.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + name)
            .collect(Collectors.joining(","));
    final Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + names.get(0),
                "-ext",
                "san=" + alternatives,
                "-ext",
                "bc=ca:true",
                "-validity",
                "" + days,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said.strip());
    }
  }

  private static void write(final Path file, final String label, final byte[] content)
      throws IOException {
    final String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }
}
