/*
 * Name servers of Windows: those of the adapters that are up, best metric first, and the domains to search.
 * The libraries that know them are loaded when they are asked. Rules for single names (NRPT) and servers of
 * DNS over HTTPS are not visible here.
 */
#include "windows/windows_api.h"

/* The next header needs the previous one. */
#include <iphlpapi.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum { FIRST_SIZE = 16 * 1024, ATTEMPTS = 4, MAX_ADAPTERS = 64, MAX_VALUE = 512, SITE_SERVERS = 15 };

typedef ULONG(WINAPI *addresses_function)(ULONG family, ULONG flags, PVOID reserved,
                                          IP_ADAPTER_ADDRESSES *addresses, ULONG *size);
typedef LSTATUS(WINAPI *value_function)(HKEY key, LPCWSTR path, LPCWSTR name, DWORD flags, DWORD *type,
                                        void *data, DWORD *size);

/* Which any function may be cast to and from. */
typedef void (*procedure)(void);

/* Only out of the system's directory. */
static procedure look_up(const wchar_t *library, const char *name) {
  HMODULE module = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
  return module == NULL ? NULL : (procedure)GetProcAddress(module, name);
}

/* ---- the servers ---- */

static IP_ADAPTER_ADDRESSES *adapters_of_system(addresses_function ask, ULONG *error) {
  const ULONG flags =
      GAA_FLAG_SKIP_UNICAST | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_FRIENDLY_NAME;
  ULONG size = FIRST_SIZE;
  *error = ERROR_BUFFER_OVERFLOW;
  for (int i = 0; i < ATTEMPTS && *error == ERROR_BUFFER_OVERFLOW; i++) {
    IP_ADAPTER_ADDRESSES *found = malloc(size);
    if (found == NULL) {
      *error = ERROR_NOT_ENOUGH_MEMORY;
      return NULL;
    }
    *error = ask(AF_UNSPEC, flags, NULL, found, &size);
    if (*error == ERROR_SUCCESS) {
      return found;
    }
    free(found);
  }
  return NULL;
}

static ULONG metric_of(const IP_ADAPTER_ADDRESSES *adapter) {
  return adapter->Ipv4Metric < adapter->Ipv6Metric ? adapter->Ipv4Metric : adapter->Ipv6Metric;
}

/* Those that are up, in the order of their metrics; equal ones in the system's order. */
static size_t sort_adapters(const IP_ADAPTER_ADDRESSES *all, const IP_ADAPTER_ADDRESSES **sorted) {
  size_t count = 0;
  for (; all != NULL && count < MAX_ADAPTERS; all = all->Next) {
    if (all->OperStatus != IfOperStatusUp || all->FirstDnsServerAddress == NULL) {
      continue;
    }
    size_t place = count++;
    for (; place > 0 && metric_of(sorted[place - 1]) > metric_of(all); place--) {
      sorted[place] = sorted[place - 1];
    }
    sorted[place] = all;
  }
  return count;
}

/* fec0:0:0:ffff::1 to 3: what Windows names where no server is configured. */
static bool is_placeholder(const uint8_t *address) {
  static const uint8_t SITE[SITE_SERVERS] = {0xfe, 0xc0, 0, 0, 0, 0, 0xff, 0xff};
  return memcmp(address, SITE, SITE_SERVERS) == 0;
}

static void write_server(struct jev_text *text, const SOCKADDR *server) {
  if (server->sa_family == AF_INET) {
    const struct sockaddr_in *in = (const struct sockaddr_in *)server;
    jev_text_server(text, (const uint8_t *)&in->sin_addr, sizeof in->sin_addr, 0, 0);
  } else if (server->sa_family == AF_INET6) {
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)server;
    const uint8_t *bytes = (const uint8_t *)&in6->sin6_addr;
    if (!is_placeholder(bytes)) {
      jev_text_server(text, bytes, sizeof in6->sin6_addr, in6->sin6_scope_id, 0);
    }
  }
}

