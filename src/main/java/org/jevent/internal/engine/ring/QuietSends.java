package org.jevent.internal.engine.ring;

import java.util.Arrays;

/**
 * Sends whose success the shim does not report. Each has succeeded when the call that has taken it
 * returns without a completion for it.
 */
final class QuietSends {
  private int[] slots = new int[64];
  private long[] lengths = new long[64];
  private int count;

  /** By slot: its place in the list, from 1, or 0. */
  private int[] places = new int[64];

  /** Makes room for a slot's send: a failure changes nothing. */
  void makeRoom(final int slot) {
    if (count == slots.length) {
      final long[] moreLengths = Arrays.copyOf(lengths, count * 2);
      slots = Arrays.copyOf(slots, count * 2);
      lengths = moreLengths;
    }
    if (slot >= places.length) {
      places = Arrays.copyOf(places, Math.max(slot + 1, places.length * 2));
    }
  }

  /** Adds a send for which there is room. */
  void add(final int slot, final long bytes) {
    assert places[slot] == 0 && count < slots.length : "slot " + slot + " sends already";
    slots[count] = slot;
    lengths[count++] = bytes;
    places[slot] = count;
  }

  /** Removes a slot's send, as a completion came for it or the slot was detached. */
  void forget(final int slot) {
    if (slot < places.length && places[slot] != 0) {
      assert slots[places[slot] - 1] == slot : slot;
      slots[places[slot] - 1] = -1;
      places[slot] = 0;
    }
  }

  int size() {
    return count;
  }

  /** The slot of the send at that place, or -1; it is forgotten. */
  int take(final int index) {
    final int slot = slots[index];
    if (slot >= 0) {
      assert places[slot] == index + 1 : slot;
      places[slot] = 0;
    }
    return slot;
  }

  long length(final int index) {
    return lengths[index];
  }

  /** Removes the first {@code removed} sends; those that were added meanwhile move to the front. */
  void remove(final int removed) {
    final int left = count - removed;
    assert left >= 0 : left;
    for (int i = 0; i < left; i++) {
      slots[i] = slots[removed + i];
      lengths[i] = lengths[removed + i];
      if (slots[i] >= 0) {
        places[slots[i]] = i + 1;
      }
    }
    count = left;
  }
}
