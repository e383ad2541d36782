package org.jevent.engine.ring;

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

  /** JNA unloads a library that nobody refers to, whoever may still call its functions. */
  private static final List<NativeLibrary> LOADED = new ArrayList<>();

  private JnaLoader() {}

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
