/** libevent for the JVM. */
@SuppressWarnings("module") // the simulator, which stands on it, is another module
module org.jevent {
  requires static com.sun.jna;
  requires static java.management;
  requires static java.naming;
  requires jdk.net;
  requires static jdk.unsupported;

  exports org.jevent;
  exports org.jevent.buffer;
  exports org.jevent.bufferevent;
  exports org.jevent.diagnostics;
  exports org.jevent.dns;
  exports org.jevent.dns.message;
  exports org.jevent.endpoint;
  exports org.jevent.error;
  exports org.jevent.http;
  exports org.jevent.net;
  exports org.jevent.tls;
  exports org.jevent.util;
  exports org.jevent.websocket;
  exports org.jevent.internal.engine to
      org.jevent.sim;
  exports org.jevent.internal.providers to
      org.jevent.sim;
}
