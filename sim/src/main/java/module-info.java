/** A simulator for programs of libevent for the JVM. */
module org.jevent.sim {
  requires transitive org.jevent;

  exports org.jevent.sim;
}
