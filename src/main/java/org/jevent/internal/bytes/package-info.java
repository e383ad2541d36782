/**
 * How buffers keep their bytes: a queue of segments, and the memory that segments use. Not
 * exported; {@code org.jevent.buffer} is its public face.
 *
 * <p>A {@link org.jevent.internal.bytes.ByteQueue} is a list of {@link
 * org.jevent.internal.bytes.Segment}s. Each segment has a {@link org.jevent.internal.bytes.Store}
 * that gets its memory back. Small segments come from a {@link
 * org.jevent.internal.bytes.ChunkPool}, one per base, that belongs to the loop's thread; every
 * other thread uses the heap.
 */
package org.jevent.internal.bytes;
