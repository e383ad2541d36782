package org.jevent.internal.engine.ring;

import com.sun.jna.Callback;
import com.sun.jna.JNIEnv;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that touches JNA: everything else works without it on the path. */
final class JnaLoader {
  private static final Map<String, Object> OPTIONS =
      Map.of(
          Library.OPTION_ALLOW_OBJECTS,
          true,
          Library.OPTION_CLASSLOADER,
          Shim.class.getClassLoader());

  /** JNA unloads a library that is not referred to, though its functions may still be called. */
  private static final List<NativeLibrary> LOADED = new ArrayList<>();

  /** JNA frees the code of a callback that is not referred to, though it may still be called. */
  private static LogFunction logger;

  private static FatalFunction fatal;

  private JnaLoader() {}

  /** {@code jev_log_function}. */
  interface LogFunction extends Callback {
    void invoke(int severity, String message, int result);
  }

  /** {@code jev_fatal_function}. */
  interface FatalFunction extends Callback {
    void invoke(String message);
  }

  /** Has the library that was loaded last call {@link ShimLog}, or not. */
  static void listen(final boolean messages, final boolean failures) {
    synchronized (LOADED) {
      final NativeLibrary library = LOADED.get(LOADED.size() - 1);
      logger = messages ? (severity, text, result) -> ShimLog.logged(text, severity, result) : null;
      fatal = failures ? ShimLog::failed : null;
      library.getFunction("jev_set_log").invokeVoid(new Object[] {logger});
      library.getFunction("jev_set_fatal").invokeVoid(new Object[] {fatal});
    }
  }

  /** Makes JNA load its own library, which is where it fails if it does. */
  static boolean start() {
    return Native.POINTER_SIZE > 0;
  }

  /**
   * Loads a library and has it register its functions with the JVM.
   *
   * @return 0, or a negative number where it could not
   */
  static int load(final Path file) {
    final NativeLibrary library = NativeLibrary.getInstance(file.toString(), OPTIONS);
    synchronized (LOADED) {
      LOADED.add(library);
    }
    return library.getFunction("jev_register").invokeInt(new Object[] {JNIEnv.CURRENT, Shim.class});
  }
}
