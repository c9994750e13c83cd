/* Fails the n-th call of a kind, or raises a signal there; loaded before libc by tests/chaos/faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { WRITE, FSYNC, RENAME, MALLOC, KINDS };

static long seen[KINDS], nth;
static int armed, kind, number; /* number: the signal to raise, 0 to fail */
static size_t least = 1 << 14;  /* smaller blocks come from pools that Python has already */

void chaos_arm(int what, long when, int signal_number) {
    kind = what, nth = when, number = signal_number;
    for (int i = 0; i < KINDS; i++) seen[i] = 0;
    armed = 1;
}

long chaos_seen(int what) { return seen[what]; }

static int struck(int what, int error) {
    if (!armed) return 0;
    long count = __sync_add_and_fetch(&seen[what], 1);
    if (what != kind || count < nth) return 0;
    if (number) {
        if (count == nth) raise(number);
        return 0;
    }
    /* A disk that is full stays so; anything else fails once. */
    if (what != WRITE && count > nth) return 0;
    errno = error;
    return 1;
}

static int is_file(int fd) {
    struct stat found;
    return armed && fd > 2 && !fstat(fd, &found) && S_ISREG(found.st_mode);
}

#define NEXT(type, name) static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*write_t)(int, const void *, size_t);
ssize_t write(int fd, const void *data, size_t size) {
    NEXT(write_t, "write");
    return is_file(fd) && struck(WRITE, ENOSPC) ? -1 : real(fd, data, size);
}

typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    NEXT(pwrite_t, "pwrite");
    return is_file(fd) && struck(WRITE, ENOSPC) ? -1 : real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) { return pwrite(fd, data, size, at); }

typedef int (*sync_t)(int);
int fsync(int fd) {
    NEXT(sync_t, "fsync");
    return struck(FSYNC, EIO) ? -1 : real(fd);
}
int fdatasync(int fd) {
    NEXT(sync_t, "fdatasync");
    return struck(FSYNC, EIO) ? -1 : real(fd);
}

typedef int (*rename_t)(const char *, const char *);
int rename(const char *from, const char *to) {
    NEXT(rename_t, "rename");
    return struck(RENAME, EACCES) ? -1 : real(from, to);
}

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *malloc(size_t size) { return size >= least && struck(MALLOC, ENOMEM) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) {
    return count * size >= least && struck(MALLOC, ENOMEM) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    return size >= least && struck(MALLOC, ENOMEM) ? NULL : __libc_realloc(old, size);
}
