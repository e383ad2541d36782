/** Messages of HTTP/1.1: what is read, checked and written, byte by byte. */
package org.jevent.http.h1;
