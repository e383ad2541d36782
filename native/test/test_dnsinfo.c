/* macOS' configuration of name servers as text, from structures laid out as its systems do. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "posix/dnsinfo.h"
#include "support.h"

enum { ROOM = 1024 };

static struct sockaddr *ipv4(struct sockaddr_in *in, const char *address, uint16_t port) {
  *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
  CHECK_EQ(inet_pton(AF_INET, address, &in->sin_addr), 1);
  return (struct sockaddr *)in;
}

static struct sockaddr *ipv6(struct sockaddr_in6 *in6, const char *address, uint32_t scope) {
  *in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_scope_id = scope};
  CHECK_EQ(inet_pton(AF_INET6, address, &in6->sin6_addr), 1);
  return (struct sockaddr *)in6;
}

static void has_the_layout_of_the_system(void) {
  CHECK_EQ(offsetof(struct jev_dnsinfo, resolvers), 4);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, servers), 12);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, port), 20);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, search_count), 24);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, search), 28);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, sortlist), 40);
  CHECK_EQ(offsetof(struct jev_dnsinfo_resolver, options), 48);
}

static void expect_text(const struct jev_dnsinfo *info, const char *expected) {
  char out[ROOM];
  struct jev_text text = {.out = out, .room = sizeof out - 1};
  jev_dnsinfo_write(info, &text);
  CHECK(text.length < sizeof out);
  out[text.length] = 0;
  CHECK(strcmp(out, expected) == 0);
}

static void writes_the_default_its_search_and_each_scope(void) {
  struct sockaddr_in first;
  struct sockaddr_in6 second;
  struct sockaddr_in third;
  struct sockaddr *of_default[] = {ipv4(&first, "192.0.2.1", 0), ipv6(&second, "fe80::1:2", 7)};
  struct sockaddr *of_corp[] = {ipv4(&third, "198.51.100.255", 5353)};
  char *search[] = {"one.example", "two.example"};
  struct jev_dnsinfo_resolver defaults = {.server_count = 2, .servers = of_default};
  defaults.search_count = 2;
  defaults.search = search;
  defaults.options = "ndots:2";
  struct jev_dnsinfo_resolver corp = {.server_count = 1, .servers = of_corp};
  corp.domain = "corp.example";
  struct jev_dnsinfo_resolver multicast = {.server_count = 1, .servers = of_corp};
  multicast.domain = "local";
  multicast.options = "mdns";
  struct jev_dnsinfo_resolver none = {0};
  none.domain = "none.example";
  struct jev_dnsinfo_resolver *all[] = {&defaults, &multicast, &none, &corp};
  const struct jev_dnsinfo info = {.resolver_count = 4, .resolvers = all};
  expect_text(&info,
              "nameserver 192.0.2.1\n"
              "nameserver fe80:0:0:0:0:0:1:2%7\n"
              "search one.example two.example\n"
              "options ndots:2\n"
              "scope corp.example\n"
              "nameserver 198.51.100.255:5353\n");
}

static void a_port_of_the_resolver_is_that_of_its_servers(void) {
  struct sockaddr_in6 server;
  struct sockaddr *servers[] = {ipv6(&server, "2001:db8::1", 0)};
  struct jev_dnsinfo_resolver resolver = {.server_count = 1, .servers = servers};
  resolver.port = 54;
  resolver.domain = "one.example";
  struct jev_dnsinfo_resolver *all[] = {&resolver};
  const struct jev_dnsinfo info = {.resolver_count = 1, .resolvers = all};
  expect_text(&info, "nameserver [2001:db8:0:0:0:0:0:1]:54\ndomain one.example\n");
}

static void what_has_no_room_is_counted(void) {
  char out[4] = "abc";
  struct jev_text text = {.out = out, .room = 2};
  jev_text_add(&text, "12345");
  CHECK_EQ(text.length, 5);
  CHECK(strcmp(out, "12c") == 0);
}

int main(int argc, char **argv) {
  static const struct test_case CASES[] = {
      CASE(has_the_layout_of_the_system),
      CASE(writes_the_default_its_search_and_each_scope),
      CASE(a_port_of_the_resolver_is_that_of_its_servers),
      CASE(what_has_no_room_is_counted),
  };
  return RUN_CASES(CASES);
}
