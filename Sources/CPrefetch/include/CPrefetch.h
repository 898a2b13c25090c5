// The one instruction that Swift has no word for.

#ifndef CPREFETCH_H
#define CPREFETCH_H

/// Begins to fetch the cache line at an address, without waiting for it. Any address is allowed:
/// what can't be read is not fetched.
static inline void cpf_prefetch(const void *address) {
    __builtin_prefetch(address);
}

#endif
