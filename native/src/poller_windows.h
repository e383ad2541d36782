/* What WSAPoll and select have in common on Windows. */
#ifndef JEV_POLLER_WINDOWS_H
#define JEV_POLLER_WINDOWS_H

#include "poller_array.h"

/* Something that is watched is no socket any more, which fails the whole call: reports those entries, as
 * poll would. How many there are, or an error when there is none. */
int32_t jev_array_find_closed(struct jev_poller *poller);

/* What a call that began at `start` and found nothing says: that it returned early, as ticks of the system's
 * clock may have it. */
int32_t jev_array_nothing(int64_t start, int64_t timeout);

#endif
