package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.jevent.TestSystem;

/** The library and its jar, as they are and spoilt in one way or another. */
final class Altered {
  static final String FILE_NAME = System.mapLibraryName("jevent");
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;
  private static final short PE_X86_64 = (short) 0x8664;
  private static final short PE_AARCH64 = (short) 0xaa64;

  private Altered() {}

  /** The library as it was built; ends the test as not applicable where it was not. */
  static byte[] library() throws IOException {
    assumeThat(Platform.prefix()).as("libraries are ELF or PE files").matches("(linux|win32)-.*");
    final Path file = ForkedJvm.root().resolve(Platform.prefix()).resolve(FILE_NAME);
    assumeThat(file).as("the native library was built").exists();
    return Files.readAllBytes(file);
  }

  /** For a processor that this is not. */
  static byte[] foreign() throws IOException {
    final byte[] library = library();
    final ByteBuffer header = ByteBuffer.wrap(library).order(ByteOrder.nativeOrder());
    if (TestSystem.WINDOWS) {
      final int machine = header.getInt(60) + 4;
      header.putShort(machine, header.getShort(machine) == PE_X86_64 ? PE_AARCH64 : PE_X86_64);
    } else {
      header.putShort(18, (short) (header.getShort(18) == X86_64 ? AARCH64 : X86_64));
    }
    return library;
  }

  static byte[] truncated() throws IOException {
    final byte[] library = library();
    return Arrays.copyOf(library, library.length / 2);
  }

  /** Of this version, but with another number for one entry of the layout. */
  static byte[] layout(final int entry, final long number) throws IOException {
    final byte[] library = library();
    final ByteBuffer bytes = ByteBuffer.wrap(library).order(ByteOrder.nativeOrder());
    bytes.putLong(table(bytes) + entry * Long.BYTES, number);
    return library;
  }

  /** Where the table of the layout is. */
  static int table(final ByteBuffer bytes) {
    for (int at = 0; at + Layout.size() * Long.BYTES <= bytes.capacity(); at += Long.BYTES) {
      int same = 0;
      while (same < Layout.size() && bytes.getLong(at + same * Long.BYTES) == Layout.value(same)) {
        same++;
      }
      if (same == Layout.size()) {
        return at;
      }
    }
    throw new AssertionError("the library holds no table of the layout");
  }

  /** A library of another version, which is all that it knows. */
  static Path ofVersion(final int version, final Path directory) throws Exception {
    return compiled(
        String.format(
            Locale.ROOT,
            """
            static int version(void *env, void *owner) { (void)env; (void)owner; return %d; }
            struct method { const char *name; const char *signature; int (*function)(void *, void *); };
            int jev_register(void **env, void *owner) {
              struct method method = {"abiVersion", "()I", version};
              int (*make)(void *, void *, struct method *, int);
              *(void **)&make = (*(void ***)env)[215];
              return make(env, owner, &method, 1);
            }
            int JNI_OnLoad(void **vm, void *reserved) {
              void **env = reserved;
              int (*get)(void *, void ***, int);
              void *(*find)(void *, const char *);
              *(void **)&get = (*(void ***)vm)[6];
              get(vm, &env, 0x10008);
              *(void **)&find = (*(void ***)env)[6];
              jev_register(env, find(env, "org/jevent/internal/engine/ring/Shim"));
              return 0x10008;
            }
            """,
            version),
        directory.resolve(FILE_NAME));
  }

  /** Ends the test as not applicable where there is no C compiler. */
  static Path compiled(final String source, final Path library) throws Exception {
    final Path code = Files.createTempFile(library.getParent(), "source", ".c");
    Files.writeString(code, source);
    try {
      final Process compiler =
          new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), code.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assumeThat(compiler.waitFor(60, TimeUnit.SECONDS) && compiler.exitValue() == 0)
          .as("a C compiler makes a library")
          .isTrue();
    } catch (final IOException e) {
      assumeThat(e).as("there is a C compiler").isNull();
    } finally {
      Files.delete(code);
    }
    return library;
  }

  /** The file with that content, under the library's name in a separate directory. */
  static Path file(final Path directory, final byte[] content) throws IOException {
    return Files.write(Files.createTempDirectory(directory, "library").resolve(FILE_NAME), content);
  }

  /** The library's jar with that native library in it; null: without any. */
  static Path jar(final Path directory, final byte[] library) throws IOException {
    final Path classes = ForkedJvm.root();
    final Path jar = Files.createTempFile(directory, "jevent", ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (final Path file : ForkedJvm.files(classes)) {
        if (file.endsWith(FILE_NAME)) {
          continue;
        }
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        try (InputStream in = Files.newInputStream(file)) {
          in.transferTo(entries);
        }
      }
      if (library != null) {
        entries.putNextEntry(new JarEntry(Platform.prefix() + "/" + FILE_NAME));
        entries.write(library);
      }
    }
    return jar;
  }
}
