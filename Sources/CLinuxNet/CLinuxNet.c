#define _GNU_SOURCE 1

#include "CLinuxNet.h"

#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SAME(ours, our_field, theirs, their_field)                                            \
    _Static_assert(offsetof(struct ours, our_field) == offsetof(struct theirs, their_field),  \
                   #their_field)

_Static_assert(sizeof(struct cln_vector) == sizeof(struct iovec), "iovec");
SAME(cln_vector, octets, iovec, iov_len);
_Static_assert(sizeof(struct cln_message) == sizeof(struct mmsghdr), "mmsghdr");
SAME(cln_message, name, mmsghdr, msg_hdr.msg_name);
SAME(cln_message, name_octets, mmsghdr, msg_hdr.msg_namelen);
SAME(cln_message, vectors, mmsghdr, msg_hdr.msg_iov);
SAME(cln_message, vector_count, mmsghdr, msg_hdr.msg_iovlen);
SAME(cln_message, control, mmsghdr, msg_hdr.msg_control);
SAME(cln_message, control_octets, mmsghdr, msg_hdr.msg_controllen);
SAME(cln_message, flags, mmsghdr, msg_hdr.msg_flags);
SAME(cln_message, octets, mmsghdr, msg_len);
_Static_assert(CLN_ADDRESS_OCTETS >= sizeof(struct sockaddr_storage), "sockaddr_storage");
_Static_assert(CLN_CONTROL_OCTETS >= CMSG_SPACE(sizeof(struct in6_pktinfo)), "in6_pktinfo");

int cln_receive(int fd, struct cln_message *messages, unsigned count, int waits) {
    int flags = waits ? MSG_WAITFORONE : MSG_DONTWAIT;
    return recvmmsg(fd, (struct mmsghdr *)messages, count, flags, NULL);
}

int cln_send(int fd, struct cln_message *messages, unsigned count) {
    return sendmmsg(fd, (struct mmsghdr *)messages, count, 0);
}

int cln_offer(int fd, struct cln_message *messages, unsigned count) {
    return sendmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT);
}

int cln_set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

enum { OPTION_CUT = 103 };  // UDP_SEGMENT, which older headers lack

int cln_cuts_datagrams(int fd) {
    int octets;
    socklen_t size = sizeof octets;
    return getsockopt(fd, IPPROTO_UDP, OPTION_CUT, &octets, &size) == 0;
}

size_t cln_write_piece_octets(void *control, uint16_t octets) {
    struct msghdr header = {.msg_control = control, .msg_controllen = CLN_CONTROL_OCTETS};
    struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = IPPROTO_UDP;
    first->cmsg_type = OPTION_CUT;
    first->cmsg_len = CMSG_LEN(sizeof octets);
    memcpy(CMSG_DATA(first), &octets, sizeof octets);
    return CMSG_SPACE(sizeof octets);
}

size_t cln_reply_control(struct cln_message *message) {
    struct msghdr *header = &((struct mmsghdr *)message)->msg_hdr;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(c);
            info->ipi_spec_dst = info->ipi_addr;
            info->ipi_ifindex = 0;
            return header->msg_controllen;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(c);
            // A link-local source is meaningless without its interface.
            if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) info->ipi6_ifindex = 0;
            return header->msg_controllen;
        }
    }
    return 0;
}

size_t cln_local_address(const struct cln_message *message, uint8_t *address) {
    struct msghdr *header = &((struct mmsghdr *)message)->msg_hdr;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            memcpy(address, &((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr, 4);
            return 4;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            memcpy(address, &((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_addr, 16);
            return 16;
        }
    }
    return 0;
}

uint32_t cln_socket_drops(int fd) {
    uint32_t values[16] = {0};
    socklen_t octets = sizeof values;
    // linux/sock_diag.h: SK_MEMINFO_DROPS is the ninth value.
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &octets) != 0) return 0;
    return octets >= 9 * sizeof values[0] ? values[8] : 0;
}

void cln_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

void cln_return_free_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

int cln_poll_open(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

int cln_poll_add(int poll, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = tag}};
    return epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

void cln_poll_remove(int poll, int fd) {
    epoll_ctl(poll, EPOLL_CTL_DEL, fd, NULL);
}

int cln_poll_wait(int poll, struct cln_event *events, int count, int milliseconds) {
    // The kernel's structure is packed on some machines, which Swift can't import.
    struct epoll_event ready[64];
    int found = epoll_wait(poll, ready, count < 64 ? count : 64, milliseconds);
    for (int i = 0; i < found; i++) events[i].tag = ready[i].data.u64;
    return found;
}

int cln_event_open(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

// Control data for one descriptor, aligned as the kernel wants it.
union descriptor_control {
    struct cmsghdr header;
    char octets[CMSG_SPACE(sizeof(int))];
};

int cln_send_descriptor(int socket, const void *text, size_t octets, int descriptor) {
    union descriptor_control control = {0};
    struct iovec vector = {.iov_base = (void *)text, .iov_len = octets};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = control.octets;
        message.msg_controllen = sizeof control.octets;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

long cln_receive_descriptor(int socket, void *text, size_t octets, int *descriptor) {
    union descriptor_control control = {0};
    struct iovec vector = {.iov_base = text, .iov_len = octets};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.octets,
        .msg_controllen = sizeof control.octets,
    };
    *descriptor = -1;
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    }
    return received;
}

int cln_peer_user(int socket, uint32_t *user) {
    struct ucred peer;
    socklen_t octets = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &octets) != 0) return errno;
    *user = peer.uid;
    return 0;
}

int cln_accept(int socket) {
    return accept4(socket, NULL, NULL, SOCK_CLOEXEC);
}

int cln_signal_open(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cln_signal_take(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int cln_memory_file(void) {
    return memfd_create("martlet", MFD_CLOEXEC);
}
