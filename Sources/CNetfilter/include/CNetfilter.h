// The kernel's packet filter: transactions through libnftables, which is opened when it is first
// needed, so that programs start without it; and the table of connections through netlink.
//
// The header includes no system header but those of fixed types (see docs/decisions/0004).

#ifndef CNETFILTER_H
#define CNETFILTER_H

#include <stddef.h>
#include <stdint.h>

/// libnftables with a context of its own; used by one thread at a time.
struct cnf_library;

/// What a run has said. The texts are the library's and end with the next run.
struct cnf_outcome {
    /// 0 if all commands were taken as one transaction, else nothing has changed.
    int status;
    /// The errno behind a failed run, as far as the library leaves it; 0 if unknown.
    int code;
    const char *output;
    const char *errors;
};

/// Opens libnftables. Returns NULL and writes the loader's reason if it isn't there.
struct cnf_library *cnf_open(char *reason, size_t octets);

/// Runs commands in nft's language as one transaction; lists are written as JSON if `json`.
struct cnf_outcome cnf_run(struct cnf_library *library, const char *commands, int json);

/// Takes a new context for the old one, which keeps what the last run has read and written until
/// the next one. What a run has said ends with it. Returns 0, or -1 if the old one stays.
int cnf_renew(struct cnf_library *library);

/// Closes the library's context.
void cnf_close(struct cnf_library *library);

/// A way to the kernel, for one thread at a time.
///
/// To be kept: when such a socket is closed, the kernel first waits until what transactions have
/// removed is gone, which takes many milliseconds (`nft_rcv_nl_event` of nf_tables_api.c).
struct cnf_link;

/// Makes a link; NULL if there is no memory. It is opened when it is first used.
struct cnf_link *cnf_link_new(void);

/// Closes a link.
void cnf_link_free(struct cnf_link *link);

/// Asks the kernel for the number of its ruleset, which every transaction of anybody changes.
/// Returns 0 or an errno.
int cnf_generation(struct cnf_link *link, uint32_t *generation);

/// One direction of a connection: addresses in network order (4 or 16 octets), ports in the host's.
struct cnf_tuple {
    uint8_t source[16];
    uint8_t destination[16];
    uint16_t source_port;
    uint16_t destination_port;
};

/// A tracked connection.
struct cnf_flow {
    struct cnf_tuple original;
    struct cnf_tuple reply;
    /// The kernel's IPS_ bits.
    uint32_t status;
    uint16_t zone;
    uint8_t has_zone;
    /// AF_INET or AF_INET6.
    uint8_t family;
    uint8_t protocol;
};

/// Lists tracked connections of a family and a protocol, at most `count_max`; the list is to be
/// freed with `cnf_free_flows`. Returns 0 or an errno.
int cnf_list_flows(
    struct cnf_link *link, uint8_t family, uint8_t protocol, size_t count_max,
    struct cnf_flow **flows, size_t *count);

/// Frees a list.
void cnf_free_flows(struct cnf_flow *flows);

/// Forgets a tracked connection: its next packet is a new one. Returns 0 or an errno; ENOENT if it
/// was gone already.
int cnf_forget_flow(struct cnf_link *link, const struct cnf_flow *flow);

#endif
