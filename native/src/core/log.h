/* Messages of the library for its user. */
#ifndef JEV_LOG_H
#define JEV_LOG_H

#include <stdint.h>

/*
 * Reports a message about a subject, if the user listens: otherwise it costs a load and a branch. The result
 * is 0 or a negated errno that belongs to the message.
 */
void jev_log(int32_t severity, const char *subject, const char *message, int32_t result);

#endif
