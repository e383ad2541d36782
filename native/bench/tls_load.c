/*
 * Clients for servers that answer requests of a fixed size over TLS, all in one thread, checking every byte.
 *
 *   tls_load [-c connections] [-q request] [-a answer] [-s seconds] [-w seconds] [-W answers]
 *            [-k [-r]] [-n] [-p pid] PORT
 *   tls_load -i idle [-n] PORT
 *   tls_load -V
 *
 * A connection to 127.0.0.1:PORT begins with two numbers of 4 bytes, the high byte first: the bytes of a
 * request and of an answer. Then a request leaves, and the next one when its answer is complete. With -k each
 * connection has one request, and the next connection takes its place; with -r it offers the session of an
 * earlier one. After -w seconds of warm-up, and -W answers, it counts for -s seconds. -n is without TLS.
 *
 * Printed are the figures of `load`, and which part of the handshakes resumed a session. -i opens that many
 * connections, each with one small request, prints "idle", and keeps them until its standard input ends. -V
 * prints the version of OpenSSL.
 */
#include "tls_load.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <unistd.h>

#include "load.h"

enum { SMALL = 64, PATIENCE = 120 /* seconds for the answers of the warm-up */ };

struct settings settings = {.connections = 16, .depth = 1, .seconds = 3, .warm_up = 1};
struct tls_settings tls_settings = {.request = SMALL, .answer = SMALL};

static uint64_t warm_up_answers;

static _Noreturn void usage(void) {
  fprintf(stderr,
          "usage: tls_load [-c connections] [-q request] [-a answer] [-s seconds] [-w seconds]\n"
          "                [-W answers] [-k [-r]] [-n] [-p pid] PORT\n"
          "       tls_load -i idle [-n] PORT\n"
          "       tls_load -V\n");
  exit(2);
}

static void take_option(int option) {
  switch (option) {
    case 'c':
      settings.connections = number(optarg, 1, MAX_CONNECTIONS);
      break;
    case 'q':
      tls_settings.request = number(optarg, 1, MAX_MESSAGE);
      break;
    case 'a':
      tls_settings.answer = number(optarg, 1, MAX_MESSAGE);
      break;
    case 's':
      settings.seconds = number(optarg, 1, MAX_SECONDS);
      break;
    case 'w':
      settings.warm_up = number(optarg, 0, MAX_SECONDS);
      break;
    case 'W':
      warm_up_answers = (uint64_t)number(optarg, 0, INT32_MAX);
      break;
    case 'i':
      settings.idle = number(optarg, 1, MAX_CONNECTIONS);
      break;
    case 'p':
      settings.server = number(optarg, 1, INT32_MAX);
      break;
    case 'k':
      settings.churn = true;
      break;
    case 'r':
      tls_settings.resumes = true;
      break;
    case 'n':
      tls_settings.plain = true;
      break;
    case 'V':
      puts(OpenSSL_version(OPENSSL_VERSION));
      exit(0);
    default:
      usage();
  }
}

static void parse(int argc, char **argv) {
  static const char OPTIONS[] = "c:q:a:s:w:W:i:p:krnV";
  for (int option = getopt(argc, argv, OPTIONS); option >= 0; option = getopt(argc, argv, OPTIONS)) {
    take_option(option);
  }
  if (optind != argc - 1 || (tls_settings.resumes && (!settings.churn || tls_settings.plain))) {
    usage();
  }
  settings.port = number(argv[optind], 1, 65535);
  settings.length = tls_settings.request;
}

static void keep_idle(void) {
  tls_open_idle(settings.idle);
  puts("idle");
  fflush(stdout);
  while (getchar() != EOF) {
  }
}

static void warm_up(void) {
  int64_t begun = now();
  tls_run_until(begun + settings.warm_up * SECOND);
  while (tls_answers() < warm_up_answers && now() < begun + PATIENCE * SECOND) {
    tls_run_until(now() + SECOND / 10);
  }
}

int main(int argc, char **argv) {
  parse(argc, argv);
  allow_descriptors();
  if (settings.idle > 0) {
    keep_idle();
    return 0;
  }
  tls_prepare();
  warm_up();
  tls_print_resumed(NULL);
  count_from_here();
  tls_run_until(now() + settings.seconds * SECOND);
  stop_counting();
  print_figures(stdout);
  tls_print_resumed(stdout);
  putchar('\n');
  tls_close();
  return 0;
}
