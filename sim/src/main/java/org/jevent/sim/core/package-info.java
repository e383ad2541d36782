/** Virtual time, drawn choices and the record of what has happened; no network yet. */
package org.jevent.sim.core;
