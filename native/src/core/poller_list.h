/*
 * The pollers that this system has: POLLER(name) for each jev_poller_name, and JEV_HAS_ for the preprocessor.
 * Included once for each list that is made of them, with POLLER defined; it ends that definition.
 * JEVENT_EMULATION: a library for tests, with imitations of foreign interfaces.
 */
#if defined(__linux__)
#define JEV_HAS_EPOLL
POLLER(epoll)
#endif

#if defined(__linux__)
#if __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#if defined(IORING_SETUP_DEFER_TASKRUN)
#define JEV_HAS_URING
POLLER(uring)
#endif
#endif
#endif

/* On Linux only a library that imitates kqueue has the header. */
#if !defined(_WIN32) && (!defined(__linux__) || defined(JEVENT_EMULATION))
#if __has_include(<sys/event.h>)
#define JEV_HAS_KQUEUE
POLLER(kqueue)
#endif
#endif

#if defined(__sun) || defined(JEVENT_EMULATION)
#define JEV_HAS_EVPORT
POLLER(evport)
#endif

#if defined(__sun) || defined(JEVENT_EMULATION)
#define JEV_HAS_DEVPOLL
POLLER(devpoll)
#endif

#if defined(_WIN32)
POLLER(iocp)
#endif

POLLER(poll)
POLLER(select)

#undef POLLER
