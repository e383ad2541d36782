package org.jevent.engine.ring;

import com.sun.jna.Function;
import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The only class that uses JNA: all others work without it on the path. */
final class JnaBinding implements NativeMemory {
  private static final FunctionMapper NAMES = (library, method) -> cName(method);

  /**
   * Binds {@link Shim} to the library.
   *
   * @return what is wrong with it, or null
   */
  static String bind(final Path file) {
    final NativeLibrary library =
        NativeLibrary.getInstance(
            file.toString(),
            Map.of(
                Library.OPTION_FUNCTION_MAPPER,
                NAMES,
                Library.OPTION_CLASSLOADER,
                Shim.class.getClassLoader()));
    final String wrong = compare(library);
    if (wrong != null) {
      library.close();
      return wrong;
    }
    Native.register(Shim.class, library);
    return null;
  }

  /** Queries the library before {@link Shim} is bound to it. */
  private static String compare(final NativeLibrary library) {
    final int abi = library.getFunction("jev_abi_version").invokeInt(new Object[0]);
    if (abi != Layout.ABI_VERSION) {
      return Layout.wrongVersion(abi);
    }
    final Function layout = library.getFunction("jev_layout");
    return Layout.verify(key -> layout.invokeLong(new Object[] {key}));
  }

  /** Makes JNA load its own library, which is where it fails if it does. */
  static boolean start() {
    return Native.POINTER_SIZE > 0;
  }

  private static String cName(final Method method) {
    final StringBuilder name = new StringBuilder("jev_");
    for (final char letter : method.getName().toCharArray()) {
      if (Character.isUpperCase(letter)) {
        name.append('_');
      }
      name.append(Character.toString(letter).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  @Override
  public ByteBuffer map(final long address, final long size) {
    return new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
  }

  @Override
  public long address(final ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }
}
