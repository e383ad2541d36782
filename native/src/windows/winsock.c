/* Winsock itself: made ready once, and the mode of its sockets. */
#include "windows/windows_api.h"

static INIT_ONCE begun = INIT_ONCE_STATIC_INIT;

static BOOL CALLBACK begin(PINIT_ONCE once, PVOID result, PVOID *context) {
  (void)once;
  (void)context;
  WSADATA data;
  *(int *)result = WSAStartup(MAKEWORD(2, 2), &data);
  return *(int *)result == 0;
}

int32_t jev_winsock(void) {
  int error = 0;
  if (!InitOnceExecuteOnce(&begun, begin, &error, NULL)) {
    return error != 0 ? jev_windows_error((uint32_t)error) : jev_system_error();
  }
  return 0;
}

int32_t jev_set_nonblocking(int32_t fd, bool on) {
  u_long value = on;
  return ioctlsocket(jev_socket_of(fd), (long)FIONBIO, &value) == 0 ? 0 : jev_socket_error_of(fd);
}
