// grep: lines that match a pattern, with a backtracking matcher over compiled nodes.
//
//   grep [-incvor] PATTERN [FILE...]
//
// Patterns: . [a-z] [^x] * + ? {m,n} ( ) | ^ $ \d \w \s and escapes.
// -i ignore case, -n line numbers, -c only counts, -v lines that do not match, -o only the matched
// part, -r walk folders.
//
// Exit codes: 0 if something matched, 1 if not, 2 for errors.

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum op { CHAR, SET, ANY, SPLIT, JUMP, BOL, EOL, MATCH };

struct inst {
    enum op op;
    int c, x, y;
    unsigned char *set;
};

static struct inst program[4000];
static int n_insts;
static const char *pattern;
static int fold, numbers, only_count, invert, only_match, recursive;

_Noreturn static void die(const char *what) {
    fprintf(stderr, "grep: %s\n", what);
    exit(2);
}

static int emit(enum op op, int c, int x, int y) {
    if (n_insts == 4000) die("pattern too long");
    program[n_insts] = (struct inst){op, c, x, y, NULL};
    return n_insts++;
}

static void add(unsigned char *set, int c) {
    set[c >> 3] |= (unsigned char)(1 << (c & 7));
    if (fold && isalpha(c)) {
        c ^= 32;
        set[c >> 3] |= (unsigned char)(1 << (c & 7));
    }
}

static void add_class(unsigned char *set, int class) {
    for (int c = 0; c < 256; c++) {
        int in = class == 'd' ? isdigit(c) : class == 'w' ? isalnum(c) || c == '_' : isspace(c);
        if (in) add(set, c);
    }
}

static unsigned char *new_set(void) {
    unsigned char *set = calloc(1, 32);
    if (!set) die("out of memory");
    return set;
}

static void alternatives(void);

static void atom(void) {
    int c = (unsigned char)*pattern++;
    if (c == '(') {
        alternatives();
        if (*pattern++ != ')') die("missing )");
    } else if (c == '.') {
        emit(ANY, 0, 0, 0);
    } else if (c == '^') {
        emit(BOL, 0, 0, 0);
    } else if (c == '$') {
        emit(EOL, 0, 0, 0);
    } else if (c == '[') {
        unsigned char *set = new_set();
        int negate = *pattern == '^';
        if (negate) pattern++;
        for (int first = 1; *pattern && (first || *pattern != ']'); first = 0) {
            int lo = (unsigned char)*pattern++;
            if (lo == '\\' && *pattern) {
                lo = (unsigned char)*pattern++;
                if (strchr("dws", lo)) {
                    add_class(set, lo);
                    continue;
                }
            }
            int hi = lo;
            if (pattern[0] == '-' && pattern[1] && pattern[1] != ']') {
                hi = (unsigned char)pattern[1];
                pattern += 2;
            }
            for (; lo <= hi; lo++) add(set, lo);
        }
        if (*pattern++ != ']') die("missing ]");
        if (negate) for (int i = 0; i < 32; i++) set[i] = (unsigned char)~set[i];
        program[emit(SET, 0, 0, 0)].set = set;
    } else if (c == '\\' && *pattern && strchr("dws", *pattern)) {
        unsigned char *set = new_set();
        add_class(set, *pattern++);
        program[emit(SET, 0, 0, 0)].set = set;
    } else {
        if (c == '\\' && *pattern) c = (unsigned char)*pattern++;
        emit(CHAR, fold ? tolower(c) : c, 0, 0);
    }
}

// Appends a copy of the instructions from `from` to `to`.
static void copy(int from, int to) {
    int shift = n_insts - from;
    for (int i = from; i < to; i++) {
        struct inst in = program[i];
        int at = emit(in.op, in.c, in.x + shift, in.y + shift);
        program[at].set = in.set;
    }
}

static void shift_up(int from) {
    emit(MATCH, 0, 0, 0);
    for (int i = n_insts - 1; i > from; i--) {
        program[i] = program[i - 1];
        program[i].x++, program[i].y++;
    }
}

static void optional(int from, int loop) {
    shift_up(from);
    if (loop) emit(JUMP, 0, from, 0);
    program[from] = (struct inst){SPLIT, 0, from + 1, n_insts, NULL};
}

static void repeated(void) {
    int from = n_insts;
    atom();
    for (;;) {
        if (*pattern == '*') {
            optional(from, 1);
        } else if (*pattern == '+') {
            int to = n_insts;
            emit(SPLIT, 0, from, to + 1);
        } else if (*pattern == '?') {
            optional(from, 0);
        } else if (*pattern == '{') {
            char *stop;
            long lo = strtol(pattern + 1, &stop, 10), hi = lo;
            int open = 0;
            if (*stop == ',') {
                open = stop[1] == '}';
                hi = open ? lo : strtol(stop + 1, &stop, 10);
                if (open) stop++;
            }
            if (*stop != '}' || lo < 0 || hi < lo || hi > 255) die("bad repetition");
            pattern = stop;
            int to = n_insts;
            for (long i = 1; i < hi; i++) {
                int piece = n_insts;
                copy(from, to);
                if (i >= lo) optional(piece, 0);
            }
            if (open) {
                int piece = n_insts;
                copy(from, to);
                optional(piece, 1);
            }
            if (!lo) {
                // Everything is optional, or nothing is left.
                if (hi || open) optional(from, 0);
                else n_insts = from;
            }
        } else {
            return;
        }
        pattern++;
    }
}

