package org.jevent.internal.engine;

/** Makes the sockets that an engine can attach. Any thread. */
public interface SocketProvider {
  /** Address families. */
  enum Family {
    INET,
    INET6,
    UNIX
  }

  /** Kinds of sockets. */
  enum Kind {
    STREAM,
    /** A stream socket that will listen; pure Java has a separate class for it. */
    LISTENER,
    DATAGRAM
  }

  EngineSocket open(Family family, Kind kind);

  /** Two connected stream sockets. Unix domain where the platform has it, else over loopback. */
  EngineSocket[] pair();

  /** A pipe: read end, write end. */
  EngineSocket[] pipe();

  /**
   * Takes over a raw descriptor, and makes it non-blocking unless it is a terminal.
   *
   * @throws org.jevent.error.ErrnoException if that fails, and nothing is taken over
   * @throws UnsupportedOperationException in pure Java
   */
  EngineSocket adopt(int descriptor);

  /**
   * The process's standard input by a separate descriptor, which can be closed. Its mode is left as
   * it is, since other processes share it; reading and writing do not wait in either mode.
   *
   * @throws UnsupportedOperationException where it cannot be watched: in pure Java and on Windows
   */
  EngineSocket standardInput();
}
