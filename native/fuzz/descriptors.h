/* The descriptors that an input may use: made when first asked for, all gone when it ends. Their numbers are
 * high, so that a number that was closed is not soon one of the ring's. */
#ifndef JEV_FUZZ_DESCRIPTORS_H
#define JEV_FUZZ_DESCRIPTORS_H

#include "input.h"
#include "jevent.h"

enum { DESCRIPTORS = 24 };

/* The number of one of them, which may have been closed since. */
int32_t descriptor(uint32_t index);
/* The number of one of them, or of none, as the input chooses. */
int64_t take_descriptor(struct input *input);
/* A descriptor that the ring has accepted: it becomes one of them. */
void attach_descriptor(int32_t fd);
/* Something happens at one of them, or at the other end of it. */
void disturb_descriptor(struct input *input);
void close_descriptors(void);

/* An address that connecting or sending to is harmless. */
void take_address(struct input *input, struct jev_address *out);

#endif
