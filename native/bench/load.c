/*
 * Clients for servers that answer line by line, all in one thread, checking every byte of the answers.
 *
 *   load [-c connections] [-d depth] [-l length] [-s seconds] [-w seconds]
 *        [-m rot13|echo] [-k] [-i idle [-h]] [-p pid [-S]] [-b] PORT
 *   load -V
 *
 * Each connection to 127.0.0.1:PORT keeps `depth` lines of `length` bytes (newline included) under way; as
 * soon as an answer is complete the next line leaves. With -k each connection sends one line, checks its
 * answer and closes, and the next one takes its place. -i keeps that many connections open beside the
 * others, which send nothing, or with -h half a line. After -w seconds of warm-up it counts for -s seconds.
 *
 * Printed on one line as key=value: lines per second; percentiles of the time from sending a line (with -k:
 * from connecting) to its complete answer; how busy these clients kept their processor. Of the server with
 * process id `pid`: the processor time per line, the resident memory, how much of it an idle connection
 * takes, and how busy other processes were. With -S also its system calls per line, for which the kernel
 * must allow counting; that slows the server down.
 *
 * -b prints "begin" when the counted time begins, and keeps the connections, after all is printed, until its
 * standard input ends. -V prints the compiler.
 */
#include "load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings settings = {
    .connections = 64, .depth = 1, .length = 64, .seconds = 3, .warm_up = 1, .rot13 = true};

static _Noreturn void usage(void) {
  fprintf(stderr,
          "usage: load [-c connections] [-d depth] [-l length] [-s seconds] [-w seconds] [-m rot13|echo]\n"
          "            [-k] [-i idle [-h]] [-p pid [-S]] [-b] PORT\n"
          "       load -V\n");
  exit(2);
}

static void take_option(int option) {
  switch (option) {
    case 'c':
      settings.connections = number(optarg, 1, MAX_CONNECTIONS);
      break;
    case 'd':
      settings.depth = number(optarg, 1, MAX_DEPTH);
      break;
    case 'l':
      settings.length = number(optarg, 1, MAX_LENGTH);
      break;
    case 's':
      settings.seconds = number(optarg, 1, MAX_SECONDS);
      break;
    case 'w':
      settings.warm_up = number(optarg, 0, MAX_SECONDS);
      break;
    case 'i':
      settings.idle = number(optarg, 0, MAX_CONNECTIONS);
      break;
    case 'p':
      settings.server = number(optarg, 1, INT32_MAX);
      break;
    case 'h':
      settings.half_lines = true;
      break;
    case 'k':
      settings.churn = true;
      break;
    case 'S':
      settings.count_calls = true;
      break;
    case 'b':
      settings.announce = true;
      break;
    case 'V':
#ifdef __clang__
      puts(__VERSION__);
#else
      puts("GCC " __VERSION__);
#endif
      exit(0);
    case 'm':
      settings.rot13 = strcmp(optarg, "rot13") == 0;
      if (!settings.rot13 && strcmp(optarg, "echo") != 0) {
        usage();
      }
      break;
    default:
      usage();
  }
}

static void parse(int argc, char **argv) {
  static const char OPTIONS[] = "c:d:l:s:w:m:i:p:hkSbV";
  for (int option = getopt(argc, argv, OPTIONS); option >= 0; option = getopt(argc, argv, OPTIONS)) {
    take_option(option);
  }
  if (optind != argc - 1 || (settings.count_calls && settings.server == 0) ||
      (settings.churn && settings.depth > 1)) {
    usage();
  }
  settings.port = number(argv[optind], 1, 65535);
}

int main(int argc, char **argv) {
  parse(argc, argv);
  allow_descriptors();
  prepare_clients();
  open_idle();
  run_clients_until(now() + settings.warm_up * SECOND);
  if (settings.announce) {
    puts("begin");
    fflush(stdout);
  }
  count_from_here();
  run_clients_until(now() + settings.seconds * SECOND);
  stop_counting();
  check_idle();
  print_figures(stdout);
  print_idle(stdout);
  putchar('\n');
  fflush(stdout);
  while (settings.announce && getchar() != EOF) {
  }
  close_clients();
  close_idle();
  return 0;
}
