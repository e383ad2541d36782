# Selections of the Java tests for where everything is slow: sourced by scripts that have sourced common.sh. For surefire's -Dtest.

# On other kernels: the conformance of an engine, without what only takes long.
# shellcheck disable=SC2034  # for who sources this
conformance_core=$(printf 'org.jevent.conformance.%sTest,' BufferAdd BufferCallback BufferFile BufferMove BufferSearch Channel Close \
  Connect Datagram DebugMode Descriptor EventLife EventState Finalize Interrupt Io Listener LoopMove Loop RateLimit SignalDelivery \
  SignalRestore Signal StreamCallback StreamCare StreamEnd StreamFilter StreamFlow StreamHandle StreamOverlap StreamSend StreamThread \
  StreamTimeout Thread TimerOrder Timer Watcher)
conformance_core=${conformance_core%,}

# On other processors: what depends on processor, kernel, C library and binding, on every engine.
core_classes='LayoutTest ErrnosTest AddressCodecProperties ShimMemoryTest RingEngineTest
LoopTest EventLifeTest EventStateTest TimerTest IoTest DescriptorTest SignalTest SignalDeliveryTest
BufferAddTest BufferFileTest StreamSendTest StreamFlowTest StreamEndTest
ConnectTest ListenerTest DatagramTest ThreadTest'
# That is about speed, and alone takes a third of the time.
core_left_out='!StreamFlowTest#aGigabyteArrivesAsItWasSent*'
# shellcheck disable=SC2034  # used where this is sourced
core_tests=$(tr -s ' \n' ',' <<<"$core_classes")$core_left_out

# While system calls fail without harm: the tests that make such calls, on one engine. FaultsTest is made for this and does nothing elsewhere.
faults_classes='FaultsTest StreamCareTest StreamEndTest StreamFilterTest StreamFlowTest StreamHandleTest StreamOverlapTest StreamSendTest
StreamThreadTest StreamTimeoutTest ListenerTest ConnectTest DatagramTest BufferFileTest RateLimitTest CloseTest InterruptTest LoopMoveTest
ThreadTest WatcherTest ManyStreamsTest MisuseTest
HttpServerTest HttpBodyTest HttpEndTest HttpUploadTest HttpClientTest HttpClientStreamsTest HttpPoolTest HttpProxyTest HttpsTest
HttpCancelTest HttpRedirectTest HttpRetryTest HttpTimeoutTest HttpInflationTest HttpForwardTest HttpFaultsTest StaticFilesTest'
# What may be seen then: a call that moves less than it could, or nothing; readiness that is reported too early, or a turn of the loop later.
# LoopTest, which counts turns, StreamCallbackTest and IoTest, which count what is reported, and these look for one call, one event or one
# turn. ServerCostTest counts calls. The gigabyte takes as long as all else.
faults_left_out='!BufferFileTest#aBufferWithFilesIsWritten* !ListenerTest#twoListenersGetPorts* !ManyStreamsTest#tenThousandConnections*
!StreamCareTest#anErrorInACallback* !StreamEndTest#whatCameBeforeTheEnd* !StreamFlowTest#aGigabyteArrivesAsItWasSent*'
# shellcheck disable=SC2034  # used where this is sourced
faults_tests=$(tr -s ' \n' ',' <<<"$faults_classes $faults_left_out")
faults_tests=${faults_tests%,}

# Where file names, text, numbers, time and signals are not what they are on a developer's machine: what has to do with these, and of the
# rest what is quick.
environment_classes="$core_classes CloseTest ForeignPathTest LoaderDirectoryTest UtilTest
Rot13ServerTest#allByteValues* Rot13ServerTest#aSignalEnds*"
# shellcheck disable=SC2034  # used where this is sourced
environment_tests=$(tr -s ' \n' ',' <<<"$environment_classes")$core_left_out

# shellcheck disable=SC2034  # used where this is sourced
environments='c turkish latin1 chatham signals'

# in_environment NAMES PROPERTY...: the Java tests on Maven's JDK, where all of these are so:
#   c        there is no locale: file names are ASCII
#   turkish  the locale is one whose i and I are no pair, and whose numbers have commas
#   latin1   text is not in UTF-8 unless that is asked for
#   chatham  the time zone is 12:45 or 13:45 hours from Greenwich
#   signals  the process was started with signals ignored, as what runs in the background or under nohup
in_environment() (
  local name arguments=()
  for name in $1; do
    case $name in
      c)
        unset LANG LANGUAGE "${!LC_@}"
        export LC_ALL=C
        ;;
      turkish) arguments+=(-Duser.language=tr -Duser.country=TR) ;;
      latin1) arguments+=(-Dfile.encoding=ISO-8859-1) ;;
      chatham) arguments+=(-Duser.timezone=Pacific/Chatham) ;;
      signals) trap '' HUP INT QUIT PIPE ALRM TERM USR1 WINCH URG ;;
    esac
  done
  shift
  suites "$(jdk_version "$JAVA_HOME")" "-Djevent.test.args=${arguments[*]}" "$@"
)
