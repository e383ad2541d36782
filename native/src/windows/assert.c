/* A failed assertion on Windows, where the library has no C runtime to print or abort with. */
#include "core/jev_assert.h"

#if defined(JEVENT_ASSERT)

#include "windows/windows_api.h"

enum { ABORTED = 3 }; /* the code with which the C runtime's abort() ends a process */

static void print(const char *text) {
  DWORD length = 0;
  DWORD written;
  while (text[length] != 0) {
    length++;
  }
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, length, &written, NULL);
}

static void print_number(int number) {
  char digits[12];
  char *first = &digits[sizeof digits - 1];
  *first = 0;
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  print(first);
}

void jev_assert_failed(const char *expression, const char *file, int line) {
  print("jevent: assertion failed: ");
  print(expression);
  print(", ");
  print(file);
  print(":");
  print_number(line);
  print("\n");
  ExitProcess(ABORTED);
}

#endif
