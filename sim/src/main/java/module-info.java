/** A simulator for programs of libevent for the JVM. */
module org.jevent.sim {
  requires transitive org.jevent;
  requires static transitive org.junit.jupiter.api;

  exports org.jevent.sim;
  exports org.jevent.sim.junit;
}
