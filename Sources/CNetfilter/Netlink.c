#include "CNetfilter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// A request: header, nfnetlink's header, and room for attributes.
struct request {
    struct nlmsghdr header;
    struct nfgenmsg message;
    uint8_t attributes[256];
};

struct cnf_link {
    // -1 until it is needed, and after an exchange that may have left something unread.
    int fd;
    uint32_t sequence;
};

struct cnf_link *cnf_link_new(void) {
    struct cnf_link *link = calloc(1, sizeof *link);
    if (link) link->fd = -1;
    return link;
}

void cnf_link_free(struct cnf_link *link) {
    if (link->fd >= 0) close(link->fd);
    free(link);
}

static int open_netlink(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (fd < 0) return -1;
    // The kernel answers at once or not at all.
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void begin(struct request *request, int subsystem, int type, int flags, uint8_t family) {
    memset(request, 0, sizeof *request);
    request->header.nlmsg_len = NLMSG_LENGTH(sizeof request->message);
    request->header.nlmsg_type = (uint16_t)(subsystem << 8 | type);
    request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    request->message.nfgen_family = family;
    request->message.version = NFNETLINK_V0;
}

// Appends an attribute; the callers' attributes fit by their number. Returns its start.
static struct nlattr *append(struct request *request, int type, const void *data, size_t octets) {
    struct nlattr *attribute =
        (struct nlattr *)((uint8_t *)request + NLMSG_ALIGN(request->header.nlmsg_len));
    attribute->nla_type = (uint16_t)type;
    attribute->nla_len = (uint16_t)(NLA_HDRLEN + octets);
    if (octets) memcpy((uint8_t *)attribute + NLA_HDRLEN, data, octets);
    request->header.nlmsg_len =
        NLMSG_ALIGN(request->header.nlmsg_len) + (uint32_t)NLA_ALIGN(attribute->nla_len);
    return attribute;
}

static void end_nest(struct request *request, struct nlattr *nest) {
    nest->nla_len = (uint16_t)((uint8_t *)request + request->header.nlmsg_len - (uint8_t *)nest);
}

// The attribute of a type among those of a message or of another attribute; NULL if there is none,
// or if it has fewer octets than `least`.
static const struct nlattr *seek(const void *start, size_t octets, int type, size_t least) {
    const uint8_t *at = start;
    while (octets >= NLA_HDRLEN) {
        const struct nlattr *attribute = (const struct nlattr *)at;
        size_t length = attribute->nla_len;
        if (length < NLA_HDRLEN || length > octets) return NULL;
        if ((attribute->nla_type & NLA_TYPE_MASK) == type)
            return length - NLA_HDRLEN >= least ? attribute : NULL;
        size_t step = NLA_ALIGN(length);
        if (step >= octets) return NULL;
        at += step;
        octets -= step;
    }
    return NULL;
}

static const struct nlattr *seek_in(const struct nlattr *parent, int type, size_t least) {
    if (!parent) return NULL;
    return seek((const uint8_t *)parent + NLA_HDRLEN, parent->nla_len - NLA_HDRLEN, type, least);
}

static const struct nlattr *seek_message(const struct nlmsghdr *header, int type, size_t least) {
    size_t start = NLMSG_LENGTH(sizeof(struct nfgenmsg));
    if (header->nlmsg_len < start) return NULL;
    return seek((const uint8_t *)header + start, header->nlmsg_len - start, type, least);
}

static const void *data(const struct nlattr *attribute) {
    return (const uint8_t *)attribute + NLA_HDRLEN;
}

static uint16_t number16(const struct nlattr *attribute) {
    uint16_t number;
    memcpy(&number, data(attribute), sizeof number);
    return ntohs(number);
}

static uint32_t number32(const struct nlattr *attribute) {
    uint32_t number;
    memcpy(&number, data(attribute), sizeof number);
    return ntohl(number);
}

// Sends a request and gives each answer to `body` until the kernel has said all.
static int exchange(
    int fd, struct request *request, int (*body)(const struct nlmsghdr *, void *), void *context,
    int *is_whole) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(fd, request, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel,
               sizeof kernel) < 0)
        return errno;
    static const size_t room = 1 << 17;
    uint8_t *buffer = malloc(room);
    if (!buffer) return ENOMEM;
    int result = 0;
    int more = 1;
    while (more) {
        ssize_t octets = recv(fd, buffer, room, 0);
        if (octets < 0 && errno == EINTR) continue;
        if (octets <= 0) {
            result = octets < 0 ? errno : EPIPE;
            break;
        }
        size_t left = (size_t)octets;
        for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; more && NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_seq != request->header.nlmsg_seq) continue;
            if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
                more = 0;
                *is_whole = 1;
                const struct nlmsgerr *error = NLMSG_DATA(header);
                if (header->nlmsg_type == NLMSG_ERROR
                    && header->nlmsg_len >= NLMSG_LENGTH(sizeof *error))
                    result = -error->error;
                break;
            }
            result = body ? body(header, context) : 0;
            if (!(header->nlmsg_flags & NLM_F_MULTI)) *is_whole = 1;
            if (result || *is_whole) more = 0;
        }
    }
    free(buffer);
    return result;
}

// Asks by a link, which is opened if it must be.
static int ask(
    struct cnf_link *link, struct request *request,
    int (*body)(const struct nlmsghdr *, void *), void *context) {
    if (link->fd < 0) link->fd = open_netlink();
    if (link->fd < 0) return errno;
    request->header.nlmsg_seq = ++link->sequence;
    int is_whole = 0;
    int result = exchange(link->fd, request, body, context, &is_whole);
    if (!is_whole) {
        close(link->fd);
        link->fd = -1;
    }
    return result;
}

