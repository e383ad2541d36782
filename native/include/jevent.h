/*
 * The complete contract between Java and C.
 *
 * Java and the shim share one block of memory per ring. Java writes a batch of submissions, calls
 * jev_enter() once and reads a batch of completions. The build writes the Java class that mirrors the numbers
 * of this file (ContractGenerator.java); jev_layout() lets it check each of them when the library is loaded.
 *
 * Threads: a ring belongs to one thread at a time. jev_wakeup() may be called by any thread while the ring
 * exists. Functions that take no ring are stateless and may be called by any thread.
 *
 * Results: a negative number is a negated errno of this platform. On Windows it is -(errno | code << 12).
 * There the errno is the C runtime's number; the code is that of WSAGetLastError or GetLastError, 0 where
 * the shim found the error. No function prints or throws, and none but jev_raise exits.
 *
 * Addresses and rings are unsigned numbers: where pointers have 32 bits, the upper half is zero.
 *
 * Descriptors: on Windows the low half of a SOCKET or HANDLE, of which the system uses no more.
 */
#ifndef JEVENT_H
#define JEVENT_H

#include <stdint.h>

#if defined(_WIN32) && defined(jevent_EXPORTS)
#define JEV_EXPORT __declspec(dllexport)
#elif defined(_WIN32)
#define JEV_EXPORT __declspec(dllimport)
#else
#define JEV_EXPORT __attribute__((visibility("default")))
#endif

#define JEV_MAGIC 0x4a455652
/* Raised when the meaning of a function, an operation or a field changes. New and changed numbers need no
 * other version, as jev_layout() shows them. */
#define JEV_ABI_VERSION 7

/* Engines, in the order in which each platform prefers those that it has. In Java each has the name that
 * follows JEV_ENGINE_, in small letters. */
enum {
  JEV_ENGINE_KQUEUE = 3,
  JEV_ENGINE_EPOLL = 1,
  JEV_ENGINE_EVPORT = 4,
  JEV_ENGINE_DEVPOLL = 5,
  JEV_ENGINE_IOCP = 8,
  JEV_ENGINE_IO_URING = 2,
  JEV_ENGINE_POLL = 6,
  JEV_ENGINE_SELECT = 7
};

/* Features of an engine, with libevent's values. */
enum {
  JEV_FEATURE_ET = 0x01,         /* edge-triggered readiness */
  JEV_FEATURE_O1 = 0x02,         /* cost of an event does not depend on the number watched */
  JEV_FEATURE_FDS = 0x04,        /* any descriptor, regular files included */
  JEV_FEATURE_EARLY_CLOSE = 0x08 /* reports the peer's close before its data is read */
};

/* Readiness: what POLL asks for and READY reports. Values of libevent's EV_*. */
enum { JEV_READ = 0x02, JEV_WRITE = 0x04, JEV_ET = 0x20, JEV_CLOSED = 0x80 };

/*
 * Submissions, and after each the completion that answers it. The errno of a negative `result` is in its
 * lowest twelve bits. A slot is a small number chosen by Java; it is free again after its DETACHED
 * completion.
 *
 * A malformed submission has an unknown operation, or a slot that is out of range or in the wrong state. It
 * is answered by FAILED with -EINVAL, -ENOENT, -EEXIST or -EALREADY, and changes nothing. A slot is either
 * watched by POLL or has operations (RECEIVE to CANCEL_SEND), and a stream either receives or accepts.
 * Anything else is FAILED with -EBUSY. A descriptor belongs to one slot at a time.
 *
 * SEND never raises SIGPIPE; for SEND_FILE and jev_write the process ignores it, as every JVM does.
 */
