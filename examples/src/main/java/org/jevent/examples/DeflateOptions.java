package org.jevent.examples;

import org.jevent.websocket.DeflateConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of programs whose WebSockets may be compressed. */
final class DeflateOptions {
  @Option(names = "--deflate", description = "messages may be compressed (RFC 7692)")
  private boolean deflates;

  @Option(
      names = "--context-takeover",
      description = "with --deflate: a message may refer to those before it")
  private boolean takeover;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** How to compress; null: not at all. */
  DeflateConfig config() {
    if (takeover && !deflates) {
      throw new ParameterException(spec.commandLine(), "--context-takeover goes with --deflate");
    }
    return deflates ? DeflateConfig.DEFAULT.contextTakeover(takeover) : null;
  }
}
