package org.jevent.error;

/**
 * The system's error names, the same on every platform; numbers differ and are kept by {@link
 * ErrnoException#code}. The order of the constants after {@link #NONE} and {@link #UNKNOWN} is part
 * of the contract with the shim.
 */
public enum Errno {
  NONE("no error"),
  UNKNOWN("unknown error"),
  EPERM("operation not permitted"),
  ENOENT("no such file or directory"),
  EINTR("interrupted system call"),
  EIO("input/output error"),
  ENXIO("no such device or address"),
  EBADF("bad file descriptor"),
  EAGAIN("resource temporarily unavailable"),
  ENOMEM("out of memory"),
  EACCES("permission denied"),
  EFAULT("bad address"),
  EBUSY("device or resource busy"),
  EEXIST("file exists"),
  ENODEV("no such device"),
  ENOTDIR("not a directory"),
  EISDIR("is a directory"),
  EINVAL("invalid argument"),
  ENFILE("too many open files in the system"),
  EMFILE("too many open files"),
  EFBIG("file too large"),
  ENOSPC("no space left"),
  ESPIPE("illegal seek"),
  EROFS("read-only file system"),
  EPIPE("broken pipe"),
  EDOM("argument out of domain"),
  ERANGE("result out of range"),
  ENAMETOOLONG("name too long"),
  ENOSYS("function not implemented"),
  ELOOP("too many levels of symbolic links"),
  EPROTO("protocol error"),
  EOVERFLOW("value too large"),
  ENOTSOCK("not a socket"),
  EDESTADDRREQ("destination address required"),
  EMSGSIZE("message too long"),
  EPROTOTYPE("wrong protocol for socket"),
  ENOPROTOOPT("option not available"),
  EPROTONOSUPPORT("protocol not supported"),
  EOPNOTSUPP("operation not supported"),
  EAFNOSUPPORT("address family not supported"),
  EADDRINUSE("address already in use"),
  EADDRNOTAVAIL("address not available"),
  ENETDOWN("network is down"),
  ENETUNREACH("network is unreachable"),
  ENETRESET("connection dropped by network"),
  ECONNABORTED("connection aborted"),
  ECONNRESET("connection reset by peer"),
  ENOBUFS("no buffer space available"),
  EISCONN("already connected"),
  ENOTCONN("not connected"),
  ESHUTDOWN("socket was shut down"),
  ETIMEDOUT("connection timed out"),
  ECONNREFUSED("connection refused"),
  EHOSTDOWN("host is down"),
  EHOSTUNREACH("no route to host"),
  EALREADY("operation already in progress"),
  EINPROGRESS("operation in progress"),
  ECANCELED("operation cancelled"),
  ESTALE("stale file handle"),
  EDQUOT("quota exceeded"),
  ETIME("timer expired"),
  ENOTSUP("not supported"),
  E2BIG("argument list too long"),
  ESRCH("no such process"),
  ECHILD("no child processes"),
  ENOTTY("inappropriate operation for device");

  /** How many constants have no number in the shim's table: {@link #NONE} and {@link #UNKNOWN}. */
  public static final int UNNUMBERED = 2;

  private final String text;

  Errno(final String text) {
    this.text = text;
  }

  /** A few words that say what it means. */
  public String text() {
    return text;
  }
}
