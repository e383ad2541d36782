package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.Map;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * Java's exceptions as the system's error names: by their class, else by the words of the system
 * that they carry.
 */
final class NioErrors {
  /** Messages of the systems, lower case; the longer one first where one contains another. */
  private static final Map<String, Errno> WORDS =
      Map.ofEntries(
          Map.entry("connection reset", Errno.ECONNRESET),
          Map.entry("broken pipe", Errno.EPIPE),
          Map.entry("connection refused", Errno.ECONNREFUSED),
          Map.entry("connection timed out", Errno.ETIMEDOUT),
          Map.entry("operation timed out", Errno.ETIMEDOUT),
          Map.entry("no route to host", Errno.EHOSTUNREACH),
          Map.entry("host is down", Errno.EHOSTDOWN),
          Map.entry("network is unreachable", Errno.ENETUNREACH),
          Map.entry("network is down", Errno.ENETDOWN),
          Map.entry("connection aborted", Errno.ECONNABORTED),
          Map.entry("software caused connection abort", Errno.ECONNABORTED),
          Map.entry("too many open files in system", Errno.ENFILE),
          Map.entry("too many open files", Errno.EMFILE),
          Map.entry("address already in use", Errno.EADDRINUSE),
          Map.entry("cannot assign requested address", Errno.EADDRNOTAVAIL),
          Map.entry("can't assign requested address", Errno.EADDRNOTAVAIL),
          Map.entry("permission denied", Errno.EACCES),
          Map.entry("operation not permitted", Errno.EPERM),
          Map.entry("no such file or directory", Errno.ENOENT),
          Map.entry("message too long", Errno.EMSGSIZE),
          Map.entry("no buffer space available", Errno.ENOBUFS),
          Map.entry("cannot allocate memory", Errno.ENOMEM),
          Map.entry("protocol family not supported", Errno.EAFNOSUPPORT),
          Map.entry("address family not supported", Errno.EAFNOSUPPORT),
          Map.entry("resource temporarily unavailable", Errno.EAGAIN),
          Map.entry("bad file descriptor", Errno.EBADF),
          Map.entry("device or resource busy", Errno.EBUSY),
          Map.entry("file exists", Errno.EEXIST),
          Map.entry("no such device", Errno.ENODEV),
          Map.entry("not a directory", Errno.ENOTDIR),
          Map.entry("is a directory", Errno.EISDIR),
          Map.entry("no space left on device", Errno.ENOSPC),
          Map.entry("read-only file system", Errno.EROFS),
          Map.entry("too many levels of symbolic links", Errno.ELOOP),
          Map.entry("operation not supported", Errno.EOPNOTSUPP),
          Map.entry("protocol not available", Errno.ENOPROTOOPT),
          Map.entry("protocol not supported", Errno.EPROTONOSUPPORT),
          Map.entry("protocol error", Errno.EPROTO),
          Map.entry("destination address required", Errno.EDESTADDRREQ),
          Map.entry("transport endpoint is already connected", Errno.EISCONN),
          Map.entry("operation already in progress", Errno.EALREADY),
          Map.entry("socket is not connected", Errno.ENOTCONN),
          Map.entry("transport endpoint is not connected", Errno.ENOTCONN),
          Map.entry("invalid argument", Errno.EINVAL),
          Map.entry("file name too long", Errno.ENAMETOOLONG),
          Map.entry("unix domain path too long", Errno.ENAMETOOLONG),
          Map.entry("can't send to port 0", Errno.EINVAL),
          Map.entry("can't connect to port 0", Errno.EINVAL),
          // The rest are of the JDK on Windows, which has different messages.
          Map.entry("message is larger than the maximum", Errno.EMSGSIZE),
          Map.entry("socket is already connected", Errno.EISCONN),
          Map.entry("network dropped connection on reset", Errno.ENETRESET),
          Map.entry("cannot send after socket shutdown", Errno.ESHUTDOWN),
          Map.entry("insufficient memory available", Errno.ENOMEM),
          Map.entry("bad protocol option", Errno.ENOPROTOOPT),
          Map.entry("protocol wrong type for socket", Errno.EPROTOTYPE),
          Map.entry("bad address", Errno.EFAULT),
          // And the messages of Windows that it passes on.
          Map.entry("forcibly closed by the remote host", Errno.ECONNRESET),
          Map.entry("aborted by the software in your host machine", Errno.ECONNABORTED));

  private NioErrors() {}

  /** Whether accept's error concerns the one connection that was to be accepted, and no other. */
  static boolean acceptPassesOver(final Errno error) {
    return error == Errno.ECONNABORTED || error == Errno.ECONNRESET;
  }

  static Errno of(final Exception problem) {
    if (problem instanceof ErrnoException own) {
      return own.errno();
    }
    final Errno fromWords = byWords(problem.getMessage());
    return fromWords != null ? fromWords : byClass(problem);
  }

  /** The same for what an operation on {@code channel} has thrown. */
  static Errno of(final Exception problem, final Channel channel) {
    if (problem instanceof ClosedChannelException && channel.isOpen()) {
      return Errno.EPIPE; // one side of it was shut down
    }
    if (problem instanceof NotYetConnectedException && channel instanceof DatagramChannel) {
      return Errno.EDESTADDRREQ;
    }
    return of(problem);
  }

  private static Errno byWords(final String message) {
    if (message == null) {
      return null;
    }
    final String text = message.toLowerCase(Locale.ROOT);
    String longest = "";
    for (final String words : WORDS.keySet()) {
      if (text.contains(words) && words.length() > longest.length()) {
        longest = words;
      }
    }
    return WORDS.get(longest);
  }

  private static Errno byClass(final Exception problem) {
    if (problem instanceof ConnectException || problem instanceof PortUnreachableException) {
      return Errno.ECONNREFUSED;
    }
    if (problem instanceof NoRouteToHostException) {
      return Errno.EHOSTUNREACH;
    }
    if (problem instanceof BindException) {
      return Errno.EADDRINUSE;
    }
    if (problem instanceof AsynchronousCloseException
        || problem instanceof ClosedChannelException) {
      return Errno.EBADF;
    }
    if (problem instanceof NotYetConnectedException) {
      return Errno.ENOTCONN;
    }
    if (problem instanceof ConnectionPendingException) {
      return Errno.EALREADY;
    }
    if (problem instanceof AlreadyConnectedException) {
      return Errno.EISCONN;
    }
    if (problem instanceof UnsupportedAddressTypeException) {
      return Errno.EAFNOSUPPORT;
    }
    if (problem instanceof NotYetBoundException) {
      return Errno.EINVAL;
    }
    if (problem instanceof InvalidPathException) {
      return Errno.ECONNABORTED; // a peer's path: those of the program are paths already
    }
    return problem instanceof IOException ? Errno.EIO : Errno.EINVAL;
  }

  static ErrnoException exception(final String operation, final Exception problem) {
    return new ErrnoException(operation, of(problem), 0, problem);
  }
}