enum {
  /* slot := descriptor a. No completion when it succeeds. The descriptor should be non-blocking. ACCEPT and
   * CONNECT make it so, on Windows the slot's first operation; the others do not wait either way. A regular
   * file is always ready for its operations, with each engine; POLL needs JEV_FEATURE_FDS for it. */
  JEV_OP_ATTACH = 1,
  /* Ends the slot: what is under way is cancelled, DETACHED follows as its last completion.
   * Flag JEV_FLAG_CLOSE closes the descriptor too. */
  JEV_OP_DETACH = 2,
  JEV_DETACHED = 8, /* result: 0, or the error of close */
  /* Watch for a (JEV_READ|JEV_WRITE|JEV_CLOSED, with JEV_ET edge-triggered); 0 stops. READY follows each
   * time, until stopped; with JEV_FLAG_ONCE only once. Each POLL with JEV_ET arms it again: READY follows for
   * what is there already. JEV_FLAG_RENEW: the number may refer to another open file than before, so the
   * kernel is updated even if the mask is the same. A READY with a negative result reports that the watch
   * could not be established and is off. */
  JEV_OP_POLL = 3,
  JEV_READY = 1, /* result: mask; error or hang-up: READ, WRITE and CLOSED together, cut to what was asked */
  /* Receive at most a bytes at a time into the slab until stopped by a = 0, and at most once in a jev_enter.
   * A limit that changes between two calls holds for the next bytes. RECEIVED follows for each buffer that is
   * filled. At most 128 KiB are received at a time. */
  JEV_OP_RECEIVE = 4,
  /* result: bytes, at slab offset `value` in buffer `aux`; 0: end of stream; <0: error. The last two stop
   * receiving. */
  JEV_RECEIVED = 2,
  /* The same for datagrams; RECEIVED_FROM each time. */
  JEV_OP_RECEIVE_FROM = 5,
  /* The same; a jev_address of the sender stands at slab offset value - sizeof(jev_address); 0 is an empty
   * datagram; flag JEV_COMP_TRUNCATED: longer than the limit. */
  JEV_RECEIVED_FROM = 3,
  /* Send b bytes at address a, or with JEV_FLAG_VECTOR b records of jev_vec at a. The records are read before
   * jev_enter returns; the bytes stay untouched until SENT. One SENT follows when all is sent or at the first
   * error. A second SEND, SEND_FILE or SEND_TO before SENT is refused with SENT and -EBUSY. With
   * JEV_FLAG_QUIET an immediate success has no completion. A quiet SEND without any SENT is done when
   * jev_enter returns. SENT with -EINPROGRESS reports that it goes on, and another SENT follows. */
  JEV_OP_SEND = 6,
  /* A datagram: as SEND, to the jev_address at c (0: the connected peer). */
  JEV_OP_SEND_TO = 7,
  /* Send c bytes of file descriptor a from offset b. SENT when done, with fewer bytes at end of file. */
  JEV_OP_SEND_FILE = 8,
  JEV_SENT = 4, /* of the three; value: bytes sent; result: 0 or an error */
  /* a = 1: accept connections until stopped by a = 0. ACCEPTED each time, descriptors non-blocking and
   * close-on-exec (JEV_FLAG_BLOCKING: left blocking). After ACCEPTED with an error other than those that
   * concern one connection (which are passed over) accepting has stopped. */
  JEV_OP_ACCEPT = 9,
  /* result: descriptor or error; a jev_address of the peer at slab offset value, in buffer aux */
  JEV_ACCEPTED = 5,
  /* Connect to the jev_address at a (read before jev_enter returns; 0: a connect is already in progress).
     CONNECTED follows. */
  JEV_OP_CONNECT = 10,
  JEV_CONNECTED = 6, /* result: 0 or an error */
  /* a: 1 reading, 2 writing, 3 both. After a connect and, but for reading, the sends submitted before. SHUT
     follows. */
  JEV_OP_SHUTDOWN = 11,
  JEV_SHUT = 7, /* result: 0 or an error */
  /* Ends the send that is under way: SENT follows with the bytes that have left and -ECANCELED, unless all of
   * them leave or the send fails in this jev_enter. Without a send there is nothing to end and no completion,
   * as SENT was reported before. -EOPNOTSUPP: a completion port has the bytes, and cannot say how much of
   * them leaves. */
  JEV_OP_CANCEL_SEND = 12,
  /* Keep slab buffer a over the next jev_enter, until RELEASE. Submitted before that next jev_enter. Counted:
     completions share buffers, and each RETAIN needs its RELEASE. */
  JEV_OP_RETAIN = 13,
  JEV_OP_RELEASE = 14
};

enum {
  JEV_FLAG_CLOSE = 0x01,
  JEV_FLAG_ONCE = 0x02,
  JEV_FLAG_RENEW = 0x04,
  JEV_FLAG_VECTOR = 0x08,
  JEV_FLAG_BLOCKING = 0x10,
  JEV_FLAG_QUIET = 0x20
};

