package org.jevent.engine;

/**
 * What is known of one engine here.
 *
 * @param name libevent's name of the method
 * @param usable can be opened
 * @param reason why not, else empty
 * @param features its {@code Engine.FEATURE_*}, 0 when not usable
 */
public record EngineInfo(String name, boolean usable, String reason, int features) {}
