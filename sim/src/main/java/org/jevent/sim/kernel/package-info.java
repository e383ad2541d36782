/**
 * What the kernels of the simulated hosts have: descriptors, sockets, and the network between them.
 * Calls never wait; they return a count, or an error as {@link org.jevent.sim.kernel.Result}
 * encodes it.
 */
package org.jevent.sim.kernel;
