package org.jevent.bench;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The same functions, bound by JNA's direct mapping. */
final class CrossingJna {
  static {
    Native.register(CrossingJna.class, NativeLibrary.getInstance(Crossing.library().toString()));
  }

  private CrossingJna() {}

  /** One event that C calls Java with. */
  interface OneEvent extends Callback {
    void event(int slot, int mask);
  }

  // The names are those of the functions.

  static native int crossing_nop();

  static native long crossing_nop4(long a, long b, long c, long d);

  static native void crossing_events_by_callback(OneEvent callback, int count);

  static native long crossing_next_event(long source);

  static native int crossing_events_in_batch(long memory, int count);
}
