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
 * A test that runs on each engine, with each provider of TLS, in versions 1.3 and 1.2, and that
 * must leave nothing behind. Its arguments are a {@link Bases} and a {@link TlsKit.Kind}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("engine")
@ParameterizedTest(name = "{0}, {1}")
@MethodSource("org.jevent.conformance.TlsKit#each")
@ExtendWith(NothingLeftBehind.class)
@Timeout(120)
@interface TlsEngineTest {}
