/*
 * Whether this kernel has what the io_uring backend needs.
 */
#ifndef JEV_URING_STATUS_H
#define JEV_URING_STATUS_H

#include <stddef.h>
#include <stdint.h>

/* 0 when this kernel has all that is needed and allows it, else a negated errno. */
int32_t jev_uring_status(void);
/* Why not, for people: as snprintf. Nothing where the error says it all. */
int jev_uring_reason(char *out, size_t size);

#endif
