package org.jevent.internal.engine.ring;

/**
 * The numbers of the contract with the shim, in the order of {@code native/include/jevent.h}.
 * Written by {@code ContractGenerator}: edit the header instead.
 */
final class Layout {
  static final int MAGIC = 0x4a455652;
  static final int ABI_VERSION = 7;
  static final int ENGINE_KQUEUE = 3;
  static final int ENGINE_EPOLL = 1;
  static final int ENGINE_EVPORT = 4;
  static final int ENGINE_DEVPOLL = 5;
  static final int ENGINE_IOCP = 8;
  static final int ENGINE_IO_URING = 2;
  static final int ENGINE_POLL = 6;
  static final int ENGINE_SELECT = 7;
  static final int FEATURE_ET = 1;
  static final int FEATURE_O1 = 2;
  static final int FEATURE_FDS = 4;
  static final int FEATURE_EARLY_CLOSE = 8;
  static final int READ = 2;
  static final int WRITE = 4;
  static final int ET = 32;
  static final int CLOSED = 128;
  static final int OP_ATTACH = 1;
  static final int OP_DETACH = 2;
  static final int DETACHED = 8;
  static final int OP_POLL = 3;
  static final int READY = 1;
  static final int OP_RECEIVE = 4;
  static final int RECEIVED = 2;
  static final int OP_RECEIVE_FROM = 5;
  static final int RECEIVED_FROM = 3;
  static final int OP_SEND = 6;
  static final int OP_SEND_TO = 7;
  static final int OP_SEND_FILE = 8;
  static final int SENT = 4;
  static final int OP_ACCEPT = 9;
  static final int ACCEPTED = 5;
  static final int OP_CONNECT = 10;
  static final int CONNECTED = 6;
  static final int OP_SHUTDOWN = 11;
  static final int SHUT = 7;
  static final int OP_CANCEL_SEND = 12;
  static final int OP_RETAIN = 13;
  static final int OP_RELEASE = 14;
  static final int FLAG_CLOSE = 1;
  static final int FLAG_ONCE = 2;
  static final int FLAG_RENEW = 4;
  static final int FLAG_VECTOR = 8;
  static final int FLAG_BLOCKING = 16;
  static final int FLAG_QUIET = 32;
  static final int SIGNALLED = 9;
  static final int FAILED = 10;
  static final int COMP_TRUNCATED = 1;
  static final int SUBMISSION_SIZE = 32;
  static final int SUBMISSION_OP = 0;
  static final int SUBMISSION_FLAGS = 2;
  static final int SUBMISSION_SLOT = 4;
  static final int SUBMISSION_A = 8;
  static final int SUBMISSION_B = 16;
  static final int SUBMISSION_C = 24;
  static final int COMPLETION_SIZE = 24;
  static final int COMPLETION_OP = 0;
  static final int COMPLETION_FLAGS = 2;
  static final int COMPLETION_SLOT = 4;
  static final int COMPLETION_RESULT = 8;
  static final int COMPLETION_AUX = 12;
  static final int COMPLETION_VALUE = 16;
  static final int VEC_SIZE = 16;
  static final int VEC_ADDRESS = 0;
  static final int VEC_LENGTH = 8;
  static final int FAMILY_NONE = 0;
  static final int FAMILY_INET = 1;
  static final int FAMILY_INET6 = 2;
  static final int FAMILY_UNIX = 3;
  static final int ADDRESS_SIZE = 128;
  static final int ADDRESS_FAMILY = 0;
  static final int ADDRESS_PORT = 2;
  static final int ADDRESS_SCOPE = 4;
  static final int ADDRESS_LENGTH = 8;
  static final int ADDRESS_BYTES = 12;
  static final int HEADER_SIZE = 96;
  static final int HEADER_MAGIC = 0;
  static final int HEADER_ABI = 4;
  static final int HEADER_SUBMISSIONS_OFFSET = 8;
  static final int HEADER_SUBMISSIONS_CAPACITY = 12;
  static final int HEADER_COMPLETIONS_OFFSET = 16;
  static final int HEADER_COMPLETIONS_CAPACITY = 20;
  static final int HEADER_SLAB_OFFSET = 24;
  static final int HEADER_BUFFER_SIZE = 28;
  static final int HEADER_BUFFER_COUNT = 32;
  static final int HEADER_SUBMITTED = 36;
  static final int HEADER_COMPLETED = 40;
  static final int HEADER_MORE = 44;
  static final int HEADER_ENTERS = 48;
  static final int HEADER_WAITS = 56;
  static final int HEADER_SYSCALLS = 64;
  static final int HEADER_POSTED = 72;
  static final int HEADER_PACKETS = 80;
  static final int HEADER_RECREATIONS = 88;
  static final int LOG_DEBUG = 0;
  static final int LOG_MESSAGE = 1;
  static final int LOG_WARNING = 2;
  static final int LOG_ERROR = 3;
  static final int CREATE_TIMERFD = 1;
  static final int STREAM = 1;
  static final int DATAGRAM = 2;
  static final int OPT_ERROR = 1;
  static final int OPT_NONBLOCKING = 2;
  static final int OPT_CLOSE_ON_EXEC = 3;
  static final int OPT_REUSE_ADDRESS = 4;
  static final int OPT_REUSE_PORT = 5;
  static final int OPT_NO_DELAY = 6;
  static final int OPT_KEEP_ALIVE = 7;
  static final int OPT_KEEP_IDLE = 8;
  static final int OPT_KEEP_INTERVAL = 9;
  static final int OPT_KEEP_COUNT = 10;
  static final int OPT_SEND_BUFFER = 11;
  static final int OPT_RECEIVE_BUFFER = 12;
  static final int OPT_LINGER = 13;
  static final int OPT_IPV6_ONLY = 14;
  static final int OPT_BROADCAST = 15;
  static final int OPT_DEFER_ACCEPT = 16;
  static final int OPT_AVAILABLE = 17;
  static final int OPT_PATH_MTU_DISCOVERY = 18;
  static final int OPT_LISTENING = 19;
  static final int OPT_READY = 20;
  static final int OPT_TERMINAL = 21;

