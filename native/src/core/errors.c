/*
 * This platform's numbers of the contract's errors, in the order of org.jevent.error.Errno; 0 where the
 * platform has none.
 */
#include <errno.h>
#include <stddef.h>

#include "jevent.h"

#ifndef ESTALE
#define ESTALE 0
#endif
#ifndef EDQUOT
#define EDQUOT 0
#endif
#ifndef ETIME
#define ETIME 0
#endif
#ifndef EPROTO
#define EPROTO 0
#endif
#ifndef ENETRESET
#define ENETRESET 0
#endif
#ifndef EHOSTDOWN
#define EHOSTDOWN 0
#endif
#ifndef ESHUTDOWN
#define ESHUTDOWN 0
#endif
#ifndef EOVERFLOW
#define EOVERFLOW 0
#endif

static const int32_t ERRORS[] = {
    EPERM,           ENOENT,       EINTR,        EIO,          ENXIO,         EBADF,       EAGAIN,
    ENOMEM,          EACCES,       EFAULT,       EBUSY,        EEXIST,        ENODEV,      ENOTDIR,
    EISDIR,          EINVAL,       ENFILE,       EMFILE,       EFBIG,         ENOSPC,      ESPIPE,
    EROFS,           EPIPE,        EDOM,         ERANGE,       ENAMETOOLONG,  ENOSYS,      ELOOP,
    EPROTO,          EOVERFLOW,    ENOTSOCK,     EDESTADDRREQ, EMSGSIZE,      EPROTOTYPE,  ENOPROTOOPT,
    EPROTONOSUPPORT, EOPNOTSUPP,   EAFNOSUPPORT, EADDRINUSE,   EADDRNOTAVAIL, ENETDOWN,    ENETUNREACH,
    ENETRESET,       ECONNABORTED, ECONNRESET,   ENOBUFS,      EISCONN,       ENOTCONN,    ESHUTDOWN,
    ETIMEDOUT,       ECONNREFUSED, EHOSTDOWN,    EHOSTUNREACH, EALREADY,      EINPROGRESS, ECANCELED,
    ESTALE,          EDQUOT,       ETIME,        ENOTSUP,      E2BIG,         ESRCH,       ECHILD,
    ENOTTY,
};

int32_t jev_errno(int32_t key) {
  return key >= 0 && (size_t)key < sizeof ERRORS / sizeof *ERRORS ? ERRORS[key] : -1;
}
