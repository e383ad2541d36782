package org.jevent.internal.engine.ring;

import java.util.List;
import java.util.Locale;

/** The platforms whose libraries the jar holds, and what is expected of each. */
enum NativePlatform {
  LINUX_X86_64("linux-x86-64", "GLIBC_2.17"),
  LINUX_AARCH64("linux-aarch64", "GLIBC_2.17"),
  LINUX_RISCV64("linux-riscv64", "GLIBC_2.27"),
  LINUX_S390X("linux-s390x", "GLIBC_2.17"),
  LINUX_PPC64LE("linux-ppc64le", "GLIBC_2.17"),
  LINUX_LOONGARCH64("linux-loongarch64", "GLIBC_2.36"),
  LINUX_ARM("linux-arm", "GLIBC_2.17"),
  LINUX_X86("linux-x86", "GLIBC_2.17"),
  DARWIN_X86_64("darwin-x86-64", null),
  DARWIN_AARCH64("darwin-aarch64", null),
  WIN32_X86_64("win32-x86-64", null),
  WIN32_AARCH64("win32-aarch64", null),
  WIN32_X86("win32-x86", null),
  FREEBSD_X86_64("freebsd-x86-64", "FBSD_1.6"),
  FREEBSD_AARCH64("freebsd-aarch64", "FBSD_1.6"),
  OPENBSD_X86_64("openbsd-x86-64", null);

  /** How files of programs look. */
  enum Format {
    ELF,
    MACH_O,
    PE
  }

  /** As JNA names it. */
  final String prefix;

  /** The newest version of a symbol that its oldest system has; null: there are no versions. */
  final String newest;

  final Format format;

  /** The libraries that its file names. */
  final List<String> needed;

  NativePlatform(final String prefix, final String newest) {
    this.prefix = prefix;
    this.newest = newest;
    format = format(system());
    needed = needed(system());
  }

  String system() {
    return prefix.substring(0, prefix.indexOf('-'));
  }

  String processor() {
    return prefix.substring(prefix.indexOf('-') + 1);
  }

  boolean bigEndian() {
    return processor().equals("s390x");
  }

  String fileName() {
    return switch (format) {
      case ELF -> "libjevent.so";
      case MACH_O -> "libjevent.dylib";
      case PE -> "jevent.dll";
    };
  }

  private static Format format(final String system) {
    return switch (system) {
      case "darwin" -> Format.MACH_O;
      case "win32" -> Format.PE;
      default -> Format.ELF;
    };
  }

  private static List<String> needed(final String system) {
    return switch (system) {
      case "linux" -> List.of("libc.so.6");
      case "darwin" -> List.of("/usr/lib/libSystem.B.dylib", "@rpath/libjevent.dylib");
      case "win32" -> List.of("KERNEL32.dll", "WS2_32.dll", "ntdll.dll");
      case "freebsd" -> List.of("libc.so.7", "libthr.so.3");
      case "openbsd" -> List.of();
      default -> throw new IllegalArgumentException(system.toLowerCase(Locale.ROOT));
    };
  }
}
