/*
 * The functions of the contract under the names by which a JVM binds native methods of
 * org.jevent.engine.ring.Shim. The two leading arguments are the environment and the class; jni.h is not
 * needed as they are not used.
 */
#include "jevent.h"

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_abiVersion(void *env, void *owner);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_abiVersion(void *env, void *owner) {
  (void)env;
  (void)owner;
  return jev_abi_version();
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_layout(void *env, void *owner, int32_t key);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_layout(void *env, void *owner, int32_t key) {
  (void)env;
  (void)owner;
  return jev_layout(key);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_errno(void *env, void *owner, int32_t key);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_errno(void *env, void *owner, int32_t key) {
  (void)env;
  (void)owner;
  return jev_errno(key);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineStatus(void *env, void *owner, int32_t engine);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineStatus(void *env, void *owner, int32_t engine) {
  (void)env;
  (void)owner;
  return jev_engine_status(engine);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineReason(void *env, void *owner, int32_t engine,
                                                                 int64_t out, int32_t size);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineReason(void *env, void *owner, int32_t engine,
                                                                 int64_t out, int32_t size) {
  (void)env;
  (void)owner;
  return jev_engine_reason(engine, out, size);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineEmulated(void *env, void *owner, int32_t engine);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineEmulated(void *env, void *owner, int32_t engine) {
  (void)env;
  (void)owner;
  return jev_engine_emulated(engine);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineFeatures(void *env, void *owner, int32_t engine);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_engineFeatures(void *env, void *owner, int32_t engine) {
  (void)env;
  (void)owner;
  return jev_engine_features(engine);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_create(void *env, void *owner, int32_t engine,
                                                           int32_t entries, int32_t buffers,
                                                           int32_t buffer_size, int32_t flags);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_create(void *env, void *owner, int32_t engine,
                                                           int32_t entries, int32_t buffers,
                                                           int32_t buffer_size, int32_t flags) {
  (void)env;
  (void)owner;
  return jev_create(engine, entries, buffers, buffer_size, flags);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_block(void *env, void *owner, int64_t ring);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_block(void *env, void *owner, int64_t ring) {
  (void)env;
  (void)owner;
  return jev_block(ring);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_blockSize(void *env, void *owner, int64_t ring);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_blockSize(void *env, void *owner, int64_t ring) {
  (void)env;
  (void)owner;
  return jev_block_size(ring);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_enter(void *env, void *owner, int64_t ring,
                                                          int64_t timeout);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_enter(void *env, void *owner, int64_t ring,
                                                          int64_t timeout) {
  (void)env;
  (void)owner;
  return jev_enter(ring, timeout);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_wakeup(void *env, void *owner, int64_t ring);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_wakeup(void *env, void *owner, int64_t ring) {
  (void)env;
  (void)owner;
  return jev_wakeup(ring);
}

JEV_EXPORT void Java_org_jevent_engine_ring_Shim_destroy(void *env, void *owner, int64_t ring);
JEV_EXPORT void Java_org_jevent_engine_ring_Shim_destroy(void *env, void *owner, int64_t ring) {
  (void)env;
  (void)owner;
  jev_destroy(ring);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_watchSignal(void *env, void *owner, int64_t ring,
                                                                int32_t signal, int32_t on);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_watchSignal(void *env, void *owner, int64_t ring,
                                                                int32_t signal, int32_t on) {
  (void)env;
  (void)owner;
  return jev_watch_signal(ring, signal, on);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_check(void *env, void *owner, int32_t engine, int32_t fd);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_check(void *env, void *owner, int32_t engine,
                                                          int32_t fd) {
  (void)env;
  (void)owner;
  return jev_check(engine, fd);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_alloc(void *env, void *owner, int64_t size);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_alloc(void *env, void *owner, int64_t size) {
  (void)env;
  (void)owner;
  return jev_alloc(size);
}

JEV_EXPORT void Java_org_jevent_engine_ring_Shim_free(void *env, void *owner, int64_t address);
JEV_EXPORT void Java_org_jevent_engine_ring_Shim_free(void *env, void *owner, int64_t address) {
  (void)env;
  (void)owner;
  jev_free(address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_socket(void *env, void *owner, int32_t family,
                                                           int32_t type);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_socket(void *env, void *owner, int32_t family,
                                                           int32_t type) {
  (void)env;
  (void)owner;
  return jev_socket(family, type);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_socketpair(void *env, void *owner, int32_t family,
                                                               int32_t type, int64_t out);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_socketpair(void *env, void *owner, int32_t family,
                                                               int32_t type, int64_t out) {
  (void)env;
  (void)owner;
  return jev_socketpair(family, type, out);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_pipe(void *env, void *owner, int64_t out);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_pipe(void *env, void *owner, int64_t out) {
  (void)env;
  (void)owner;
  return jev_pipe(out);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_open(void *env, void *owner, int64_t path, int32_t write);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_open(void *env, void *owner, int64_t path,
                                                         int32_t write) {
  (void)env;
  (void)owner;
  return jev_open(path, write);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_close(void *env, void *owner, int32_t fd);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_close(void *env, void *owner, int32_t fd) {
  (void)env;
  (void)owner;
  return jev_close(fd);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_bind(void *env, void *owner, int32_t fd, int64_t address);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_bind(void *env, void *owner, int32_t fd,
                                                         int64_t address) {
  (void)env;
  (void)owner;
  return jev_bind(fd, address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_listen(void *env, void *owner, int32_t fd,
                                                           int32_t backlog);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_listen(void *env, void *owner, int32_t fd,
                                                           int32_t backlog) {
  (void)env;
  (void)owner;
  return jev_listen(fd, backlog);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_accept(void *env, void *owner, int32_t fd,
                                                           int64_t address);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_accept(void *env, void *owner, int32_t fd,
                                                           int64_t address) {
  (void)env;
  (void)owner;
  return jev_accept(fd, address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_connect(void *env, void *owner, int32_t fd,
                                                            int64_t address);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_connect(void *env, void *owner, int32_t fd,
                                                            int64_t address) {
  (void)env;
  (void)owner;
  return jev_connect(fd, address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_shutdown(void *env, void *owner, int32_t fd, int32_t how);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_shutdown(void *env, void *owner, int32_t fd,
                                                             int32_t how) {
  (void)env;
  (void)owner;
  return jev_shutdown(fd, how);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_localAddress(void *env, void *owner, int32_t fd,
                                                                 int64_t address);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_localAddress(void *env, void *owner, int32_t fd,
                                                                 int64_t address) {
  (void)env;
  (void)owner;
  return jev_local_address(fd, address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_peerAddress(void *env, void *owner, int32_t fd,
                                                                int64_t address);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_peerAddress(void *env, void *owner, int32_t fd,
                                                                int64_t address) {
  (void)env;
  (void)owner;
  return jev_peer_address(fd, address);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_read(void *env, void *owner, int32_t fd, int64_t memory,
                                                         int64_t length);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_read(void *env, void *owner, int32_t fd, int64_t memory,
                                                         int64_t length) {
  (void)env;
  (void)owner;
  return jev_read(fd, memory, length);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_readAt(void *env, void *owner, int32_t fd, int64_t memory,
                                                           int64_t length, int64_t position);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_readAt(void *env, void *owner, int32_t fd, int64_t memory,
                                                           int64_t length, int64_t position) {
  (void)env;
  (void)owner;
  return jev_read_at(fd, memory, length, position);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_write(void *env, void *owner, int32_t fd, int64_t memory,
                                                          int64_t length);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_write(void *env, void *owner, int32_t fd, int64_t memory,
                                                          int64_t length) {
  (void)env;
  (void)owner;
  return jev_write(fd, memory, length);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_receiveFrom(void *env, void *owner, int32_t fd,
                                                                int64_t memory, int64_t length,
                                                                int64_t address);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_receiveFrom(void *env, void *owner, int32_t fd,
                                                                int64_t memory, int64_t length,
                                                                int64_t address) {
  (void)env;
  (void)owner;
  return jev_receive_from(fd, memory, length, address);
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_sendTo(void *env, void *owner, int32_t fd, int64_t memory,
                                                           int64_t length, int64_t address);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_Shim_sendTo(void *env, void *owner, int32_t fd, int64_t memory,
                                                           int64_t length, int64_t address) {
  (void)env;
  (void)owner;
  return jev_send_to(fd, memory, length, address);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_setOption(void *env, void *owner, int32_t fd,
                                                              int32_t option, int32_t value);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_setOption(void *env, void *owner, int32_t fd,
                                                              int32_t option, int32_t value) {
  (void)env;
  (void)owner;
  return jev_set_option(fd, option, value);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_getOption(void *env, void *owner, int32_t fd,
                                                              int32_t option);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_getOption(void *env, void *owner, int32_t fd,
                                                              int32_t option) {
  (void)env;
  (void)owner;
  return jev_get_option(fd, option);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_signalNumber(void *env, void *owner, int32_t index);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_signalNumber(void *env, void *owner, int32_t index) {
  (void)env;
  (void)owner;
  return jev_signal_number(index);
}

JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_raise(void *env, void *owner, int32_t signal);
JEV_EXPORT int32_t Java_org_jevent_engine_ring_Shim_raise(void *env, void *owner, int32_t signal) {
  (void)env;
  (void)owner;
  return jev_raise(signal);
}

/*
 * Memory for org.jevent.engine.ring.JniMemory. The environment is a pointer to a table of functions whose
 * order the JNI specification fixes.
 */
enum { NEW_DIRECT_BYTE_BUFFER = 229, GET_DIRECT_BUFFER_ADDRESS = 230 };

typedef void (*jni_function)(void);
typedef void *(*new_direct_byte_buffer)(void *env, void *address, int64_t capacity);
typedef void *(*get_direct_buffer_address)(void *env, void *buffer);

static jni_function function(void *env, int index) { return (*(jni_function **)env)[index]; }

JEV_EXPORT void *Java_org_jevent_engine_ring_JniMemory_newBuffer(void *env, void *owner, int64_t address,
                                                                 int64_t size);
JEV_EXPORT void *Java_org_jevent_engine_ring_JniMemory_newBuffer(void *env, void *owner, int64_t address,
                                                                 int64_t size) {
  (void)owner;
  new_direct_byte_buffer make = (new_direct_byte_buffer)function(env, NEW_DIRECT_BYTE_BUFFER);
  return make(env, (void *)(intptr_t)address, size); /* NOLINT */
}

JEV_EXPORT int64_t Java_org_jevent_engine_ring_JniMemory_addressOf(void *env, void *owner, void *buffer);
JEV_EXPORT int64_t Java_org_jevent_engine_ring_JniMemory_addressOf(void *env, void *owner, void *buffer) {
  (void)owner;
  get_direct_buffer_address get = (get_direct_buffer_address)function(env, GET_DIRECT_BUFFER_ADDRESS);
  return (int64_t)(intptr_t)get(env, buffer);
}
