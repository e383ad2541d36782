/** The engines that exist, in one list above their makers. */
package org.jevent.internal.providers;
