// What Swift's Glibc module does not show, or shows under a private module's name in optimised builds (Swift 6.3.1).
#ifndef PEERAGE_CPLATFORM_H
#define PEERAGE_CPLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/// What a path leads to, links followed.
struct platform_file {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_seconds;
    int64_t modified_nanoseconds;
    bool is_folder;
    bool is_regular;
};

/// Looks at a path; returns 0, or the error number.
int platform_look(const char *path, struct platform_file *file);

/// Whether a path is a symbolic link that leads nowhere, or nowhere that can be looked at.
bool platform_is_broken_link(const char *path);

/// Lets malloc keep at most this many arenas: one for each of many threads costs tens of megabytes.
void platform_limit_arenas(int count);

/// Gives back to the system what is not in use: the heap's free pages, and code that only the start needed.
void platform_return_memory(void);

#endif