static void alternatives(void) {
    int from = n_insts;
    while (*pattern && *pattern != '|' && *pattern != ')') repeated();
    if (*pattern != '|') return;
    pattern++;
    shift_up(from);
    int jump = emit(JUMP, 0, 0, 0);
    program[from] = (struct inst){SPLIT, 0, from + 1, n_insts, NULL};
    alternatives();
    program[jump].x = n_insts;
}

// The end of the longest match by priority, or NULL. Steps are bounded by a set of visited states.
static unsigned char *visited;
static const char *line_start, *line_end;

static const char *match(int pc, const char *s) {
    for (;;) {
        size_t state = (size_t)pc * (size_t)(line_end - line_start + 1) + (size_t)(s - line_start);
        if (visited[state >> 3] & 1 << (state & 7)) return NULL;
        visited[state >> 3] |= (unsigned char)(1 << (state & 7));
        const struct inst *in = &program[pc];
        int c = s < line_end ? (unsigned char)*s : -1;
        switch (in->op) {
            case CHAR: if ((fold && c >= 0 ? tolower(c) : c) != in->c) return NULL; s++, pc++; break;
            case ANY: if (c < 0) return NULL; s++, pc++; break;
            case SET: if (c < 0 || !(in->set[c >> 3] & 1 << (c & 7))) return NULL; s++, pc++; break;
            case BOL: if (s != line_start) return NULL; pc++; break;
            case EOL: if (s != line_end) return NULL; pc++; break;
            case JUMP: pc = in->x; break;
            case MATCH: return s;
            case SPLIT: {
                const char *found = match(in->x, s);
                if (found) return found;
                pc = in->y;
                break;
            }
        }
    }
}

static const char *search(const char *from, const char **stop) {
    memset(visited, 0, ((size_t)n_insts * (size_t)(line_end - line_start + 1) >> 3) + 1);
    for (const char *s = from; s <= line_end; s++) {
        if ((*stop = match(0, s))) return s;
    }
    return NULL;
}

static int grep_stream(FILE *in, const char *name) {
    char *line = NULL;
    size_t room = 0;
    unsigned long number = 0, hits = 0;
    for (ssize_t n; (n = getline(&line, &room, in)) >= 0;) {
        number++;
        if (n && line[n - 1] == '\n') n--;
        line_start = line, line_end = line + n;
        visited = realloc(visited, ((size_t)n_insts * (size_t)(n + 1) >> 3) + 1);
        if (!visited) die("out of memory");
        const char *stop, *start = search(line, &stop);
        if (!start == !invert) continue;
        hits++;
        if (only_count) continue;
        do {
            if (name) printf("%s:", name);
            if (numbers) printf("%lu:", number);
            if (only_match && start) printf("%.*s\n", (int)(stop - start), start);
            else printf("%.*s\n", (int)n, line);
            if (!only_match || !start) break;
            start = search(stop > start ? stop : stop + 1, &stop);
        } while (start && start < line_end);
    }
    free(line);
    if (only_count) {
        if (name) printf("%s:", name);
        printf("%lu\n", hits);
    }
    return hits > 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int errors;

static int grep_path(const char *path, int named) {
    struct stat st;
    if (stat(path, &st)) {
        fprintf(stderr, "grep: %s: %s\n", path, strerror(errno));
        errors = 1;
        return 0;
    }
    if (S_ISDIR(st.st_mode)) {
        DIR *dir = recursive ? opendir(path) : NULL;
        if (!dir) {
            fprintf(stderr, "grep: %s: is a folder\n", path);
            errors = 1;
            return 0;
        }
        char *names[256];
        size_t n = 0;
        int any = 0;
        for (struct dirent *e; (e = readdir(dir)) && n < 256;) {
            if (e->d_name[0] != '.' && !(names[n++] = strdup(e->d_name))) die("out of memory");
        }
        closedir(dir);
        qsort(names, n, sizeof *names, by_name);
        for (size_t i = 0; i < n; i++) {
            char child[1024];
            snprintf(child, sizeof child, "%s/%s", path, names[i]);
            any |= grep_path(child, 1);
            free(names[i]);
        }
        return any;
    }
    FILE *in = fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "grep: %s: %s\n", path, strerror(errno));
        errors = 1;
        return 0;
    }
    int any = grep_stream(in, named ? path : NULL);
    fclose(in);
    return any;
}

int main(int argc, char **argv) {
    int arg = 1;
    for (; arg < argc && argv[arg][0] == '-' && argv[arg][1]; arg++) {
        for (const char *p = argv[arg] + 1; *p; p++) {
            switch (*p) {
                case 'i': fold = 1; break;
                case 'n': numbers = 1; break;
                case 'c': only_count = 1; break;
                case 'v': invert = 1; break;
                case 'o': only_match = 1; break;
                case 'r': recursive = 1; break;
                default: die("usage: grep [-incvor] PATTERN [FILE...]");
            }
        }
    }
    if (arg == argc) die("usage: grep [-incvor] PATTERN [FILE...]");
    pattern = argv[arg++];
    alternatives();
    if (*pattern) die("unmatched )");
    emit(MATCH, 0, 0, 0);
    int any = 0, named = argc - arg > 1;
    if (arg == argc) any = grep_stream(stdin, NULL);
    for (; arg < argc; arg++) any |= grep_path(argv[arg], named);
    return errors ? 2 : !any;
}
