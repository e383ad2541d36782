package org.jevent.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jevent.http.StaticFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code http-server}: files over HTTP/1.1. */
@Command(
    name = "http-server",
    description = "Serves the files below a directory by HTTP/1.1, with ranges; try a browser.",
    mixinStandardHelpOptions = true)
final class WebServerCommand implements Callable<Integer> {
  @Option(
      names = "--root",
      paramLabel = "DIRECTORY",
      defaultValue = ".",
      description = "default: the present one")
  private Path root;

  @Option(
      names = "--max-age",
      paramLabel = "SECONDS",
      defaultValue = "-1",
      description = "how long a client may keep a file without asking; default: it is not said")
  private long maxAge;

  @Option(names = "--log", description = "prints a line for each request")
  private boolean logs;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (!Files.isDirectory(root)) {
      throw new ParameterException(spec.commandLine(), "--root " + root + " is not a directory");
    }
    return Serving.run("http-server", this::make, "http", options);
  }

  private Server make() throws IOException {
    final StaticFiles files = new StaticFiles(root);
    if (maxAge >= 0) {
      files.cacheControl("max-age=" + maxAge);
    }
    return new WebServer(options.engine, logs).handler(files).tls(tls.context());
  }
}
