/**
 * The hidden sides of public classes, for the library's other packages. Each class here holds what
 * a public class's initializer has set, as the JDK's {@code SharedSecrets} do. So no public method
 * exists for the library alone. Not exported.
 *
 * <p>The public classes are named as {@code Object} here, as this package stands below them.
 */
package org.jevent.internal.access;
