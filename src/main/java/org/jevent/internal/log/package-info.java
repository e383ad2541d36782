/** Messages that belong to no base, and the system's logger. Not exported. */
package org.jevent.internal.log;
