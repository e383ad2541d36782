/** The engine of simulated hosts, and the schedule of their loops. */
package org.jevent.sim.engine;
