// For dl_iterate_phdr.
#define _GNU_SOURCE

#include "CPlatform.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int platform_look(const char *path, struct platform_file *file) {
    struct stat status;
    if (stat(path, &status) != 0) return errno;
    file->device = (uint64_t)status.st_dev;
    file->inode = (uint64_t)status.st_ino;
    file->size = (int64_t)status.st_size;
    file->modified_seconds = (int64_t)status.st_mtim.tv_sec;
    file->modified_nanoseconds = (int64_t)status.st_mtim.tv_nsec;
    file->is_folder = S_ISDIR(status.st_mode);
    file->is_regular = S_ISREG(status.st_mode);
    return 0;
}

bool platform_is_broken_link(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode) && stat(path, &status) != 0;
}

void platform_limit_arenas(int count) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}

/// Unmaps the pages of one loaded file that nobody may write: the next use maps them again from the system's cache.
static int forget_code(struct dl_phdr_info *file, size_t size, void *context) {
    (void)size;
    (void)context;
    // The program itself has no name here; what is no file, such as the kernel's own page of code, has no path.
    if (file->dlpi_name[0] != 0 && file->dlpi_name[0] != '/') return 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < file->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &file->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W) != 0) continue;
        uintptr_t start = ((uintptr_t)file->dlpi_addr + part->p_vaddr) / page * page;
        uintptr_t end = ((uintptr_t)file->dlpi_addr + part->p_vaddr + part->p_memsz) / page * page;
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void platform_return_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    dl_iterate_phdr(forget_code, NULL);
}
