// The yardstick: the least that a UDP server can do. Receives datagrams in batches, sets the
// response bit, and sends them back.
//
//     echo PORT [ADDRESS [PROCESSES]]
//
// Of several processes each has a socket of its own at the same port.

#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, OCTETS = 4096 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int bound(int port, const char *text) {
    union address address = {0};
    socklen_t size;
    if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons((uint16_t)port);
        size = sizeof address.v6;
    } else if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons((uint16_t)port);
        size = sizeof address.v4;
    } else {
        fprintf(stderr, "echo: %s is no address\n", text);
        exit(64);
    }
    int fd = socket(address.any.sa_family, SOCK_DGRAM, 0), octets = 4 << 20, yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    if (bind(fd, &address.any, size) < 0) {
        perror("bind");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    const char *text = argc > 2 ? argv[2] : "127.0.0.1";
    for (int others = argc > 3 ? atoi(argv[3]) - 1 : 0; others > 0; others--) {
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            break;
        }
    }
    int fd = bound(argc > 1 ? atoi(argv[1]) : 5300, text);
    static char buffers[BATCH][OCTETS];
    static union address peers[BATCH];
    static struct iovec vectors[BATCH];
    static struct mmsghdr messages[BATCH];
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            vectors[i] = (struct iovec){buffers[i], OCTETS};
            messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i],
                                                  .msg_namelen = sizeof peers[i],
                                                  .msg_iov = &vectors[i],
                                                  .msg_iovlen = 1};
        }
        int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        if (count <= 0) continue;
        for (int i = 0; i < count; i++) {
            vectors[i].iov_len = messages[i].msg_len;
            if (messages[i].msg_len > 2) buffers[i][2] |= (char)0x80;
        }
        sendmmsg(fd, messages, count, 0);
    }
}
