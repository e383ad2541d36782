/**
 * Services of the loop for the library's layers above it, and for no other code: a place in its
 * queues, a task before each wait, its engine. Not exported.
 */
package org.jevent.loop;
