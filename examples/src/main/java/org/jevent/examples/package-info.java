/** Programs that show the library. */
package org.jevent.examples;
