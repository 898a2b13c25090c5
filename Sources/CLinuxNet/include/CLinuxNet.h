// What Swift's Glibc module cannot import: functions behind _GNU_SOURCE, and macros.
//
// The header includes no system header, so that this module's view of system types can't differ
// from another's; CLinuxNet.c checks that the structures below are the system's.

#ifndef CLINUXNET_H
#define CLINUXNET_H

#include <stddef.h>
#include <stdint.h>

#include "Namespaces.h"

/// Octets of control data that one received or sent datagram needs at most (packet information).
enum { CLN_CONTROL_OCTETS = 64 };

/// Octets of the largest socket address.
enum { CLN_ADDRESS_OCTETS = 128 };

/// A piece of memory: `struct iovec`.
struct cln_vector {
    void *base;
    size_t octets;
};

/// A datagram with its address and control data: `struct mmsghdr`.
struct cln_message {
    void *name;
    uint32_t name_octets;
    struct cln_vector *vectors;
    size_t vector_count;
    void *control;
    size_t control_octets;
    int flags;
    uint32_t reserved;
    /// Octets received or sent.
    uint32_t octets;
};

/// Receives up to `count` datagrams; waits for the first one if `waits`. Returns how many, or -1
/// with errno set: `recvmmsg(2)`.
int cln_receive(int fd, struct cln_message *messages, unsigned count, int waits);

/// Sends up to `count` datagrams. Returns how many, or -1 with errno set: `sendmmsg(2)`.
int cln_send(int fd, struct cln_message *messages, unsigned count);

/// The same, but what the system can't take now is not waited for: errno is EAGAIN.
int cln_offer(int fd, struct cln_message *messages, unsigned count);

/// Whether the system cuts one large datagram of a socket into several (UDP_SEGMENT).
int cln_cuts_datagrams(int fd);

/// Writes the control data that has a datagram cut into pieces of so many octets; `control` has
/// room for CLN_CONTROL_OCTETS. Returns the octets of control data.
size_t cln_write_piece_octets(void *control, uint16_t octets);

/// Sets an integer socket option; returns 0 or an errno.
int cln_set_option(int fd, int level, int name, int value);

/// Keeps only the source address part of a received IP_PKTINFO / IPV6_PKTINFO, so that the same
/// control data makes the reply leave from the address that was asked. The interface is left to
/// routing. Returns the octets of control data to send, 0 if there is none.
size_t cln_reply_control(struct cln_message *message);

/// Writes the address that a received datagram was sent to, from its packet information, in network
/// order. Returns its octets, 4 or 16; 0 if the datagram carries none.
size_t cln_local_address(const struct cln_message *message, uint8_t *address);

/// Datagrams that the kernel has dropped because a socket's queue was full (SO_MEMINFO); 0 where it
/// does not say.
uint32_t cln_socket_drops(int fd);

/// Names the calling thread, for `ps -L` and debuggers; at most 15 octets.
void cln_name_thread(const char *name);

/// Gives memory that was freed back to the system, where the C library keeps it.
void cln_return_free_memory(void);

/// Lets go of the pages of the program's code: those that are used come back from the system's
/// cache when they are, those that only the start needed stay away. Returns the octets that this
/// was asked for (MADV_DONTNEED: what is mapped from a file and never written is not lost).
size_t cln_forget_code(void);

/// Asks the kernel to keep memory of the process's own in large pages where at least half of such a
/// page is in use, so that fewer translations of addresses are missing (MADV_COLLAPSE, Linux 6.1).
/// Does nothing where the system's setting for transparent large pages is `never`. Returns how many
/// large pages there are since. Takes about a millisecond for each.
unsigned cln_use_large_pages(void);

/// A descriptor that is readable, or failed.
struct cln_event {
    uint64_t tag;
};

/// Opens a set of descriptors to wait for. Returns it, or -1 with errno set: `epoll_create1(2)`.
int cln_poll_open(void);

/// Adds a descriptor, to be waited for until it is readable; returns 0 or an errno: `epoll_ctl(2)`.
int cln_poll_add(int poll, int fd, uint64_t tag);

/// Takes a descriptor out of the set.
void cln_poll_remove(int poll, int fd);

/// Waits for up to `count` readable descriptors, at most 64; -1 milliseconds wait without end.
/// Returns how many, or -1 with errno set: `epoll_wait(2)`.
int cln_poll_wait(int poll, struct cln_event *events, int count, int milliseconds);

/// Opens a counter that wakes who waits for it. Returns it, or -1 with errno set: `eventfd(2)`.
int cln_event_open(void);

/// Sends a message on a socket of AF_UNIX, and with it a descriptor, unless that is negative.
/// Returns 0 or an errno: `sendmsg(2)` with SCM_RIGHTS.
int cln_send_descriptor(int socket, const void *text, size_t octets, int descriptor);

/// Receives a message from a socket of AF_UNIX, and the descriptor that came with it, else -1.
/// Returns the octets, 0 at the end, or -1 with errno set.
long cln_receive_descriptor(int socket, void *text, size_t octets, int *descriptor);

/// The user at the other end of a socket of AF_UNIX (SO_PEERCRED); returns 0 or an errno.
int cln_peer_user(int socket, uint32_t *user);

/// Takes a connection; no program that is started inherits it: `accept4(2)`.
int cln_accept(int socket);

/// Opens a descriptor that is readable when one of some signals is pending: `signalfd(2)`.
int cln_signal_open(const int *signals, int count);

/// Takes a signal from the descriptor; 0 if none is pending.
int cln_signal_take(int fd);

/// Opens a file in memory, without a name. Returns it, or -1 with errno set: `memfd_create(2)`.
int cln_memory_file(void);

#endif
