/** Simulated worlds in tests of JUnit 5. */
package org.jevent.sim.junit;
