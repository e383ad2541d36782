package org.jevent.internal.engine;

/**
 * What is known of one engine here.
 *
 * @param name libevent's name of the method
 * @param usable can be opened
 * @param emulated stands on an imitation of the system's interface, as in a library built for tests
 * @param reason why not, else empty
 * @param features its {@code Engine.FEATURE_*}, 0 when not usable
 */
public record EngineInfo(
    String name, boolean usable, boolean emulated, String reason, int features) {}
