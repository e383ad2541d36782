/* A stand-in for the header of that name: what kqueue programs need, with FreeBSD's shape. */
#ifndef JEV_EMULATED_SYS_EVENT_H
#define JEV_EMULATED_SYS_EVENT_H

#include <stdint.h>
#include <time.h>
#include <unistd.h>

struct kevent {
  uintptr_t ident;
  short filter;
  unsigned short flags;
  unsigned int fflags;
  int64_t data;
  void *udata;
  uint64_t ext[4];
};

#define EV_SET(kev, a, b, c, d, e, f) \
  (*(kev) =                           \
       (struct kevent){.ident = (a), .filter = (b), .flags = (c), .fflags = (d), .data = (e), .udata = (f)})

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_SIGNAL (-6)
#define EVFILT_TIMER (-7)
#if !defined(JEVENT_EMULATION_WITHOUT_USER) /* as systems were before they had it */
#define EVFILT_USER (-11)
#endif

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_DISABLE 0x0008
#define EV_ONESHOT 0x0010
#define EV_CLEAR 0x0020
#define EV_RECEIPT 0x0040
#define EV_DISPATCH 0x0080
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

/* EVFILT_READ and EVFILT_WRITE */
#define NOTE_LOWAT 0x0001
#define NOTE_FILE_POLL 0x0002
/* EVFILT_USER */
#define NOTE_FFNOP 0x00000000U
#define NOTE_FFAND 0x40000000U
#define NOTE_FFOR 0x80000000U
#define NOTE_FFCOPY 0xc0000000U
#define NOTE_FFCTRLMASK 0xc0000000U
#define NOTE_FFLAGSMASK 0x00ffffffU
#define NOTE_TRIGGER 0x01000000U
/* EVFILT_TIMER */
#define NOTE_SECONDS 0x0001
#define NOTE_MSECONDS 0x0002
#define NOTE_USECONDS 0x0004
#define NOTE_NSECONDS 0x0008

int emulated_kqueue(void);
int emulated_kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
                    int event_count, const struct timespec *timeout);
int emulated_close(int fd);

#define kqueue() emulated_kqueue()
#define kevent(queue, changes, change_count, events, event_count, timeout) \
  emulated_kevent(queue, changes, change_count, events, event_count, timeout)
#define close(fd) emulated_close(fd)

#endif
