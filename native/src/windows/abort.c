/* The end of a process that has failed, on Windows, where no C runtime could print or abort. */
#define WIN32_LEAN_AND_MEAN
#include "core/abort.h"

#include <windows.h>

enum { ABORTED = 3 }; /* the code with which the C runtime's abort() ends a process */

static void print(const char *text) {
  DWORD length = 0;
  DWORD written;
  while (text[length] != 0) {
    length++;
  }
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, length, &written, NULL);
}

void jev_abort(const char *message) {
  print("jevent: ");
  print(message);
  print("\n");
  ExitProcess(ABORTED);
}
