// Load at a steady rate, with the latency of every query, which dnsperf does not tell.
//
//     paced PORT QUERIES RATE SECONDS
//
// QUERIES has lines of NAME TYPE. Prints one JSON object: queries sent, lost (no reply within a
// second), and the latency's median, 99th percentile and maximum in microseconds.

#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 32, OCTETS = 320, IDS = 65536, BUCKETS = 1 << 20, SOCKETS = 16 };

static uint8_t (*packets)[OCTETS];
static int *lengths;
static uint64_t sent_at[IDS];  // nanoseconds; 0 if nothing is awaited
static uint32_t histogram[BUCKETS];  // by microsecond

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int encode(uint8_t *out, const char *name, const char *type) {
    static const uint8_t header[12] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
    static const uint8_t opt[11] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
    memcpy(out, header, sizeof header);
    int end = sizeof header;
    while (*name) {
        int length = (int)strcspn(name, ".");
        if (length == 0 || length > 63 || end + length > 255) return 0;
        out[end++] = (uint8_t)length;
        memcpy(out + end, name, (size_t)length);
        end += length;
        name += length + (name[length] == '.');
    }
    int code = !strcmp(type, "AAAA") ? 28 : !strcmp(type, "SRV") ? 33 : 1;
    const uint8_t tail[5] = {0, 0, (uint8_t)code, 0, 1};
    memcpy(out + end, tail, sizeof tail);
    memcpy(out + end + sizeof tail, opt, sizeof opt);
    return end + (int)(sizeof tail + sizeof opt);
}

static int read_queries(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    int count = 0, room = 0;
    char name[256], type[16];
    while (fscanf(file, "%255s %15s", name, type) == 2) {
        if (count == room) {
            room = room ? 2 * room : 1024;
            packets = realloc(packets, (size_t)room * OCTETS);
            lengths = realloc(lengths, (size_t)room * sizeof *lengths);
            if (!packets || !lengths) exit(1);
        }
        lengths[count] = encode(packets[count], name, type);
        count += lengths[count] > 0;
    }
    fclose(file);
    return count;
}

static long answered;

static void receive_from(int fd) {
    static uint8_t replies[BATCH][4096];
    struct iovec vectors[BATCH];
    struct mmsghdr messages[BATCH];
    int count;
    do {
        for (int i = 0; i < BATCH; i++) {
            vectors[i] = (struct iovec){replies[i], sizeof replies[i]};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
        }
        count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
        uint64_t time = now();
        for (int i = 0; i < count; i++) {
            int id = replies[i][0] << 8 | replies[i][1];
            if (messages[i].msg_len < 12 || !sent_at[id]) continue;
            uint64_t late = (time - sent_at[id]) / 1000;
            histogram[late < BUCKETS ? late : BUCKETS - 1]++;
            sent_at[id] = 0;
            answered++;
        }
    } while (count == BATCH);
}

// Waits for a reply at any socket, so many nanoseconds at most, and takes what is there.
static void receive(struct pollfd *sockets, long patience) {
    struct timespec limit = {.tv_nsec = patience};
    if (ppoll(sockets, SOCKETS, &limit, NULL) <= 0) return;
    for (int i = 0; i < SOCKETS; i++) {
        if (sockets[i].revents) receive_from(sockets[i].fd);
    }
}

static long percentile(double share) {
    long left = (long)((double)answered * share);
    for (long i = 0; i < BUCKETS; i++) {
        if ((left -= histogram[i]) < 0) return i;
    }
    return BUCKETS;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "paced PORT QUERIES RATE SECONDS\n");
        return 64;
    }
    int count = read_queries(argv[2]);
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    // Several, so that a server with a socket for each worker gets load on all of them.
    struct pollfd sockets[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
        int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
        if (count == 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
            fprintf(stderr, "paced: no queries or no server\n");
            return 1;
        }
        sockets[i] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    prctl(PR_SET_TIMERSLACK, 1000ul);
    uint64_t begin = now(), end = begin + (uint64_t)(seconds * 1e9);
    long sent = 0, overrun = 0;
    unsigned next = 0;
    static uint8_t batched[BATCH][OCTETS];
    while (now() < end) {
        long due = (long)((double)(now() - begin) / 1e9 * rate) - sent;
        struct iovec vectors[BATCH];
        struct mmsghdr messages[BATCH];
        int batch = due > BATCH ? BATCH : (int)due;
        for (int i = 0; i < batch; i++) {
            int id = (int)((sent + i) % IDS), query = (int)((sent + i) % count);
            overrun += sent_at[id] != 0;  // came round: unanswered for IDS queries
            memcpy(batched[i], packets[query], (size_t)lengths[query]);
            batched[i][0] = (uint8_t)(id >> 8);
            batched[i][1] = (uint8_t)id;
            vectors[i] = (struct iovec){batched[i], (size_t)lengths[query]};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
            sent_at[id] = now();
        }
        if (batch > 0) {
            int done = sendmmsg(sockets[next++ % SOCKETS].fd, messages, (unsigned)batch, 0);
            for (int i = done > 0 ? done : 0; i < batch; i++) sent_at[(sent + i) % IDS] = 0;
            sent += done > 0 ? done : 0;
        }
        receive(sockets, due > BATCH ? 0 : 100000);
    }
    for (uint64_t last = now() + 1000000000u; answered + overrun < sent && now() < last;) {
        receive(sockets, 50000000);
    }
    printf("{\"sent\": %ld, \"rate\": %.0f, \"lost\": %ld, \"median_us\": %ld, \"p99_us\": %ld, "
           "\"p999_us\": %ld, \"max_us\": %ld}\n",
           sent, (double)sent / seconds, sent - answered, percentile(0.5), percentile(0.99),
           percentile(0.999), percentile(1.0 - 1.0 / (double)(answered + 1)));
    return 0;
}
