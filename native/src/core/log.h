/* Messages of the library for its user, and the end of a process that has failed. */
#ifndef JEV_LOG_H
#define JEV_LOG_H

#include <stdint.h>

/*
 * Reports a message about a subject, if the user listens: otherwise it costs a load and a branch. The result
 * is 0 or a negated errno that belongs to the message.
 */
void jev_log(int32_t severity, const char *subject, const char *message, int32_t result);

/* posix/abort.c, windows/abort.c: prints to the standard error stream and ends the process. */
#if defined(_MSC_VER)
__declspec(noreturn) void jev_abort(const char *message);
#else
_Noreturn void jev_abort(const char *message);
#endif

#endif
