/*
 * Assertions: on in test, sanitizer and fuzz builds (JEVENT_ASSERT), absent from the release build.
 *
 * A failed assertion prints its expression, file and line to stderr and aborts. Going on with an impossible
 * state would hide the fault that led to it.
 */
#ifndef JEV_ASSERT_H
#define JEV_ASSERT_H

#if defined(_MSC_VER)
__declspec(noreturn) void jev_assert_failed(const char *expression, const char *file, int line);
#else
_Noreturn void jev_assert_failed(const char *expression, const char *file, int line);
#endif

#if defined(JEVENT_ASSERT)

#define JEV_ASSERTS 1
#define jev_assert(condition) ((condition) ? (void)0 : jev_assert_failed(#condition, __FILE__, __LINE__))

#else

#define JEV_ASSERTS 0
/* The condition is compiled, so that it stays valid, and never evaluated. */
#define jev_assert(condition) ((void)sizeof((condition) ? 1 : 0))

#endif

/* Where the premise holds the conclusion has to. */
#define jev_assert_implies(premise, conclusion) jev_assert(!(premise) || (conclusion))

#endif
