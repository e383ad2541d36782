/* The system's name servers: text that a reader of resolv.conf understands, whatever room there is for it. */

#include "support.h"

enum { ROOM = 16 * 1024 };

#if defined(_WIN32) || defined(__APPLE__)
static const bool HAS_MORE_THAN_A_FILE = true;
#else
static const bool HAS_MORE_THAN_A_FILE = false;
#endif

static bool begins(const char *line, const char *word) { return strncmp(line, word, strlen(word)) == 0; }

static void the_system_names_its_servers_or_has_a_file(void) {
  static char text[ROOM];
  int32_t length = jev_dns_config(at(text), ROOM - 1);
  if (!HAS_MORE_THAN_A_FILE) {
    CHECK_RESULT(length, -ENOSYS);
    return;
  }
  CHECK(length >= 0 && length < ROOM);
  text[length] = 0;
  CHECK(length == 0 || text[length - 1] == '\n');
  for (const char *line = text; *line != 0; line = strchr(line, '\n') + 1) {
    CHECK(begins(line, "nameserver ") || begins(line, "search ") || begins(line, "domain ") ||
          begins(line, "options ") || begins(line, "scope "));
  }
}

static void without_room_nothing_is_written(void) {
  char text[3] = {'a', 'b', 'c'};
  int32_t length = jev_dns_config(0, 0);
  CHECK_EQ(jev_dns_config(at(text), 1), length);
  CHECK(text[1] == 'b' && text[2] == 'c');
  CHECK_EQ(jev_dns_config(at(text + 1), -1), length);
  CHECK(text[1] == 'b');
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(the_system_names_its_servers_or_has_a_file),
      CASE(without_room_nothing_is_written),
  };
  return RUN_CASES(CASES);
}
