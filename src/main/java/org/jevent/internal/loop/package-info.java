/**
 * Services of the loop for the library's layers above it, and for no other code. They are a place
 * in its queues, a task before each wait, and its engine. Not exported.
 */
package org.jevent.internal.loop;
