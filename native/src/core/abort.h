/* The end of a process that has failed: posix/abort.c, windows/abort.c. */
#ifndef JEV_ABORT_H
#define JEV_ABORT_H

/* Prints the message to the standard error stream and ends the process. */
#if defined(_MSC_VER)
__declspec(noreturn) void jev_abort(const char *message);
#else
_Noreturn void jev_abort(const char *message);
#endif

#endif
