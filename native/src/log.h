/* Messages of the library for those who watch it: what is rare, and said once. */
#ifndef JEV_LOG_H
#define JEV_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Costs a load and a branch while nobody listens. The result is 0 or a negated errno that belongs to the
 * message.
 */
void jev_log(int32_t severity, const char *message, int32_t result);

#endif
