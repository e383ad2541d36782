/*
 * Assertions: on in test, sanitizer and fuzz builds (JEVENT_ASSERT), absent from the release build.
 *
 * A failed assertion reports its expression, file and line by jev_fail, because going on with a state that
 * cannot be would hide the fault that led to it.
 */
#ifndef JEV_ASSERT_H
#define JEV_ASSERT_H

#include "jevent.h"

#if defined(JEVENT_ASSERT)

#define JEV_ASSERTS 1
#define JEV_TEXT(line) #line
#define JEV_LINE_TEXT(line) JEV_TEXT(line)
#define jev_assert(condition) \
  ((condition) ? (void)0      \
               : jev_fail("assertion failed: " #condition ", " __FILE__ ":" JEV_LINE_TEXT(__LINE__)))

#else

#define JEV_ASSERTS 0
/* The condition is compiled, so that it stays valid and uses its helpers, and never evaluated. */
#define jev_assert(condition) ((void)(1 || (condition)))

#endif

/* Where the premise holds the conclusion has to. */
#define jev_assert_implies(premise, conclusion) jev_assert(!(premise) || (conclusion))

#endif
