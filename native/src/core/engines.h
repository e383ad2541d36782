/*
 * The engines of this build.
 */
#ifndef JEV_ENGINES_H
#define JEV_ENGINES_H

#include "core/poller.h"

/* The engine of that code in this build, or NULL. */
const struct jev_poller_ops *jev_engine_find(int32_t code);

#endif
