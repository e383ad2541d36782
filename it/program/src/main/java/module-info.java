/** A program that uses the library as a module does. */
module consumer {
  requires org.jevent;
}
