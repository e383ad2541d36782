/**
 * What the servers on this library are compared with: a selector loop by hand and Netty, each
 * written as well as it can be, and all the same way: a block of bytes is received, turned where it
 * is, and sent. They take the options and print the ready line of the examples' servers.
 */
package org.jevent.bench.rivals;
