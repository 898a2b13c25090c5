#define _GNU_SOURCE 1

#include "CLinuxNet.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum { SMALL_PAGE = 4096, LARGE_PAGE = 2 << 20, SMALL_IN_LARGE = LARGE_PAGE / SMALL_PAGE };

// Mappings above this are reservations, such as those of sanitizers.
static const uintptr_t MAPPING_MAX = 1ul << 30;

// The large pages that are looked at, at most: a gigabyte.
enum { LOOK_MAX = 512 };

static unsigned used_pages(uintptr_t start) {
    unsigned char pages[SMALL_IN_LARGE];
    if (mincore((void *)start, LARGE_PAGE, pages) != 0) return 0;
    unsigned used = 0;
    for (unsigned i = 0; i < SMALL_IN_LARGE; i++) used += pages[i] & 1;
    return used;
}

// Whether the system's administrator wants no large pages, which the kernel's call disregards.
static int is_forbidden(void) {
    char choice[64] = "";
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
    if (!file) return 1;
    if (!fgets(choice, sizeof choice, file)) choice[0] = 0;
    fclose(file);
    return !choice[0] || strstr(choice, "[never]") != NULL;
}

unsigned cln_use_large_pages(void) {
    if (sysconf(_SC_PAGESIZE) != SMALL_PAGE || is_forbidden()) return 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return 0;
    unsigned made = 0, looks = LOOK_MAX;
    char line[512];
    while (looks > 0 && fgets(line, sizeof line, maps)) {
        unsigned long start, end, inode;
        char access[5];
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &start, &end, access, &inode) != 4) continue;
        // Only memory of the process's own; a stack grows by small pages.
        if (inode != 0 || strcmp(access, "rw-p") != 0 || strstr(line, "[stack")) continue;
        if (end - start > MAPPING_MAX) continue;
        start = (start + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
        for (; looks > 0 && start + LARGE_PAGE <= end; start += LARGE_PAGE, looks--) {
            if (used_pages(start) < SMALL_IN_LARGE / 2) continue;
            if (madvise((void *)start, LARGE_PAGE, MADV_COLLAPSE) == 0) made++;
        }
    }
    fclose(maps);
    return made;
}
