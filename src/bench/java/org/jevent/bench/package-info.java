/** Measurements. */
package org.jevent.bench;