/* The completions that belong to no single operation. */
enum {
  JEV_SIGNALLED = 9, /* slot: the signal; result: how often since the last completion */
  /* A submission that was refused: aux its op, result why, slot its slot (or its signal), flags the
   * completion that answers the operation otherwise, 0 if there is none. */
  JEV_FAILED = 10
};

enum { JEV_COMP_TRUNCATED = 0x01 };

struct jev_submission {
  uint16_t op;
  uint16_t flags;
  uint32_t slot;
  int64_t a;
  int64_t b;
  int64_t c;
};

struct jev_completion {
  uint16_t op;
  uint16_t flags;
  uint32_t slot;
  int32_t result;
  uint32_t aux;
  int64_t value;
};

struct jev_vec {
  int64_t address;
  int64_t length;
};

/* A socket address without the platform's numbers. */
enum { JEV_FAMILY_NONE = 0, JEV_FAMILY_INET = 1, JEV_FAMILY_INET6 = 2, JEV_FAMILY_UNIX = 3 };

struct jev_address {
  uint16_t family; /* JEV_FAMILY_* */
  uint16_t port;   /* host byte order */
  uint32_t scope;  /* IPv6 scope id */
  uint32_t
      length; /* of bytes: 4, 16, or the path's (no ending zero; a leading zero: Linux' abstract names) */
  uint8_t bytes[116];
};

/* Start of the shared block. Java writes `submitted`; the shim writes the rest. */
struct jev_header {
  uint32_t magic;
  uint32_t abi;
  uint32_t submissions_offset;
  uint32_t submissions_capacity; /* records */
  uint32_t completions_offset;
  uint32_t completions_capacity; /* records */
  uint32_t slab_offset;
  uint32_t buffer_size; /* bytes of one slab buffer */
  uint32_t buffer_count;
  uint32_t submitted;   /* in: records written; out: 0, or what could not be taken yet, moved to the front */
  uint32_t completed;   /* out: records to read */
  uint32_t more;        /* out: 1 when jev_enter should be called again without waiting */
  uint64_t enters;      /* counters since creation */
  uint64_t waits;       /* calls of the kernel's waiting function */
  uint64_t syscalls;    /* system calls made, waits included */
  uint64_t posted;      /* operations handed to a system that carries them out itself */
  uint64_t packets;     /* what such a system has reported of them */
  uint64_t recreations; /* orphaned kernel registrations that forced the poller to be recreated */
};

/* ---- The ring ---- */

/* What is this library? */
JEV_EXPORT int32_t jev_abi_version(void);
/* The number that this library was compiled with for entry `key`, or INT64_MIN past the last. Entries are the
 * numbers of this header in its order: macros, constants, and each structure's size and offsets. */
JEV_EXPORT int64_t jev_layout(int32_t key);

/*
 * Registers the functions with a JVM as the native methods of a class, which is
 * org.jevent.internal.engine.ring.Shim: a JNIEnv and a jclass of the calling thread. -EINVAL: the class does
 * not have them all; it can ask for the version. -ENOSYS: the JVM is too old.
 */
JEV_EXPORT int32_t jev_register(void *environment, void *owner);

/* ---- messages ---- */

enum { JEV_LOG_DEBUG = 0, JEV_LOG_MESSAGE = 1, JEV_LOG_WARNING = 2, JEV_LOG_ERROR = 3 };

/*
 * Receives a message, from any thread that is in a function of the library. The text is the library's. The
 * result is 0 or a negated errno that belongs to the message.
 */
typedef void (*jev_log_function)(int32_t severity, const char *message, int32_t result);

/* Receives what went wrong for good. The process ends when it returns. */
typedef void (*jev_fatal_function)(const char *message);

/* NULL ends it. A function that is replaced may be called once more. */
JEV_EXPORT void jev_set_log(jev_log_function function);
JEV_EXPORT void jev_set_fatal(jev_fatal_function function);

/* Fails as an assertion of the library does: the fatal function, the standard error stream, abort. */
JEV_EXPORT void jev_fail(const char *message);

/* The platform's errno for entry `key` of the error table, which org.jevent.error.Errno mirrors in order. 0
 * when the platform lacks it, -1 past its end. */
