/**
 * What can go wrong below: the system's error names, and the exceptions that carry them.
 *
 * <p>Null is refused with a {@link NullPointerException}, but for a cause.
 */
package org.jevent.error;