static int take_generation(const struct nlmsghdr *header, void *context) {
    const struct nlattr *number = seek_message(header, NFTA_GEN_ID, 4);
    if (!number) return EBADMSG;
    *(uint32_t *)context = number32(number);
    return 0;
}

int cnf_generation(struct cnf_link *link, uint32_t *generation) {
    struct request request;
    begin(&request, NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN, 0, AF_UNSPEC);
    return ask(link, &request, take_generation, generation);
}

// A list that grows.
struct list {
    struct cnf_flow *flows;
    size_t count;
    size_t room;
    size_t count_max;
    uint8_t protocol;
};

static int read_tuple(const struct nlattr *nest, uint8_t family, struct cnf_tuple *tuple) {
    int is4 = family == AF_INET;
    size_t octets = is4 ? 4 : 16;
    const struct nlattr *addresses = seek_in(nest, CTA_TUPLE_IP, 0);
    const struct nlattr *source = seek_in(addresses, is4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, octets);
    const struct nlattr *target = seek_in(addresses, is4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, octets);
    const struct nlattr *transport = seek_in(nest, CTA_TUPLE_PROTO, 0);
    const struct nlattr *source_port = seek_in(transport, CTA_PROTO_SRC_PORT, 2);
    const struct nlattr *target_port = seek_in(transport, CTA_PROTO_DST_PORT, 2);
    if (!source || !target || !source_port || !target_port) return 0;
    memcpy(tuple->source, data(source), octets);
    memcpy(tuple->destination, data(target), octets);
    tuple->source_port = number16(source_port);
    tuple->destination_port = number16(target_port);
    return 1;
}

static int take_flow(const struct nlmsghdr *header, void *context) {
    struct list *list = context;
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg))) return 0;
    const struct nfgenmsg *message = NLMSG_DATA(header);
    const struct nlattr *original = seek_message(header, CTA_TUPLE_ORIG, 0);
    const struct nlattr *reply = seek_message(header, CTA_TUPLE_REPLY, 0);
    const struct nlattr *transport = seek_in(original, CTA_TUPLE_PROTO, 0);
    const struct nlattr *protocol = seek_in(transport, CTA_PROTO_NUM, 1);
    if (!protocol || *(const uint8_t *)data(protocol) != list->protocol) return 0;
    struct cnf_flow flow = {.family = message->nfgen_family, .protocol = list->protocol};
    if (flow.family != AF_INET && flow.family != AF_INET6) return 0;
    if (!read_tuple(original, flow.family, &flow.original)) return 0;
    if (!read_tuple(reply, flow.family, &flow.reply)) return 0;
    const struct nlattr *status = seek_message(header, CTA_STATUS, 4);
    if (status) flow.status = number32(status);
    const struct nlattr *zone = seek_message(header, CTA_ZONE, 2);
    if (zone) {
        flow.zone = number16(zone);
        flow.has_zone = 1;
    }
    if (list->count == list->count_max) return E2BIG;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 256;
        struct cnf_flow *flows = realloc(list->flows, room * sizeof *flows);
        if (!flows) return ENOMEM;
        list->flows = flows;
        list->room = room;
    }
    list->flows[list->count++] = flow;
    return 0;
}

int cnf_list_flows(
    struct cnf_link *link, uint8_t family, uint8_t protocol, size_t count_max,
    struct cnf_flow **flows, size_t *count) {
    struct request request;
    begin(&request, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, family);
    struct list list = {.count_max = count_max, .protocol = protocol};
    int result = ask(link, &request, take_flow, &list);
    // Too many to look at: what was read is dealt with.
    if (result == E2BIG) result = 0;
    if (result) {
        free(list.flows);
        list = (struct list){0};
    }
    *flows = list.flows;
    *count = list.count;
    return result;
}

void cnf_free_flows(struct cnf_flow *flows) { free(flows); }

int cnf_forget_flow(struct cnf_link *link, const struct cnf_flow *flow) {
    int is4 = flow->family == AF_INET;
    size_t octets = is4 ? 4 : 16;
    struct request request;
    begin(&request, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, flow->family);
    uint16_t source_port = htons(flow->original.source_port);
    uint16_t target_port = htons(flow->original.destination_port);
    struct nlattr *tuple = append(&request, CTA_TUPLE_ORIG | NLA_F_NESTED, NULL, 0);
    struct nlattr *addresses = append(&request, CTA_TUPLE_IP | NLA_F_NESTED, NULL, 0);
    append(&request, is4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, flow->original.source, octets);
    append(&request, is4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, flow->original.destination, octets);
    end_nest(&request, addresses);
    struct nlattr *transport = append(&request, CTA_TUPLE_PROTO | NLA_F_NESTED, NULL, 0);
    append(&request, CTA_PROTO_NUM, &flow->protocol, 1);
    append(&request, CTA_PROTO_SRC_PORT, &source_port, 2);
    append(&request, CTA_PROTO_DST_PORT, &target_port, 2);
    end_nest(&request, transport);
    end_nest(&request, tuple);
    if (flow->has_zone) {
        uint16_t zone = htons(flow->zone);
        append(&request, CTA_ZONE, &zone, 2);
    }
    return ask(link, &request, NULL, NULL);
}
