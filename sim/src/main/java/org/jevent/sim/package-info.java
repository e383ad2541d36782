/**
 * A simulator for programs of this library: hosts and a network in one thread, under virtual time,
 * with faults, and repeatable from one seed.
 */
package org.jevent.sim;