JEV_EXPORT int32_t jev_errno(int32_t key);

/* 0 when the engine can be used here, else why not (-ENOSYS: not compiled in). */
JEV_EXPORT int32_t jev_engine_status(int32_t engine);
/* Writes why it cannot, where there is more to say than the error does: at most size - 1 bytes and a zero at
 * out. Returns how many; 0: nothing to add. */
JEV_EXPORT int32_t jev_engine_reason(int32_t engine, int64_t out, int32_t size);
JEV_EXPORT int32_t jev_engine_features(int32_t engine);
/* 1 when it stands on an imitation of the system's interface, as in libraries that are built for tests. */
JEV_EXPORT int32_t jev_engine_emulated(int32_t engine);

enum { JEV_CREATE_TIMERFD = 0x01 }; /* time-outs through a timerfd even where epoll_pwait2 exists */

/* entries: capacity of the submission queue; completions have twice as many. buffers of buffer_size bytes
 * make the slab. flags: JEV_CREATE_*. Returns a handle (> 0) or a negated errno; -EINVAL for arguments out of
 * range (entries 8..65536, buffers 1..65536, size 1024..1 MiB). */
JEV_EXPORT int64_t jev_create(int32_t engine, int32_t entries, int32_t buffers, int32_t buffer_size,
                              int32_t flags);
JEV_EXPORT int64_t jev_block(int64_t ring);      /* address of the shared block */
JEV_EXPORT int64_t jev_block_size(int64_t ring); /* its bytes */
/* Takes the submissions and waits for at most timeout nanoseconds (< 0: without limit), unless there is
 * something to report. Returns the number of completions, or a negated errno. An error means that there are
 * no completions and the system refuses to wait (-ENOMEM, as poll and select may). jev_enter may be called
 * again then, and no completion is dropped. Slab buffers of earlier completions that are not retained become
 * free. An unwatched signal does not end the wait; three years do. */
JEV_EXPORT int32_t jev_enter(int64_t ring, int64_t timeout);
/* Any thread. Makes the running jev_enter, or else the next one, return without waiting. */
JEV_EXPORT int32_t jev_wakeup(int64_t ring);
/* Frees everything but the descriptors that are attached. */
JEV_EXPORT void jev_destroy(int64_t ring);

/* Watch a signal (on = 1) or stop (on = 0), at once. SIGNALLED follows each time. Any thread, one at a time
 * per ring. */
JEV_EXPORT int32_t jev_watch_signal(int64_t ring, int32_t signal, int32_t on);

/* 0 when descriptor fd can be watched by that engine, else the error that watching would meet. */
JEV_EXPORT int32_t jev_check(int32_t engine, int32_t fd);

/* ---- Memory ---- */
JEV_EXPORT int64_t jev_alloc(int64_t size);              /* 64-byte aligned, zeroed; 0 when there is none */
JEV_EXPORT void jev_free(int64_t address, int64_t size); /* as allocated; address 0: nothing */

/* ---- Descriptors and sockets (no ring; addresses are native memory) ---- */

enum { JEV_STREAM = 1, JEV_DATAGRAM = 2 };

/* New descriptors are non-blocking and close-on-exec: on Windows, not inherited. Pairs and pipes are
 * connections of the loopback there, as pipes cannot be waited for. Sockets bind their addresses for
 * themselves alone. */
JEV_EXPORT int32_t jev_socket(int32_t family, int32_t type);
JEV_EXPORT int32_t jev_socketpair(int32_t family, int32_t type, int64_t out); /* two int32_t at out */
JEV_EXPORT int32_t jev_pipe(int64_t out); /* two int32_t at out: read end, write end */
JEV_EXPORT int32_t jev_open(int64_t path,
                            int32_t write); /* a file, by zero-terminated path; write: create or truncate */
/* Another descriptor of the same open file, close-on-exec, never one of the standard streams' numbers. It
 * shares the file's mode with all the others: blocking or not. -ENOSYS on Windows. */
