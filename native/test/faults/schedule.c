/* What happens when, to whom, and how often it did. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

enum { MODULES = 256, DESCRIPTORS = 65536, WORDS = 3, BITS = 64, THOUSAND = 1000 };

static const char *const NAMES[FAULTS] = {"interrupt", "again",       "short", "late",
                                          "memory",    "descriptors", "fatal"};

static _Atomic uint64_t seed;
static _Atomic uint64_t drawn;
static _Atomic uint32_t rate;
static _Atomic uint32_t enabled;
static _Atomic uint32_t ring_entries;
static _Atomic uint64_t injected[FAULTS];
static _Atomic uint64_t fatal[DESCRIPTORS][WORDS]; /* sets of errors */
static _Atomic int64_t allocated;
static _Atomic int64_t mapped;

const char *faults_name(enum fault kind) { return NAMES[kind]; }

uint64_t faults_injected(enum fault kind) { return atomic_load(&injected[kind]); }

int64_t faults_allocated(void) { return atomic_load(&allocated); }

void faults_note_allocated(int64_t blocks) { atomic_fetch_add(&allocated, blocks); }

int64_t faults_mapped(void) { return atomic_load(&mapped); }

void faults_note_mapped(int64_t bytes) { atomic_fetch_add(&mapped, bytes); }

void faults_tiny_rings(uint32_t entries) { atomic_store(&ring_entries, entries); }

uint32_t faults_ring_entries(void) { return atomic_load(&ring_entries); }

void faults_start(uint64_t new_seed, uint32_t new_rate, uint32_t kinds) {
  atomic_store(&seed, new_seed);
  atomic_store(&drawn, 0);
  atomic_store(&rate, new_rate);
  atomic_store(&enabled, kinds);
}

void faults_stop(void) { atomic_store(&enabled, 0); }

/* ---- chance: splitmix64, which needs no state but a counter ---- */

static uint32_t draw(void) {
  uint64_t z =
      atomic_load(&seed) * 0x2545f4914f6cdd1dU + (atomic_fetch_add(&drawn, 1) + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
  z = (z ^ z >> 27) * 0x94d049bb133111ebU;
  return (uint32_t)((z ^ z >> 31) >> 32);
}

enum fault faults_next(uint32_t kinds) {
  kinds &= atomic_load(&enabled);
  if (kinds == 0 || draw() % THOUSAND >= atomic_load(&rate)) {
    return NO_FAULT;
  }
  uint32_t chosen = draw() % (uint32_t)__builtin_popcount(kinds);
  for (; chosen > 0; chosen--) {
    kinds &= kinds - 1;
  }
  enum fault kind = (enum fault)__builtin_ctz(kinds);
  atomic_fetch_add(&injected[kind], 1);
  return kind;
}

uint32_t faults_up_to(uint32_t max) { return 1 + draw() % max; }

int faults_one_of(const int *errors, size_t count) {
  errno = errors[draw() % count];
  return errno;
}

/* ---- which streams were to end ---- */

static bool in_table(int fd) { return fd >= 0 && fd < DESCRIPTORS; }

bool faults_fatal(int fd, int error) {
  return in_table(fd) && error > 0 && error < WORDS * BITS &&
         (atomic_load(&fatal[fd][error / BITS]) >> (error % BITS) & 1) != 0;
}

bool faults_any_fatal(int fd) {
  bool any = false;
  for (int i = 0; in_table(fd) && i < WORDS; i++) {
    any = any || atomic_load(&fatal[fd][i]) != 0;
  }
  return any;
}

int faults_note_fatal(int fd, int error) {
  if (in_table(fd)) {
    atomic_fetch_or(&fatal[fd][error / BITS], UINT64_C(1) << (error % BITS));
  }
  errno = error;
  return error;
}

void faults_new_descriptor(int fd) {
  for (int i = 0; in_table(fd) && i < WORDS; i++) {
    atomic_store(&fatal[fd][i], 0);
  }
}

/* ---- who calls ---- */

struct module {
  uintptr_t start;
  uintptr_t end;
  bool ours;
};

static struct module modules[MODULES];
static _Atomic uint32_t module_count;
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;

static const struct module *find(uintptr_t address) {
  uint32_t count = atomic_load_explicit(&module_count, memory_order_acquire);
  for (uint32_t i = 0; i < count; i++) {
    if (address >= modules[i].start && address < modules[i].end) {
      return &modules[i];
    }
  }
  return NULL;
}

/* The name that a library gives itself, or NULL; read where it lies in memory. To ask dladdr and dlopen takes
 * locks that the caller may hold, as a sanitizer does while it makes its symbolizer. */
static const char *name_of(const struct dl_phdr_info *info, const ElfW(Dyn) * dynamic) {
  uintptr_t strings = 0;
  uintptr_t name = 0;
  for (; dynamic->d_tag != DT_NULL; dynamic++) {
    strings = dynamic->d_tag == DT_STRTAB ? dynamic->d_un.d_ptr : strings;
    name = dynamic->d_tag == DT_SONAME ? dynamic->d_un.d_val : name;
  }
  if (name == 0) {
    return NULL;
  }
  strings += strings < info->dlpi_addr ? info->dlpi_addr : 0; /* not everywhere relocated */
  return (const char *)(strings + name);                      /* NOLINT */
}

static int measure(struct dl_phdr_info *info, size_t size, void *argument) {
  struct module *module = argument;
  uintptr_t end = info->dlpi_addr;
  const ElfW(Dyn) *dynamic = NULL;
  bool found = false;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_LOAD) {
      found = found || (module->start >= start && module->start < start + header->p_memsz);
      end = start + header->p_memsz > end ? start + header->p_memsz : end;
    } else if (header->p_type == PT_DYNAMIC) {
      dynamic = (const ElfW(Dyn) *)start; /* NOLINT */
    }
  }
  if (found) {
    const char *name = dynamic == NULL ? NULL : name_of(info, dynamic);
    *module = (struct module){info->dlpi_addr, end, name != NULL && strcmp(name, "libjevent.so") == 0};
  }
  return found ? 1 : 0;
}

