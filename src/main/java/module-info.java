/** libevent for the JVM. */
module org.jevent {
  requires static com.sun.jna;
  requires static java.management;
  requires jdk.net;
  requires static jdk.unsupported;

  exports org.jevent;
  exports org.jevent.buffer;
  exports org.jevent.bufferevent;
  exports org.jevent.diagnostics;
  exports org.jevent.endpoint;
  exports org.jevent.error;
  exports org.jevent.net;
  exports org.jevent.tls;
  exports org.jevent.util;
}