  private static final Object[][] TABLE = {
    {"MAGIC", MAGIC},
    {"ABI_VERSION", ABI_VERSION},
    {"ENGINE_KQUEUE", ENGINE_KQUEUE},
    {"ENGINE_EPOLL", ENGINE_EPOLL},
    {"ENGINE_EVPORT", ENGINE_EVPORT},
    {"ENGINE_DEVPOLL", ENGINE_DEVPOLL},
    {"ENGINE_IOCP", ENGINE_IOCP},
    {"ENGINE_IO_URING", ENGINE_IO_URING},
    {"ENGINE_POLL", ENGINE_POLL},
    {"ENGINE_SELECT", ENGINE_SELECT},
    {"FEATURE_ET", FEATURE_ET},
    {"FEATURE_O1", FEATURE_O1},
    {"FEATURE_FDS", FEATURE_FDS},
    {"FEATURE_EARLY_CLOSE", FEATURE_EARLY_CLOSE},
    {"READ", READ},
    {"WRITE", WRITE},
    {"ET", ET},
    {"CLOSED", CLOSED},
    {"OP_ATTACH", OP_ATTACH},
    {"OP_DETACH", OP_DETACH},
    {"DETACHED", DETACHED},
    {"OP_POLL", OP_POLL},
    {"READY", READY},
    {"OP_RECEIVE", OP_RECEIVE},
    {"RECEIVED", RECEIVED},
    {"OP_RECEIVE_FROM", OP_RECEIVE_FROM},
    {"RECEIVED_FROM", RECEIVED_FROM},
    {"OP_SEND", OP_SEND},
    {"OP_SEND_TO", OP_SEND_TO},
    {"OP_SEND_FILE", OP_SEND_FILE},
    {"SENT", SENT},
    {"OP_ACCEPT", OP_ACCEPT},
    {"ACCEPTED", ACCEPTED},
    {"OP_CONNECT", OP_CONNECT},
    {"CONNECTED", CONNECTED},
    {"OP_SHUTDOWN", OP_SHUTDOWN},
    {"SHUT", SHUT},
    {"OP_CANCEL_SEND", OP_CANCEL_SEND},
    {"OP_RETAIN", OP_RETAIN},
    {"OP_RELEASE", OP_RELEASE},
    {"FLAG_CLOSE", FLAG_CLOSE},
    {"FLAG_ONCE", FLAG_ONCE},
    {"FLAG_RENEW", FLAG_RENEW},
    {"FLAG_VECTOR", FLAG_VECTOR},
    {"FLAG_BLOCKING", FLAG_BLOCKING},
    {"FLAG_QUIET", FLAG_QUIET},
    {"SIGNALLED", SIGNALLED},
    {"FAILED", FAILED},
    {"COMP_TRUNCATED", COMP_TRUNCATED},
    {"SUBMISSION_SIZE", SUBMISSION_SIZE},
    {"SUBMISSION_OP", SUBMISSION_OP},
    {"SUBMISSION_FLAGS", SUBMISSION_FLAGS},
    {"SUBMISSION_SLOT", SUBMISSION_SLOT},
    {"SUBMISSION_A", SUBMISSION_A},
    {"SUBMISSION_B", SUBMISSION_B},
    {"SUBMISSION_C", SUBMISSION_C},
    {"COMPLETION_SIZE", COMPLETION_SIZE},
    {"COMPLETION_OP", COMPLETION_OP},
    {"COMPLETION_FLAGS", COMPLETION_FLAGS},
    {"COMPLETION_SLOT", COMPLETION_SLOT},
    {"COMPLETION_RESULT", COMPLETION_RESULT},
    {"COMPLETION_AUX", COMPLETION_AUX},
    {"COMPLETION_VALUE", COMPLETION_VALUE},
    {"VEC_SIZE", VEC_SIZE},
    {"VEC_ADDRESS", VEC_ADDRESS},
    {"VEC_LENGTH", VEC_LENGTH},
    {"FAMILY_NONE", FAMILY_NONE},
    {"FAMILY_INET", FAMILY_INET},
    {"FAMILY_INET6", FAMILY_INET6},
    {"FAMILY_UNIX", FAMILY_UNIX},
    {"ADDRESS_SIZE", ADDRESS_SIZE},
    {"ADDRESS_FAMILY", ADDRESS_FAMILY},
    {"ADDRESS_PORT", ADDRESS_PORT},
    {"ADDRESS_SCOPE", ADDRESS_SCOPE},
    {"ADDRESS_LENGTH", ADDRESS_LENGTH},
    {"ADDRESS_BYTES", ADDRESS_BYTES},
    {"HEADER_SIZE", HEADER_SIZE},
    {"HEADER_MAGIC", HEADER_MAGIC},
    {"HEADER_ABI", HEADER_ABI},
    {"HEADER_SUBMISSIONS_OFFSET", HEADER_SUBMISSIONS_OFFSET},
    {"HEADER_SUBMISSIONS_CAPACITY", HEADER_SUBMISSIONS_CAPACITY},
    {"HEADER_COMPLETIONS_OFFSET", HEADER_COMPLETIONS_OFFSET},
    {"HEADER_COMPLETIONS_CAPACITY", HEADER_COMPLETIONS_CAPACITY},
    {"HEADER_SLAB_OFFSET", HEADER_SLAB_OFFSET},
    {"HEADER_BUFFER_SIZE", HEADER_BUFFER_SIZE},
    {"HEADER_BUFFER_COUNT", HEADER_BUFFER_COUNT},
    {"HEADER_SUBMITTED", HEADER_SUBMITTED},
    {"HEADER_COMPLETED", HEADER_COMPLETED},
    {"HEADER_MORE", HEADER_MORE},
    {"HEADER_ENTERS", HEADER_ENTERS},
    {"HEADER_WAITS", HEADER_WAITS},
    {"HEADER_SYSCALLS", HEADER_SYSCALLS},
    {"HEADER_POSTED", HEADER_POSTED},
    {"HEADER_PACKETS", HEADER_PACKETS},
    {"HEADER_RECREATIONS", HEADER_RECREATIONS},
    {"LOG_DEBUG", LOG_DEBUG},
    {"LOG_MESSAGE", LOG_MESSAGE},
    {"LOG_WARNING", LOG_WARNING},
    {"LOG_ERROR", LOG_ERROR},
    {"CREATE_TIMERFD", CREATE_TIMERFD},
    {"STREAM", STREAM},
    {"DATAGRAM", DATAGRAM},
    {"OPT_ERROR", OPT_ERROR},
    {"OPT_NONBLOCKING", OPT_NONBLOCKING},
    {"OPT_CLOSE_ON_EXEC", OPT_CLOSE_ON_EXEC},
    {"OPT_REUSE_ADDRESS", OPT_REUSE_ADDRESS},
    {"OPT_REUSE_PORT", OPT_REUSE_PORT},
    {"OPT_NO_DELAY", OPT_NO_DELAY},
    {"OPT_KEEP_ALIVE", OPT_KEEP_ALIVE},
    {"OPT_KEEP_IDLE", OPT_KEEP_IDLE},
    {"OPT_KEEP_INTERVAL", OPT_KEEP_INTERVAL},
    {"OPT_KEEP_COUNT", OPT_KEEP_COUNT},
    {"OPT_SEND_BUFFER", OPT_SEND_BUFFER},
    {"OPT_RECEIVE_BUFFER", OPT_RECEIVE_BUFFER},
    {"OPT_LINGER", OPT_LINGER},
    {"OPT_IPV6_ONLY", OPT_IPV6_ONLY},
    {"OPT_BROADCAST", OPT_BROADCAST},
    {"OPT_DEFER_ACCEPT", OPT_DEFER_ACCEPT},
    {"OPT_AVAILABLE", OPT_AVAILABLE},
    {"OPT_PATH_MTU_DISCOVERY", OPT_PATH_MTU_DISCOVERY},
    {"OPT_LISTENING", OPT_LISTENING},
    {"OPT_READY", OPT_READY},
    {"OPT_TERMINAL", OPT_TERMINAL},
  };

  private Layout() {}

  /** How many numbers there are. */
  static int size() {
    return TABLE.length;
  }

  /** The name of a number. */
  static String name(final int index) {
    return (String) TABLE[index][0];
  }

  /** The value of a number here. */
  static int value(final int index) {
    return (Integer) TABLE[index][1];
  }
}
