#include "CPlatform.h"

#include <errno.h>
#include <malloc.h>
#include <sys/stat.h>

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

void platform_limit_arenas(int count) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}

void platform_return_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
