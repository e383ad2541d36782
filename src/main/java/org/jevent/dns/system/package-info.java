/** The configuration of a system's resolver: its files as text, and the order of addresses. */
package org.jevent.dns.system;
