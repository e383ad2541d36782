/* A stand-in for the header of that name, and for the device that it describes. */
#ifndef JEV_EMULATED_SYS_DEVPOLL_H
#define JEV_EMULATED_SYS_DEVPOLL_H

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#if !defined(POLLREMOVE) /* this system has the name, too, without the device */
#define POLLREMOVE 0x0800
#endif

#define DP_POLL 0xd001
#define DP_ISPOLLED 0xd002

struct dvpoll {
  struct pollfd *dp_fds;
  nfds_t dp_nfds;
  int dp_timeout;
};

int emulated_open(const char *path, int flags);
ssize_t emulated_write(int fd, const void *bytes, size_t count);
int emulated_ioctl(int fd, unsigned long request, void *argument);
int emulated_close(int fd);

#define open(path, flags) emulated_open(path, flags)
#define write(fd, bytes, count) emulated_write(fd, bytes, count)
#define ioctl(fd, request, argument) emulated_ioctl(fd, request, argument)
#define close(fd) emulated_close(fd)

#endif
