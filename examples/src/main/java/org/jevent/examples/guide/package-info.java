/** The complete programs of docs/guide.md. Each runs without arguments and ends. */
package org.jevent.examples.guide;
