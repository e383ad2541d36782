/*
 * The functions of the contract under the names by which a JVM binds native methods of
 * org.jevent.engine.ring.Shim. The two leading arguments are the environment and the class; jni.h is not
 * needed as they are not used.
 */
#include "jevent.h"

/* 32-bit Windows: the JVM's calling convention, and the decorated name it looks for. GCC and Clang would
 * decorate the name differently. */
#if defined(_WIN32) && !defined(_WIN64)
#define JEV_JNI __stdcall
#else
#define JEV_JNI
#endif
#if defined(_WIN32) && !defined(_WIN64) && defined(__GNUC__)
#define JEV_NAMED(name) __asm__("_Java_org_jevent_engine_ring_" #name)
#else
#define JEV_NAMED(name)
#endif

#define CALLER void *env, void *owner

#define NATIVE(type, name, parameters)                                                   \
  JEV_EXPORT type JEV_JNI Java_org_jevent_engine_ring_##name parameters JEV_NAMED(name); \
  JEV_EXPORT type JEV_JNI Java_org_jevent_engine_ring_##name parameters

#define FORWARD(type, name, parameters, function, arguments) \
  NATIVE(type, Shim_##name, parameters) {                    \
    (void)env;                                               \
    (void)owner;                                             \
    return function arguments;                               \
  }

FORWARD(int32_t, abiVersion, (CALLER), jev_abi_version, ())
FORWARD(int64_t, layout, (CALLER, int32_t key), jev_layout, (key))
FORWARD(int32_t, errno, (CALLER, int32_t key), jev_errno, (key))
FORWARD(int32_t, engineStatus, (CALLER, int32_t engine), jev_engine_status, (engine))
FORWARD(int32_t, engineReason, (CALLER, int32_t engine, int64_t out, int32_t size), jev_engine_reason,
        (engine, out, size))
FORWARD(int32_t, engineEmulated, (CALLER, int32_t engine), jev_engine_emulated, (engine))
FORWARD(int32_t, engineFeatures, (CALLER, int32_t engine), jev_engine_features, (engine))
FORWARD(int64_t, create,
        (CALLER, int32_t engine, int32_t entries, int32_t buffers, int32_t buffer_size, int32_t flags),
        jev_create, (engine, entries, buffers, buffer_size, flags))
FORWARD(int64_t, block, (CALLER, int64_t ring), jev_block, (ring))
FORWARD(int64_t, blockSize, (CALLER, int64_t ring), jev_block_size, (ring))
FORWARD(int32_t, enter, (CALLER, int64_t ring, int64_t timeout), jev_enter, (ring, timeout))
FORWARD(int32_t, wakeup, (CALLER, int64_t ring), jev_wakeup, (ring))
NATIVE(void, Shim_destroy, (CALLER, int64_t ring)) {
  (void)env;
  (void)owner;
  jev_destroy(ring);
}

FORWARD(int32_t, watchSignal, (CALLER, int64_t ring, int32_t signal, int32_t on), jev_watch_signal,
        (ring, signal, on))
FORWARD(int32_t, check, (CALLER, int32_t engine, int32_t fd), jev_check, (engine, fd))
FORWARD(int64_t, alloc, (CALLER, int64_t size), jev_alloc, (size))
NATIVE(void, Shim_free, (CALLER, int64_t address)) {
  (void)env;
  (void)owner;
  jev_free(address);
}

FORWARD(int32_t, socket, (CALLER, int32_t family, int32_t type), jev_socket, (family, type))
FORWARD(int32_t, socketpair, (CALLER, int32_t family, int32_t type, int64_t out), jev_socketpair,
        (family, type, out))
FORWARD(int32_t, pipe, (CALLER, int64_t out), jev_pipe, (out))
FORWARD(int32_t, open, (CALLER, int64_t path, int32_t write), jev_open, (path, write))
FORWARD(int32_t, duplicate, (CALLER, int32_t fd), jev_duplicate, (fd))
FORWARD(int32_t, close, (CALLER, int32_t fd), jev_close, (fd))
FORWARD(int32_t, bind, (CALLER, int32_t fd, int64_t address), jev_bind, (fd, address))
FORWARD(int32_t, listen, (CALLER, int32_t fd, int32_t backlog), jev_listen, (fd, backlog))
FORWARD(int32_t, accept, (CALLER, int32_t fd, int64_t address), jev_accept, (fd, address))
FORWARD(int32_t, connect, (CALLER, int32_t fd, int64_t address), jev_connect, (fd, address))
FORWARD(int32_t, shutdown, (CALLER, int32_t fd, int32_t how), jev_shutdown, (fd, how))
FORWARD(int32_t, localAddress, (CALLER, int32_t fd, int64_t address), jev_local_address, (fd, address))
FORWARD(int32_t, peerAddress, (CALLER, int32_t fd, int64_t address), jev_peer_address, (fd, address))
FORWARD(int64_t, read, (CALLER, int32_t fd, int64_t memory, int64_t length), jev_read, (fd, memory, length))
FORWARD(int64_t, readAt, (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t position), jev_read_at,
        (fd, memory, length, position))
FORWARD(int64_t, write, (CALLER, int32_t fd, int64_t memory, int64_t length), jev_write, (fd, memory, length))
FORWARD(int64_t, receiveFrom, (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t address),
        jev_receive_from, (fd, memory, length, address))
FORWARD(int64_t, sendTo, (CALLER, int32_t fd, int64_t memory, int64_t length, int64_t address), jev_send_to,
        (fd, memory, length, address))
FORWARD(int32_t, setOption, (CALLER, int32_t fd, int32_t option, int32_t value), jev_set_option,
        (fd, option, value))
FORWARD(int32_t, getOption, (CALLER, int32_t fd, int32_t option), jev_get_option, (fd, option))
FORWARD(int32_t, signalNumber, (CALLER, int32_t index), jev_signal_number, (index))
FORWARD(int32_t, raise, (CALLER, int32_t signal), jev_raise, (signal))

/*
 * Memory for org.jevent.engine.ring.JniMemory. The environment is a pointer to a table of functions whose
 * order the JNI specification fixes.
 */
enum { NEW_DIRECT_BYTE_BUFFER = 229, GET_DIRECT_BUFFER_ADDRESS = 230 };

typedef void (*jni_function)(void);
typedef void *(JEV_JNI *new_direct_byte_buffer)(void *env, void *address, int64_t capacity);
typedef void *(JEV_JNI *get_direct_buffer_address)(void *env, void *buffer);

static jni_function function(void *env, int index) { return (*(jni_function **)env)[index]; }

NATIVE(void *, JniMemory_newBuffer, (CALLER, int64_t address, int64_t size)) {
  (void)owner;
  new_direct_byte_buffer make = (new_direct_byte_buffer)function(env, NEW_DIRECT_BYTE_BUFFER);
  return make(env, (void *)(intptr_t)address, size); /* NOLINT */
}

NATIVE(int64_t, JniMemory_addressOf, (CALLER, void *buffer)) {
  (void)owner;
  get_direct_buffer_address get = (get_direct_buffer_address)function(env, GET_DIRECT_BUFFER_ADDRESS);
  return (int64_t)(uintptr_t)get(env, buffer);
}