JEV_EXPORT int32_t jev_duplicate(int32_t fd);
JEV_EXPORT int32_t jev_close(int32_t fd);
JEV_EXPORT int32_t jev_bind(int32_t fd, int64_t address);
JEV_EXPORT int32_t jev_listen(int32_t fd, int32_t backlog);
JEV_EXPORT int32_t jev_accept(int32_t fd, int64_t address); /* address: where the peer's goes, or 0 */
JEV_EXPORT int32_t jev_connect(int32_t fd, int64_t address);
JEV_EXPORT int32_t jev_shutdown(int32_t fd, int32_t how); /* 1 reading, 2 writing, 3 both */
JEV_EXPORT int32_t jev_local_address(int32_t fd, int64_t address);
JEV_EXPORT int32_t jev_peer_address(int32_t fd, int64_t address);
/* The system's read and write: for sockets, pipes and whatever else a descriptor may be. */
JEV_EXPORT int64_t jev_read(int32_t fd, int64_t memory, int64_t length);
JEV_EXPORT int64_t jev_write(int32_t fd, int64_t memory, int64_t length);
/* From a position of a file. On Windows the file's position moves along. */
JEV_EXPORT int64_t jev_read_at(int32_t fd, int64_t memory, int64_t length, int64_t position);
JEV_EXPORT int64_t jev_receive_from(int32_t fd, int64_t memory, int64_t length, int64_t address);
JEV_EXPORT int64_t jev_send_to(int32_t fd, int64_t memory, int64_t length, int64_t address);

enum {
  JEV_OPT_ERROR = 1,       /* get: the pending error as a result has it, not negated; cleared */
  JEV_OPT_NONBLOCKING = 2, /* Windows: set only */
  JEV_OPT_CLOSE_ON_EXEC = 3,
  JEV_OPT_REUSE_ADDRESS = 4, /* Windows: nothing for streams, where it would take addresses from others */
  JEV_OPT_REUSE_PORT = 5,
  JEV_OPT_NO_DELAY = 6,
  JEV_OPT_KEEP_ALIVE = 7,
  JEV_OPT_KEEP_IDLE = 8, /* seconds */
  JEV_OPT_KEEP_INTERVAL = 9,
  JEV_OPT_KEEP_COUNT = 10,
  JEV_OPT_SEND_BUFFER = 11,
  JEV_OPT_RECEIVE_BUFFER = 12,
  JEV_OPT_LINGER = 13, /* seconds, -1: off */
  JEV_OPT_IPV6_ONLY = 14,
  JEV_OPT_BROADCAST = 15,
  JEV_OPT_DEFER_ACCEPT = 16,       /* seconds */
  JEV_OPT_AVAILABLE = 17,          /* get: bytes that can be read */
  JEV_OPT_PATH_MTU_DISCOVERY = 18, /* Linux: 0 or 1; 0 also ignores what routers say of the path */
  JEV_OPT_LISTENING = 19,          /* get: 1 when listening */
  JEV_OPT_READY = 20,              /* get: of JEV_READ and JEV_WRITE what would not wait; POSIX only */
  JEV_OPT_TERMINAL = 21            /* get: 1 when it is a terminal */
};
/* -ENOPROTOOPT where the platform has no such option. */
JEV_EXPORT int32_t jev_set_option(int32_t fd, int32_t option, int32_t value);
/* The value, or a negated errno. A linger that is off is INT32_MIN. */
JEV_EXPORT int32_t jev_get_option(int32_t fd, int32_t option);

/* The platform's number of a signal by its portable index, or -EINVAL: HUP 1, INT 2, QUIT 3, USR1 4, USR2 5,
 * PIPE 6, ALRM 7, TERM 8, CHLD 9, CONT 10, TSTP 11, WINCH 12, IO 13, URG 14, BREAK 15. Windows has INT, BREAK
 * and TERM, which its console sends. */
JEV_EXPORT int32_t jev_signal_number(int32_t index);
/* Sends a signal to this process. On Windows the watching rings of this process get it; without any, the
 * process ends with code 3. */
JEV_EXPORT int32_t jev_raise(int32_t signal);

/* ---- Names ---- */

/* Writes the system's configuration of name servers, as the text of a resolv.conf without a zero at its end.
 * Lines after "scope DOMAIN" are for the names within that domain. Returns its bytes, of which at most size
 * are written; 0: there is no server. -ENOSYS: the system has /etc/resolv.conf, which says as much. Any
 * thread; it may take some milliseconds. */
JEV_EXPORT int32_t jev_dns_config(int64_t out, int32_t size);

#endif
