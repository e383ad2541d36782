package org.jevent.internal.engine.ring;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program with several copies of the library in one process, as an application server has them:
 * {@code SideBySide JNA shared|own JAR...}. A separate class loader loads each, with JNA's classes
 * from a common one or from that one. Each opens a base while the others are open.
 */
final class SideBySide {
  private SideBySide() {}

  public static void main(final String[] arguments) throws Exception {
    final URL jna = url(arguments[0]);
    final boolean shared = arguments[1].equals("shared");
    final URL tests =
        url(ForkedJvm.locate("org/jevent/internal/engine/ring/Probe.class").toString());
    final ClassLoader platform = ClassLoader.getPlatformClassLoader();
    final ClassLoader parent = shared ? new URLClassLoader(new URL[] {jna}, platform) : platform;
    final List<Method> mains = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      final URL jar = url(arguments[i]);
      final ClassLoader loader =
          new URLClassLoader(shared ? new URL[] {jar, tests} : new URL[] {jar, tests, jna}, parent);
      final Method main =
          Class.forName(Probe.class.getName(), true, loader)
              .getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      mains.add(main);
    }
    for (int round = 0; round < 2; round++) {
      for (final Method main : mains) {
        main.invoke(null, (Object) new String[] {"open"});
      }
    }
  }

  private static URL url(final String path) throws Exception {
    return Path.of(path).toUri().toURL();
  }
}
