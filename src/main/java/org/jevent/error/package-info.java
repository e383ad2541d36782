/** What can go wrong below: the system's error names, and the exceptions that carry them. */
package org.jevent.error;
