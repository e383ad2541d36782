/** Looking host names up where a program has no resolver of another kind. Not exported. */
package org.jevent.internal.resolver;
