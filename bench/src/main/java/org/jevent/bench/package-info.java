/**
 * Measurements: {@code scripts/bench} lists them. Where others are compared with, all take turns in
 * separate processes ({@code Contest}, {@code Child}); what concerns a single call is JMH's.
 */
package org.jevent.bench;
