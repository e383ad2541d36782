/* What is read and written on Windows, socket or not. */
#include <errno.h>
#include <stdlib.h>

#include "windows/windows_api.h"

enum { MAX_AT_ONCE = 1 << 30 };

static DWORD max(int64_t length) { return length < MAX_AT_ONCE ? (DWORD)length : MAX_AT_ONCE; }

/* A path as Windows wants it, to be freed, or NULL and an error. */
static WCHAR *to_wide(const char *path, int32_t *error) {
  *error = 0;
  int count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
  WCHAR *wide = count > 0 ? malloc((size_t)count * sizeof *wide) : NULL;
  if (count <= 0) {
    *error = jev_system_error();
  } else if (wide == NULL) {
    *error = -ENOMEM;
  } else if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, count) <= 0) {
    *error = jev_system_error();
    free(wide);
    wide = NULL;
  }
  return wide;
}

/* Denied may mean that it is a directory. */
static int32_t open_error(const WCHAR *name) {
  uint32_t code = GetLastError();
  DWORD attributes = code == ERROR_ACCESS_DENIED ? GetFileAttributesW(name) : INVALID_FILE_ATTRIBUTES;
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return -(EISDIR | (ERROR_ACCESS_DENIED << JEV_ERRNO_BITS));
  }
  return jev_windows_error(code);
}

int32_t jev_open(int64_t path, int32_t write) {
  if (path <= 0) {
    return -EINVAL;
  }
  int32_t error;
  WCHAR *name = to_wide((const char *)(intptr_t)path, &error); /* NOLINT */
  if (name == NULL) {
    return error;
  }
  HANDLE file = CreateFileW(name, write != 0 ? GENERIC_WRITE : GENERIC_READ,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                            write != 0 ? CREATE_ALWAYS : OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  int32_t result = file == INVALID_HANDLE_VALUE ? open_error(name) : jev_descriptor_of((uintptr_t)file);
  free(name);
  return result;
}

/* Winsock does not know the option, or the library does not need it. */
static bool is_no_socket(int64_t result) {
  int64_t code = result < 0 ? -result >> JEV_ERRNO_BITS : 0;
  return code == WSAENOTSOCK || code == WSANOTINITIALISED;
}

/* At the end nothing is read. */
static int64_t read_file(int32_t fd, void *target, int64_t length, OVERLAPPED *from) {
  DWORD count = 0;
  if (ReadFile(jev_handle_of(fd), target, max(length), &count, from)) {
    return count;
  }
  bool ended = GetLastError() == ERROR_HANDLE_EOF || GetLastError() == ERROR_BROKEN_PIPE;
  return ended ? 0 : jev_system_error();
}

int64_t jev_read(int32_t fd, int64_t memory, int64_t length) {
  void *target = (void *)(intptr_t)memory; /* NOLINT */
  if (length < 0) {
    return -EINVAL;
  }
  int64_t count = jev_receive(fd, target, (size_t)length);
  return is_no_socket(count) ? read_file(fd, target, length, NULL) : count;
}

/* The file's position moves along. */
int64_t jev_read_at(int32_t fd, int64_t memory, int64_t length, int64_t position) {
  if (length < 0 || position < 0) {
    return -EINVAL;
  }
  OVERLAPPED from = {0};
  from.Offset = (DWORD)(position & MAXDWORD);
  from.OffsetHigh = (DWORD)(position >> 32);
  return read_file(fd, (void *)(intptr_t)memory, length, &from); /* NOLINT */
}

int64_t jev_write(int32_t fd, int64_t memory, int64_t length) {
  void *source = (void *)(intptr_t)memory; /* NOLINT */
  if (length < 0) {
    return -EINVAL;
  }
  const struct iovec vector = {.iov_base = source, .iov_len = (size_t)length};
  int64_t sent = jev_send(fd, &vector, 1);
  if (!is_no_socket(sent)) {
    return sent;
  }
  DWORD count = 0;
  return WriteFile(jev_handle_of(fd), source, max(length), &count, NULL) ? (int64_t)count
                                                                         : jev_system_error();
}
