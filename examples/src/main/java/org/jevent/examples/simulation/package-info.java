/** The server of docs/simulation.md. */
package org.jevent.examples.simulation;
