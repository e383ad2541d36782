package org.jevent.http.h1;

/**
 * A free list of the arrays that heads are read into, of one loop: an idle connection has none. For
 * the loop's thread.
 */
public final class HeadPool {}
