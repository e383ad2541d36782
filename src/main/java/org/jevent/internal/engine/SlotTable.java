package org.jevent.internal.engine;

import java.util.Arrays;

/**
 * Assigns slots and finds their attachments by array index; the lowest numbers are used again first
 * in, last out.
 */
public final class SlotTable {
  private Attachment[] attachments = new Attachment[64];

  /** As long as the other, so that freeing needs no memory. */
  private int[] free = new int[64];

  private int freeCount;
  private int next;

  /** Gives {@code attachment} a slot. */
  public int take(final Attachment attachment) {
    if (freeCount == 0 && next == attachments.length) {
      final int[] moreFree = Arrays.copyOf(free, next * 2);
      attachments = Arrays.copyOf(attachments, next * 2);
      free = moreFree;
    }
    final int slot = freeCount > 0 ? free[--freeCount] : next++;
    assert attachments[slot] == null : "slot " + slot + " is taken";
    attachments[slot] = attachment;
    return slot;
  }

  /** The attachment of {@code slot}, or null when it is free. */
  public Attachment get(final int slot) {
    return slot >= 0 && slot < attachments.length ? attachments[slot] : null;
  }

  /** Gives a taken slot another attachment. */
  public void replace(final int slot, final Attachment next) {
    assert attachments[slot] != null : "slot " + slot + " is free";
    attachments[slot] = next;
  }

  /** Frees {@code slot}. */
  public void free(final int slot) {
    assert attachments[slot] != null : "slot " + slot + " is free already";
    assert slot < next && freeCount < next : "slot " + slot + " was never taken";
    attachments[slot] = null;
    free[freeCount++] = slot;
  }

  /** One more than the highest slot ever given out. */
  public int bound() {
    return next;
  }

  /** How many slots are taken. */
  public int size() {
    return next - freeCount;
  }
}
