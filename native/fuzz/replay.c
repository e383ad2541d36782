/* Runs a fuzz target on the files and directories it is given, where libFuzzer is not: replay [PATH]... */
#include <dirent.h>

#include "input.h"

enum { MAX = 1 << 16, PATH = 4096 };

static int run_file(const char *path) {
  static uint8_t bytes[MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  /* In memory of its size, so that a sanitizer sees what is read beyond it. */
  uint8_t *copy = malloc(size + 1);
  REQUIRE(copy != NULL);
  memcpy(copy, bytes, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
  return 1;
}

static int run(const char *path) {
  DIR *directory = opendir(path);
  if (directory == NULL) {
    return run_file(path);
  }
  int count = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    char name[PATH];
    if (entry->d_name[0] != '.') {
      snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
      count += run_file(name);
    }
  }
  closedir(directory);
  return count;
}

int main(int argc, char **argv) {
  int count = 0;
  for (int i = 1; i < argc; i++) {
    count += run(argv[i]);
  }
  printf("%d inputs\n", count);
  return count > 0 ? 0 : 1;
}
