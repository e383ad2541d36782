/* How long answers took: a histogram whose steps are a thousandth of the value, up to a minute and more. */
#include <stdbool.h>

#include "load.h"

enum {
  FINE = 10,          /* bits of a value that are kept */
  STEPS = 1 << FINE,  /* in each power of two */
  POWERS = 37 - FINE, /* up to 2^37 ns, 137 s; longer answers are counted as that */
  PLACES = STEPS * (POWERS + 1)
};

static uint64_t histogram[PLACES];
static uint64_t counted;
static int64_t longest;

static int place_of(int64_t nanoseconds) {
  uint64_t value = nanoseconds > 0 ? (uint64_t)nanoseconds : 0;
  int shift = value < (uint64_t)2 * STEPS ? 0 : 63 - __builtin_clzll(value) - FINE;
  int place = shift * STEPS + (int)(value >> shift);
  return place < PLACES ? place : PLACES - 1;
}

/* The greatest value that is counted there. */
static int64_t value_of(int place) {
  int shift = place < 2 * STEPS ? 0 : place / STEPS - 1;
  int64_t step = place - (int64_t)shift * STEPS;
  return ((step + 1) << shift) - 1;
}

void histogram_note(int64_t nanoseconds) {
  histogram[place_of(nanoseconds)]++;
  counted++;
  longest = nanoseconds > longest ? nanoseconds : longest;
}

uint64_t histogram_count(void) { return counted; }

double histogram_us(double part) {
  uint64_t rank = (uint64_t)((double)counted * part);
  uint64_t seen = 0;
  int64_t value = longest;
  for (int place = 0; place < PLACES; place++) {
    seen += histogram[place];
    if (seen > rank) {
      value = value_of(place);
      break;
    }
  }
  return (double)(value < longest ? value : longest) / 1000.0;
}
