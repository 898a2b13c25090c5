// What Swift's Glibc module cannot import: functions behind _GNU_SOURCE, and macros.
//
// Every shim is `static inline` and only renames or unwraps; no logic lives here.

#ifndef CLINUXNET_H
#define CLINUXNET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

/// Octets of control data that one received or sent datagram needs at most (packet information).
enum { CLN_CONTROL_OCTETS = 64 };

static inline int cln_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    return recvmmsg(fd, messages, count, flags, NULL);
}

static inline int cln_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    return sendmmsg(fd, messages, count, flags);
}

/// Sets an integer socket option; returns 0 or an errno.
static inline int cln_set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

/// Keeps only the source address part of a received IP_PKTINFO / IPV6_PKTINFO, so that the same
/// control data makes the reply leave from the address that was asked. The interface is left to
/// routing. Returns the octets of control data to send, 0 if there is none.
static inline size_t cln_reply_control(struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(c);
            info->ipi_spec_dst = info->ipi_addr;
            info->ipi_ifindex = 0;
            return message->msg_controllen;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(c);
            // A link-local source is meaningless without its interface.
            if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) info->ipi6_ifindex = 0;
            return message->msg_controllen;
        }
    }
    return 0;
}

/// Names the calling thread, for `ps -L` and debuggers; at most 15 octets are kept.
static inline void cln_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

#if __has_include("CInotifyShims.h")
#include "CInotifyShims.h"
#endif

#endif
