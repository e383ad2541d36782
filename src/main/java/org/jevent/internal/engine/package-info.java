/**
 * The door to the operating system, not exported: {@link org.jevent.internal.engine.Engine}, what
 * it takes and what it answers, and how one is chosen. Its sub-packages make engines: {@code ring}
 * speaks to the native shim, {@code nio} does the same in pure Java.
 */
package org.jevent.internal.engine;
