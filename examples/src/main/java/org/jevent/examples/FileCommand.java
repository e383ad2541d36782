package org.jevent.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code file-server}: sends files, not faster than it may. */
@Command(
    name = "file-server",
    description = "Sends the files below a directory, not faster than it may; try curl.",
    mixinStandardHelpOptions = true)
final class FileCommand implements Callable<Integer> {
  @Option(
      names = "--root",
      paramLabel = "DIRECTORY",
      defaultValue = ".",
      description = "default: the present one")
  private Path root;

  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      description = "a second for each connection; default: without limit")
  private long rate;

  @Option(
      names = "--total-rate",
      paramLabel = "BYTES",
      description = "a second for all connections together; default: without limit")
  private long totalRate;

  @Mixin private ServerOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (rate < 0 || totalRate < 0) {
      throw new ParameterException(spec.commandLine(), "a rate is at least 1, or 0 for none");
    }
    if (!Files.isDirectory(root)) {
      throw new ParameterException(spec.commandLine(), "--root " + root + " is not a directory");
    }
    return Serving.run(
        "file-server",
        () -> new FileServer(options.engine, root, rate, totalRate),
        "file",
        options);
  }
}
