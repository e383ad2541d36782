package org.jevent.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test that runs once on every engine that the machine has, and that must leave nothing behind.
 * Its argument is a {@link Bases}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("engine")
@ParameterizedTest(name = "{0}")
@MethodSource("org.jevent.conformance.Bases#perEngine")
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
@interface EngineTest {}
