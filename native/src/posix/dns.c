/* Name servers of POSIX systems: in /etc/resolv.conf, which Java reads. Only macOS has more to say. */
#include <errno.h>

#include "core/system.h"
#include "posix/dnsinfo.h"

#if defined(__APPLE__)
#include <dlfcn.h>

typedef struct jev_dnsinfo *(*copy_function)(void);
typedef void (*free_function)(struct jev_dnsinfo *info);

/* They are not in the headers: a system without them has the file. */
int32_t jev_dns_config(int64_t out, int32_t size) {
  struct jev_text text = {.out = (char *)(intptr_t)out, .room = size > 0 ? (size_t)size : 0};
  copy_function copy = (copy_function)dlsym(RTLD_DEFAULT, "dns_configuration_copy");
  free_function release = (free_function)dlsym(RTLD_DEFAULT, "dns_configuration_free");
  struct jev_dnsinfo *info = copy == NULL || release == NULL ? NULL : copy();
  if (info == NULL) {
    return -ENOSYS;
  }
  jev_dnsinfo_write(info, &text);
  release(info);
  return text.length > INT32_MAX ? -ENOMEM : (int32_t)text.length;
}
#else
int32_t jev_dns_config(int64_t out, int32_t size) {
  (void)out;
  (void)size;
  return -ENOSYS;
}
#endif
