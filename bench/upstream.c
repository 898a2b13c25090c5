// An upstream that knows every name: as little work as possible, so that the load and the server
// under test have the cores.
//
//     upstream PORT TTL        answers A and AAAA with one record, everything else without
//     upstream PORT silent     reads queries and answers none

#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, OCTETS = 1500, HEADER = 12 };

// Turns a query into its reply in place; its length, or 0 if it is no query.
static unsigned answer(uint8_t *message, unsigned length, uint32_t ttl) {
    if (length < HEADER + 5 || (message[2] & 0x80) || message[4] || message[5] != 1) return 0;
    unsigned end = HEADER;
    while (end < length && message[end]) end += 1u + message[end];
    end += 5;
    if (end > length) return 0;
    unsigned type = (unsigned)message[end - 4] << 8 | message[end - 3];
    int has_options = message[10] || message[11];
    unsigned size = type == 1 ? 4 : type == 28 ? 16 : 0;
    message[2] = (uint8_t)(0x80 | (message[2] & 0x01));  // QR, RD as asked
    message[3] = (uint8_t)(0x80 | (message[3] & 0x10));  // RA, CD as asked
    memset(message + 6, 0, 6);
    if (size) {
        const uint8_t record[12] = {0xc0, HEADER, (uint8_t)(type >> 8), (uint8_t)type, 0, 1,
                                    (uint8_t)(ttl >> 24), (uint8_t)(ttl >> 16),
                                    (uint8_t)(ttl >> 8), (uint8_t)ttl, 0, (uint8_t)size};
        message[7] = 1;
        memcpy(message + end, record, sizeof record);
        memset(message + end + sizeof record, 0, size);
        message[end + sizeof record] = 192;  // 192.0.0.1, c000::1
        message[end + sizeof record + size - 1] = 1;
        end += (unsigned)sizeof record + size;
    }
    if (has_options) {
        static const uint8_t options[11] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
        message[11] = 1;
        memcpy(message + end, options, sizeof options);
        end += sizeof options;
    }
    return end;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "upstream PORT TTL|silent\n");
        return 64;
    }
    int is_silent = !strcmp(argv[2], "silent");
    uint32_t ttl = (uint32_t)atoi(argv[2]);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return 1;
    }
    // Room behind each query for a record and options.
    static uint8_t buffers[BATCH][OCTETS + 64];
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
        int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL), replies = 0;
        if (is_silent) continue;
        for (int i = 0; i < count; i++) {
            unsigned length = answer(buffers[i], messages[i].msg_len, ttl);
            if (!length) continue;
            vectors[i].iov_len = length;
            messages[replies++].msg_hdr = messages[i].msg_hdr;
        }
        for (int sent = 0; sent < replies;) {
            int done = sendmmsg(fd, messages + sent, (unsigned)(replies - sent), 0);
            if (done <= 0) break;
            sent += done;
        }
    }
}
