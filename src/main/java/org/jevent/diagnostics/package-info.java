/**
 * What a program or its operator asks about the library itself: a report of what works on this
 * machine, and the detection of objects that were never closed.
 */
package org.jevent.diagnostics;