/* ---- the domains ---- */

/* A value of the machine's registry, as text with spaces between the names. */
static bool write_value(struct jev_text *text, value_function ask, const wchar_t *path, const wchar_t *name,
                        bool first) {
  wchar_t wide[MAX_VALUE];
  char narrow[2 * MAX_VALUE];
  DWORD size = sizeof wide;
  if (ask(HKEY_LOCAL_MACHINE, path, name, RRF_RT_REG_SZ, NULL, wide, &size) != ERROR_SUCCESS ||
      wide[0] == 0) {
    return false;
  }
  int length = WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, sizeof narrow, NULL, NULL);
  if (length <= 1) {
    return false;
  }
  for (char *at = narrow; *at != 0; at++) {
    *at = *at == ',' || *at == ';' ? ' ' : *at;
  }
  jev_text_add(text, first ? "search " : " ");
  jev_text_add(text, narrow);
  return true;
}

static bool write_suffix(struct jev_text *text, const IP_ADAPTER_ADDRESSES *adapter, bool first) {
  char narrow[2 * MAX_VALUE];
  int length = adapter->DnsSuffix == NULL ? 0
                                          : WideCharToMultiByte(CP_UTF8, 0, adapter->DnsSuffix, -1, narrow,
                                                                sizeof narrow, NULL, NULL);
  if (length <= 1) {
    return false;
  }
  jev_text_add(text, first ? "search " : " ");
  jev_text_add(text, narrow);
  return true;
}

/* A list that was set stands alone, that of a policy first. Else it is the machine's domain, and its
 * adapters'. */
static void write_domains(struct jev_text *text, const IP_ADAPTER_ADDRESSES **adapters, size_t count) {
  static const wchar_t POLICY[] = L"Software\\Policies\\Microsoft\\Windows NT\\DNSClient";
  static const wchar_t PARAMETERS[] = L"System\\CurrentControlSet\\Services\\Tcpip\\Parameters";
  value_function ask = (value_function)look_up(L"advapi32.dll", "RegGetValueW");
  bool any = false;
  if (ask != NULL) {
    any = write_value(text, ask, POLICY, L"SearchList", true) ||
          write_value(text, ask, PARAMETERS, L"SearchList", true);
    if (any) {
      jev_text_add(text, "\n");
      return;
    }
    any = write_value(text, ask, PARAMETERS, L"Domain", true) ||
          write_value(text, ask, PARAMETERS, L"DhcpDomain", true);
  }
  for (size_t i = 0; i < count; i++) {
    any = write_suffix(text, adapters[i], !any) || any;
  }
  jev_text_add(text, any ? "\n" : "");
}

int32_t jev_dns_config(int64_t out, int32_t size) {
  struct jev_text text = {.out = (char *)(intptr_t)out, .room = size > 0 ? (size_t)size : 0};
  addresses_function ask = (addresses_function)look_up(L"iphlpapi.dll", "GetAdaptersAddresses");
  if (ask == NULL) {
    return jev_system_error();
  }
  ULONG error = 0;
  IP_ADAPTER_ADDRESSES *all = adapters_of_system(ask, &error);
  if (all == NULL) {
    return error == ERROR_NO_DATA ? 0 : jev_windows_error(error);
  }
  const IP_ADAPTER_ADDRESSES *sorted[MAX_ADAPTERS];
  const size_t count = sort_adapters(all, sorted);
  for (size_t i = 0; i < count; i++) {
    const IP_ADAPTER_DNS_SERVER_ADDRESS *server = sorted[i]->FirstDnsServerAddress;
    for (; server != NULL; server = server->Next) {
      write_server(&text, server->Address.lpSockaddr);
    }
  }
  write_domains(&text, sorted, count);
  free(all);
  return text.length > INT32_MAX ? jev_windows_error(ERROR_NOT_ENOUGH_MEMORY) : (int32_t)text.length;
}
