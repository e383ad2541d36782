/* The Windows headers, in the order that they need, and what is missing in some of them. */
#ifndef JEV_WINDOWS_API_H
#define JEV_WINDOWS_API_H

#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00

#include <winsock2.h>
/* The next headers need the previous one. */
#include <mswsock.h>
#include <windows.h>
#include <ws2tcpip.h>

#include "core/system.h"

#if !defined(SIO_UDP_CONNRESET)
#define SIO_UDP_CONNRESET _WSAIOW(IOC_VENDOR, 12)
#endif
#if !defined(SIO_UDP_NETRESET)
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#endif
#if !defined(WSA_FLAG_NO_HANDLE_INHERIT)
#define WSA_FLAG_NO_HANDLE_INHERIT 0x80
#endif
#if !defined(SO_EXCLUSIVEADDRUSE)
#define SO_EXCLUSIVEADDRUSE (~SO_REUSEADDR)
#endif
/* The contract's descriptor is the low half of a handle: the system uses no more. */
static inline SOCKET jev_socket_of(int32_t fd) { return (SOCKET)(uint32_t)fd; }
static inline HANDLE jev_handle_of(int32_t fd) { return (HANDLE)(uintptr_t)(uint32_t)fd; }
static inline int32_t jev_descriptor_of(uintptr_t handle) { return (int32_t)(uint32_t)handle; }

/* ---- error_codes.c ---- */
/* The result that stands for a code of WSAGetLastError or GetLastError. */
int32_t jev_windows_error(uint32_t code);
/* Why the last call of Winsock in this thread failed, and the last of the others. */
int32_t jev_socket_error(void);
int32_t jev_system_error(void);
/* The same of a call for this descriptor: Winsock says only that it is no socket when nothing is open. */
int32_t jev_socket_error_of(int32_t fd);

/* ---- winsock.c ---- */
/* Makes Winsock ready, once. 0, or an error. */
int32_t jev_winsock(void);
int32_t jev_set_nonblocking(int32_t fd, bool on);

#endif
