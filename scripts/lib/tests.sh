# What of the Java tests is run where everything is slow: sourced, not run.

# The conformance of an engine, without what only takes long: classes, separated by commas.
# shellcheck disable=SC2034  # for who sources this
conformance_core=$(printf 'org.jevent.conformance.%sTest,' BufferAdd BufferCallback BufferFile BufferMove BufferSearch Channel Connect Datagram \
  DebugMode Descriptor EventLife EventState Finalize Io Listener Loop RateLimit SignalDelivery SignalRestore Signal StreamCallback StreamCare \
  StreamEnd StreamFilter StreamFlow StreamHandle StreamOverlap StreamSend StreamThread StreamTimeout Thread TimerOrder Timer Watcher)
conformance_core=${conformance_core%,}
