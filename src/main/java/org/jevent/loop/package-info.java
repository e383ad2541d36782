/**
 * What the loop offers to the library's own layers above it, and to nobody else: a place in its
 * queues, a step before each wait, its engine. Not exported.
 */
package org.jevent.loop;
