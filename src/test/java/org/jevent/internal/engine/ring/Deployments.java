package org.jevent.internal.engine.ring;

import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jevent.OpenDescriptors;

/**
 * An application server in small: deploys a program with its copy of the library and drops it, over
 * and over, in one process. {@code Deployments LIBRARY JNA shared|own TIMES METHOD...}. It prints
 * what each did, and then what is still there of all of them.
 */
final class Deployments {
  private static final int COLLECTIONS = 200;

  private final List<URL> jars = new ArrayList<>();
  private final ClassLoader parent;
  private final Path file;
  private final ExecutorService pool = Executors.newFixedThreadPool(1);
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

  private Deployments(final String library, final String jna, final boolean shared)
      throws Exception {
    jars.add(url(library));
    jars.add(url(ForkedJvm.locate("org/jevent/internal/engine/ring/Probe.class").toString()));
    final ClassLoader platform = ClassLoader.getPlatformClassLoader();
    if (shared) {
      parent = new URLClassLoader(new URL[] {url(jna)}, platform);
    } else {
      parent = platform;
      jars.add(url(jna));
    }
    pool.submit(() -> {}).get(); // the thread is the server's
    file = Files.writeString(Files.createTempFile(Path.of(""), "served", ""), "abcdef");
  }

  public static void main(final String[] arguments) throws Exception {
    final Deployments server =
        new Deployments(arguments[0], arguments[1], arguments[2].equals("shared"));
    try {
      server.deployAll(
          List.of(arguments).subList(4, arguments.length), Integer.parseInt(arguments[3]));
    } finally {
      server.pool.shutdown();
    }
  }

  private void deployAll(final List<String> methods, final int times) throws Exception {
    for (final String method : methods) {
      deploy(method); // what the JVM keeps from the first time on
    }
    awaitUnloading();
    final Set<String> before = Left.find();
    for (int i = 0; i < times; i++) {
      System.out.println(deploy(methods.get(i % methods.size())));
    }
    awaitUnloading();
    Set<String> after = Left.find();
    after.removeAll(before);
    for (int i = 0; i < COLLECTIONS && !after.isEmpty(); i++) {
      Thread.sleep(20);
      after = Left.find();
      after.removeAll(before);
    }
    System.out.println("loaders " + alive() + " left " + after);
  }

  /** The loader must not stay in a frame of the caller. */
  private String deploy(final String method) throws Exception {
    final Thread thread = Thread.currentThread();
    final ClassLoader former = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(jars.toArray(new URL[0]), parent)) {
      loaders.add(new WeakReference<>(loader));
      thread.setContextClassLoader(loader);
      final Method run =
          Class.forName(Deployment.class.getName(), true, loader)
              .getDeclaredMethod("run", String.class, ExecutorService.class, Path.class);
      run.setAccessible(true);
      return (String) run.invoke(null, method, pool, file);
    } finally {
      thread.setContextClassLoader(former);
    }
  }

  private long alive() {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  private void awaitUnloading() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS && alive() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
  }

  /** What a dropped program could leave behind: threads, libraries in memory, descriptors. */
  private static final class Left {
    private Left() {}

    static Set<String> find() throws Exception {
      final Set<String> all = new TreeSet<>();
      final Thread[] threads = new Thread[1024];
      ThreadGroup group = Thread.currentThread().getThreadGroup();
      while (group.getParent() != null) {
        group = group.getParent();
      }
      for (int i = group.enumerate(threads, true) - 1; i >= 0; i--) {
        all.add("thread " + threads[i].getName() + " " + threads[i].getId());
      }
      if (Files.isReadable(Path.of("/proc/self/maps"))) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
          lines
              .filter(line -> line.contains("jevent"))
              .map(line -> "mapping " + line.substring(line.lastIndexOf(' ') + 1))
              .forEach(all::add);
        }
      }
      OpenDescriptors.all().forEach(open -> all.add("descriptor " + open));
      return all;
    }
  }

  private static URL url(final String path) throws Exception {
    return Path.of(path).toUri().toURL();
  }
}
