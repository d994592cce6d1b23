// files: what a program can do to a folder, step by step, with each result printed.
//
//   files FOLDER     runs every step below FOLDER, which must be empty and writable
//   files escape FOLDER   tries to leave FOLDER; prints what happened
//
// Error numbers differ between systems' libraries, so errors print as words.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[256];

static const char *in(const char *name) {
    static char paths[4][600];
    static int next;
    char *path = paths[next++ & 3];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static const char *error(void) {
    switch (errno) {
        case ENOENT: return "no such file";
        case EEXIST: return "exists";
        case ENOTDIR: return "not a folder";
        case EISDIR: return "is a folder";
        case ENOTEMPTY: return "not empty";
        case EBADF: return "bad descriptor";
        case EINVAL: return "invalid";
        case EPERM: return "not permitted";
        case EACCES: return "no access";
        case ELOOP: return "link loop";
        case ENOTCAPABLE: return "not capable";
        default: return strerror(errno);
    }
}

static void step(const char *what, int result) {
    printf("%-34s %s\n", what, result < 0 ? error() : "done");
}

static void show(const char *name) {
    struct stat st;
    if (stat(in(name), &st)) {
        printf("  %s: %s\n", name, error());
        return;
    }
    printf("  %s: %s, %lld bytes\n", name, S_ISDIR(st.st_mode) ? "folder" : "file",
           S_ISDIR(st.st_mode) ? 0ll : (long long)st.st_size);
}

static void put(const char *name, const char *text) {
    int fd = open(in(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    step("write a file", fd < 0 ? -1 : (int)write(fd, text, strlen(text)));
    if (fd >= 0) close(fd);
}

static void get(const char *name) {
    char text[200];
    int fd = open(in(name), O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n < 0) {
        printf("  %s: %s\n", name, error());
    } else {
        text[n] = 0;
        printf("  %s: [%s]\n", name, text);
    }
    if (fd >= 0) close(fd);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *name) {
    DIR *dir = opendir(in(name));
    if (!dir) {
        printf("  list %s: %s\n", name, error());
        return;
    }
    char *names[1200];
    int n = 0;
    for (struct dirent *e; (e = readdir(dir)) && n < 1200;) {
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) names[n++] = strdup(e->d_name);
    }
    closedir(dir);
    qsort(names, (size_t)n, sizeof *names, by_text);
    printf("  list %s: %d entries", name, n);
    for (int i = 0; i < n && n < 20; i++) printf(" %s", names[i]);
    if (n >= 20) printf(" %s .. %s", names[0], names[n - 1]);
    printf("\n");
}

static void descriptors(void) {
    int fd = open(in("seek"), O_RDWR | O_CREAT | O_EXCL, 0644);
    step("create exclusively", fd);
    step("create exclusively again", open(in("seek"), O_RDWR | O_CREAT | O_EXCL, 0644));
    step("write", (int)write(fd, "0123456789", 10));
    printf("  at %lld\n", (long long)lseek(fd, 0, SEEK_CUR));
    printf("  at %lld\n", (long long)lseek(fd, 4, SEEK_SET));
    step("overwrite", (int)write(fd, "xy", 2));
    printf("  at %lld\n", (long long)lseek(fd, -1, SEEK_END));
    printf("  at %lld\n", (long long)lseek(fd, 5, SEEK_END));
    step("write past the end", (int)write(fd, "!", 1));
    step("seek before the start", (int)lseek(fd, -1, SEEK_SET));
    char text[17] = {0};
    printf("  pread %d: ", (int)pread(fd, text, 16, 2));
    for (int i = 0; i < 14; i++) printf("%02x", (unsigned char)text[i]);
    printf("\n");
    step("pwrite", (int)pwrite(fd, "P", 1, 0));
    step("truncate to 6", ftruncate(fd, 6));
    show("seek");
    step("truncate to 8", ftruncate(fd, 8));
    show("seek");
    step("fsync", fsync(fd));
    close(fd);
    step("write to a closed descriptor", (int)write(fd, "x", 1));
    fd = open(in("seek"), O_WRONLY | O_APPEND);
    step("append", (int)write(fd, "end", 3));
    step("read what is open for writing", (int)read(fd, text, 1));
    close(fd);
    show("seek");
    step("remove", unlink(in("seek")));
}

static void names(void) {
    step("make a folder", mkdir(in("a"), 0755));
    step("make it again", mkdir(in("a"), 0755));
    step("make one inside", mkdir(in("a/b"), 0755));
    step("make one in nothing", mkdir(in("no/b"), 0755));
    put("a/one", "first");
    put("a/b/two", "second");
    get("a/one");
    get("a/../a/./b//two");
    // A folder may open for reading; it is the read that is refused, for one reason or another.
    int folder = open(in("a/b"), O_RDONLY);
    char byte;
    printf("  read a folder: %s\n", read(folder, &byte, 1) < 0 ? "refused" : "READ");
    if (folder >= 0) close(folder);
    get("a/missing");
    get("a/one/below");
    list("a");
    step("rename a file", rename(in("a/one"), in("a/b/uno")));
    step("rename what is not there", rename(in("a/one"), in("a/b/uno")));
    step("rename over a file", rename(in("a/b/uno"), in("a/b/two")));
    get("a/b/two");
    step("rename a folder", rename(in("a/b"), in("c")));
    list("a");
    list("c");
    step("remove a full folder", rmdir(in("c")));
    step("remove a folder as a file", unlink(in("c")) ? (errno == EISDIR || errno == EPERM ? 0 : -1) : 0);
    step("remove a file as a folder", rmdir(in("c/two")));
    step("hard link", link(in("c/two"), in("c/twin")));
    get("c/twin");
    step("symbolic link", symlink("two", in("c/soft")));
    get("c/soft");
    char target[64] = {0};
    printf("  link to %.*s\n", (int)readlink(in("c/soft"), target, sizeof target), target);
    struct stat st;
    printf("  lstat: %s\n", lstat(in("c/soft"), &st) ? error() : S_ISLNK(st.st_mode) ? "link" : "no");
    step("link to itself", symlink("loop", in("c/loop")));
    get("c/loop");
    list("c");
    struct timespec times[2] = {{1000000000, 0}, {1234567890, 0}};
    step("set times", utimensat(AT_FDCWD, in("c/two"), times, 0));
    printf("  times: %s\n",
           stat(in("c/two"), &st) ? error() : st.st_mtime == 1234567890 ? "kept" : "lost");
    static const char *const all[] = {"c/two", "c/twin", "c/soft", "c/loop"};
    for (int i = 0; i < 4; i++) step(all[i], unlink(in(all[i])));
    step("remove an empty folder", rmdir(in("c")));
    step("remove the other", rmdir(in("a")));
}

static void many(void) {
    // More entries than one buffer of a folder listing holds, with names of many lengths.
    char name[300];
    step("make a folder", mkdir(in("many"), 0755));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "many/%04d-%.*s", i, i % 120,
                 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
                 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
        int fd = open(in(name), O_WRONLY | O_CREAT, 0644);
        if (fd < 0) {
            step(name, -1);
            return;
        }
        close(fd);
    }
    list("many");
    DIR *dir = opendir(in("many"));
    int removed = 0;
    char *found[1000];
    for (struct dirent *e; dir && (e = readdir(dir)) && removed < 1000;) {
        if (e->d_name[0] != '.') found[removed++] = strdup(e->d_name);
    }
    if (dir) closedir(dir);
    for (int i = 0; i < removed; i++) {
        snprintf(name, sizeof name, "many/%s", found[i]);
        if (unlink(in(name))) step(name, -1);
    }
    printf("  removed %d\n", removed);
    step("remove the folder", rmdir(in("many")));
}

static int escape(void) {
    static const char *const ways[] = {"../..", "../../..", "../../etc/passwd", "x/../../../y"};
    int out = 0;
    for (int i = 0; i < 4; i++) {
        int fd = open(in(ways[i]), O_RDONLY);
        printf("  %s: %s\n", ways[i], fd < 0 ? "refused" : "OPENED");
        out |= fd >= 0;
    }
    int fd = open("/etc/passwd", O_RDONLY);
    printf("  /etc/passwd: %s\n", fd < 0 ? "refused" : "OPENED");
    out |= fd >= 0;
    static const char *const links[] = {"/etc/passwd", "../../../../../../etc/passwd", "../.."};
    for (int i = 0; i < 3; i++) {
        // Making such a link may be refused; following it must be.
        int made = symlink(links[i], in("way-out"));
        fd = open(in("way-out"), O_RDONLY);
        int dir = open(in("way-out/."), O_RDONLY | O_DIRECTORY);
        printf("  link to %s: %s\n", links[i], fd < 0 && dir < 0 ? "refused" : "OPENED");
        out |= fd >= 0 || dir >= 0;
        if (!made) unlink(in("way-out"));
    }
    return out;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "escape")) {
        snprintf(root, sizeof root, "%s", argv[2]);
        return escape();
    }
    if (argc != 2) {
        fputs("usage: files [escape] FOLDER\n", stderr);
        return 2;
    }
    snprintf(root, sizeof root, "%s", argv[1]);
    descriptors();
    names();
    many();
    list(".");
    return 0;
}
