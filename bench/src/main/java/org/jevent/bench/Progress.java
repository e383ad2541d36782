package org.jevent.bench;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a contest is, on standard error; nothing where that is no terminal. */
final class Progress implements AutoCloseable {
  /** Said by the script, which can ask. */
  private static final boolean SHOWN = Boolean.getBoolean("jevent.bench.terminal");

  private final ProgressBar bar;

  private Progress(final ProgressBar bar) {
    this.bar = bar;
  }

  static Progress none() {
    return new Progress(null);
  }

  static Progress of(final String task, final long turns) {
    return SHOWN
        ? new Progress(
            new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(turns)
                .setStyle(ProgressBarStyle.ASCII)
                .build())
        : none();
  }

  /** A turn begins. */
  void begin(final String what) {
    if (bar != null) {
      bar.setExtraMessage(" " + what);
    }
  }

  /** It has ended. */
  void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
