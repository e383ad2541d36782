package org.jevent.internal.engine;

import java.util.Set;

/**
 * What a program asks of an engine.
 *
 * @param name the one it insists on, or null
 * @param avoided those it does not want
 * @param features {@code Engine.FEATURE_*} that the engine must have, all of them
 * @param ignoreEnvironment take no notice of environment variables
 */
public record EngineRequest(
    String name, Set<String> avoided, int features, boolean ignoreEnvironment) {
  public EngineRequest {
    avoided = Set.copyOf(avoided);
  }
}
