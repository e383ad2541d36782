/**
 * Races that jcstress runs again and again: each test is a separate base, a few threads that do one
 * thing each at the same moment, and the outcomes that the library's contracts allow. {@code
 * scripts/stress} runs them on each engine.
 */
package org.jevent.stress;
