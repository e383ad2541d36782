/* The numbers of the contract, so that Java can compare its own with them. */
#include "core/layout.h"

int64_t jev_layout(int32_t key) {
  return key >= 0 && (size_t)key < sizeof JEV_LAYOUT / sizeof *JEV_LAYOUT ? JEV_LAYOUT[key] : INT64_MIN;
}
