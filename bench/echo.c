// The yardstick: the least that a UDP server can do. Receives datagrams in batches, sets the
// response bit, and sends them back.
//
//     echo PORT

#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, OCTETS = 4096 };

int main(int argc, char **argv) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(argc > 1 ? atoi(argv[1]) : 5300),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return 1;
    }
    static char buffers[BATCH][OCTETS];
    static struct sockaddr_in peers[BATCH];
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
