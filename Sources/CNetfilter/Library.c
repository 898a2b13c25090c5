#include "CNetfilter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// The part of libnftables' interface that is used (libnftables(3); stable within .so.1).
struct nft_ctx;
enum { NFT_CTX_OUTPUT_STATELESS = 1 << 2, NFT_CTX_OUTPUT_JSON = 1 << 4 };

struct cnf_library {
    void *handle;
    struct nft_ctx *context;
    struct nft_ctx *(*ctx_new)(uint32_t);
    void (*ctx_free)(struct nft_ctx *);
    int (*buffer_output)(struct nft_ctx *);
    int (*buffer_error)(struct nft_ctx *);
    const char *(*output)(struct nft_ctx *);
    const char *(*errors)(struct nft_ctx *);
    void (*set_flags)(struct nft_ctx *, unsigned);
    int (*run)(struct nft_ctx *, const char *);
};

static int find(struct cnf_library *library, const char *name, void *pointer) {
    void *symbol = dlsym(library->handle, name);
    // The way in which POSIX stores a function's address.
    *(void **)pointer = symbol;
    return symbol != NULL;
}

static struct nft_ctx *new_context(struct cnf_library *library) {
    struct nft_ctx *context = library->ctx_new(0);
    if (!context) return NULL;
    if (!library->buffer_output(context) && !library->buffer_error(context)) return context;
    library->ctx_free(context);
    return NULL;
}

struct cnf_library *cnf_open(char *reason, size_t octets) {
    struct cnf_library *library = calloc(1, sizeof *library);
    if (!library) {
        snprintf(reason, octets, "out of memory");
        return NULL;
    }
    library->handle = dlopen("libnftables.so.1", RTLD_NOW | RTLD_LOCAL);
    int whole = library->handle && find(library, "nft_ctx_new", &library->ctx_new)
        && find(library, "nft_ctx_free", &library->ctx_free)
        && find(library, "nft_ctx_buffer_output", &library->buffer_output)
        && find(library, "nft_ctx_buffer_error", &library->buffer_error)
        && find(library, "nft_ctx_get_output_buffer", &library->output)
        && find(library, "nft_ctx_get_error_buffer", &library->errors)
        && find(library, "nft_ctx_output_set_flags", &library->set_flags)
        && find(library, "nft_run_cmd_from_buffer", &library->run);
    if (!whole) {
        const char *said = dlerror();
        snprintf(reason, octets, "%s", said ? said : "libnftables.so.1 is not whole");
        cnf_close(library);
        return NULL;
    }
    library->context = new_context(library);
    if (!library->context) {
        snprintf(reason, octets, "libnftables.so.1 makes no context");
        cnf_close(library);
        return NULL;
    }
    return library;
}

struct cnf_outcome cnf_run(struct cnf_library *library, const char *commands, int json) {
    library->set_flags(
        library->context, NFT_CTX_OUTPUT_STATELESS | (json ? NFT_CTX_OUTPUT_JSON : 0));
    errno = 0;
    struct cnf_outcome outcome = {0};
    outcome.status = library->run(library->context, commands);
    outcome.code = outcome.status ? errno : 0;
    outcome.output = library->output(library->context);
    outcome.errors = library->errors(library->context);
    return outcome;
}

int cnf_renew(struct cnf_library *library) {
    struct nft_ctx *context = new_context(library);
    if (!context) return -1;
    library->ctx_free(library->context);
    library->context = context;
    return 0;
}

void cnf_close(struct cnf_library *library) {
    if (library->context) library->ctx_free(library->context);
    if (library->handle) dlclose(library->handle);
    free(library);
}
