/**
 * Dates and clocks: what is left of libevent's {@code evutil} where Java has nothing better. For
 * random bytes there is {@link java.security.SecureRandom}, for numbers and strings the language
 * itself. {@link org.jevent.util.LeakLevel} stands here, below all that leak detection watches.
 *
 * <p>Null is refused with a {@link NullPointerException}.
 */
package org.jevent.util;
