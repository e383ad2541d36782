/** Leak detection: objects that the garbage collector finds unclosed. Not exported. */
package org.jevent.internal.leak;
