#define _GNU_SOURCE 1

#include "CLinuxNet.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// Takes the first object, which is the program itself, and adds up what it lets go of.
static int forget(struct dl_phdr_info *info, size_t octets, void *context) {
    (void)octets;
    size_t *sum = context;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        // What may be written isn't in the file any more.
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) || (part->p_flags & PF_W)) continue;
        uintptr_t start = (info->dlpi_addr + part->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (info->dlpi_addr + part->p_vaddr + part->p_filesz) & ~(page - 1);
        if (start >= end) continue;
        if (madvise((void *)start, end - start, MADV_DONTNEED) == 0) *sum += end - start;
    }
    return 1;
}

size_t cln_forget_code(void) {
    size_t sum = 0;
    dl_iterate_phdr(forget, &sum);
    return sum;
}