bool faults_known_ours(const void *address) {
  const struct module *module = find((uintptr_t)address);
  return module != NULL && module->ours;
}

bool faults_ours(const void *address) {
  const struct module *known = find((uintptr_t)address);
  if (known != NULL) {
    return known->ours;
  }
  int saved = errno;
  struct module module = {.start = (uintptr_t)address};
  bool measured = dl_iterate_phdr(measure, &module) != 0;
  pthread_mutex_lock(&growing);
  uint32_t count = atomic_load(&module_count);
  if (measured && find((uintptr_t)address) == NULL && count < MODULES) {
    modules[count] = module;
    atomic_store_explicit(&module_count, count + 1, memory_order_release);
  }
  pthread_mutex_unlock(&growing);
  errno = saved;
  return module.ours;
}

void *faults_real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    fprintf(stderr, "faults: no %s behind this one\n", name);
    abort();
  }
  return found;
}

/* ---- settings from the environment ---- */

static uint32_t kinds_in(const char *list) {
  uint32_t kinds = 0;
  size_t length = strcspn(list, " ");
  for (int kind = 0; kind < FAULTS; kind++) {
    const char *name = strstr(list, NAMES[kind]);
    kinds |= name != NULL && name < list + length ? FAULT_BIT(kind) : 0;
  }
  return kinds;
}

static const char *value_of(const char *settings, const char *name) {
  const char *found = strstr(settings, name);
  return found == NULL ? NULL : found + strlen(name);
}

static uint64_t number_of(const char *settings, const char *name, uint64_t otherwise) {
  const char *value = value_of(settings, name);
  return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

__attribute__((constructor)) static void begin(void) {
  const char *settings = getenv("JEVENT_FAULTS");
  if (settings != NULL) {
    const char *kinds = value_of(settings, "kinds=");
    faults_tiny_rings((uint32_t)number_of(settings, "tiny=", 0));
    faults_start(number_of(settings, "seed=", 1), (uint32_t)number_of(settings, "rate=", 50),
                 kinds == NULL ? HARMLESS_FAULTS : kinds_in(kinds));
  }
}

__attribute__((destructor)) static void print_report(void) {
  const char *path = getenv("JEVENT_FAULTS_REPORT");
  uint64_t all = 0;
  for (int kind = 0; kind < FAULTS; kind++) {
    all += faults_injected((enum fault)kind);
  }
  FILE *report = path == NULL || all == 0 ? NULL : fopen(path, "a");
  if (report != NULL) {
    for (int kind = 0; kind < FAULTS; kind++) {
      fprintf(report, "%s %llu%c", NAMES[kind], (unsigned long long)faults_injected((enum fault)kind),
              kind == FAULTS - 1 ? '\n' : ' ');
    }
    fclose(report);
  }
}
