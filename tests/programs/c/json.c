// json: reads JSON from a file or standard input and writes it again.
//
//   json [-c | -i WIDTH] [-s] [-p PATH] [FILE]
//
// -c compact, -i indent by WIDTH (default 2), -s sort keys, -p print only the value at PATH, such
// as .items[3].name; a string there is printed raw.
//
// Exit codes: 0, 1 for bad JSON (line and column on standard error) or a path that is not there,
// 2 for wrong usage.

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { NUL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };

struct value {
    enum kind kind;
    double number;
    char *text;  // a string's, or an integer's own digits
    size_t len, n, room;
    struct value *items;  // an object's keys and values alternate
};

static const char *at, *end, *begin;
static int depth, sort_keys, width = 2, compact;

static void *must(void *p) {
    if (!p) {
        fputs("json: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

_Noreturn static void bad(const char *what) {
    unsigned line = 1, column = 1;
    for (const char *p = begin; p < at; p++) {
        if (*p == '\n') line++, column = 1;
        else column++;
    }
    fprintf(stderr, "json: line %u, column %u: %s\n", line, column, what);
    exit(1);
}

static void space(void) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) at++;
}

static unsigned hex4(void) {
    unsigned v = 0;
    for (int i = 0; i < 4; i++, at++) {
        if (at >= end || !isxdigit((unsigned char)*at)) bad("bad \\u escape");
        v = v * 16 + (unsigned)(isdigit((unsigned char)*at) ? *at - '0' : (*at | 32) - 'a' + 10);
    }
    return v;
}

static size_t utf8(char *out, unsigned c) {
    if (c < 0x80) return out[0] = (char)c, 1;
    if (c < 0x800) return out[0] = (char)(0xc0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63));
        return out[2] = (char)(0x80 | (c & 63)), 3;
    }
    out[0] = (char)(0xf0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63));
    return out[2] = (char)(0x80 | (c >> 6 & 63)), out[3] = (char)(0x80 | (c & 63)), 4;
}

static void string(struct value *v) {
    const char *close = ++at;
    while (close < end && *close != '"') close += *close == '\\' ? 2 : 1;
    if (close >= end) bad("string without an end");
    v->kind = STRING;
    v->text = must(malloc((size_t)(close - at) + 1));
    v->len = 0;
    while (*at != '"') {
        unsigned char c = (unsigned char)*at++;
        if (c < 0x20) at--, bad("control character in a string");
        if (c != '\\') {
            v->text[v->len++] = (char)c;
            continue;
        }
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        c = (unsigned char)*at++;
        const char *known = c ? strchr(from, c) : NULL;
        if (known) {
            v->text[v->len++] = to[known - from];
        } else if (c == 'u') {
            unsigned u = hex4();
            if (u >= 0xd800 && u < 0xdc00 && end - at > 6 && at[0] == '\\' && at[1] == 'u') {
                at += 2;
                unsigned low = hex4();
                if (low < 0xdc00 || low > 0xdfff) bad("half of a surrogate pair");
                u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
            } else if (u >= 0xd800 && u < 0xe000) {
                bad("half of a surrogate pair");
            }
            v->len += utf8(v->text + v->len, u);
        } else {
            at--, bad("unknown escape");
        }
    }
    at++;
    v->text[v->len] = 0;
}

static struct value *push(struct value *v) {
    if (v->n == v->room) {
        v->room = v->room ? v->room * 2 : 4;
        v->items = must(realloc(v->items, v->room * sizeof *v->items));
    }
    memset(&v->items[v->n], 0, sizeof *v->items);
    return &v->items[v->n++];
}

static void parse(struct value *v);

static void members(struct value *v, char close) {
    v->kind = close == ']' ? ARRAY : OBJECT;
    if (++depth > 500) bad("nested too deeply");
    at++;
    space();
    if (at < end && *at == close) {
        at++, depth--;
        return;
    }
    for (;;) {
        if (close == '}') {
            space();
            if (at >= end || *at != '"') bad("expected a key");
            string(push(v));
            space();
            if (at >= end || *at != ':') bad("expected ':'");
            at++;
        }
        parse(push(v));
        space();
        if (at < end && *at == close) break;
        if (at >= end || *at != ',') bad(close == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
        at++;
    }
    at++, depth--;
}

static void number(struct value *v) {
    const char *first = at, *digits;
    int whole = 1;
    if (*at == '-') at++;
    digits = at;
    while (at < end && isdigit((unsigned char)*at)) at++;
    if (at == digits || (*digits == '0' && at - digits > 1)) at = first, bad("bad number");
    if (at < end && *at == '.') {
        whole = 0, digits = ++at;
        while (at < end && isdigit((unsigned char)*at)) at++;
        if (at == digits) bad("bad number");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        whole = 0, at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        digits = at;
        while (at < end && isdigit((unsigned char)*at)) at++;
        if (at == digits) bad("bad number");
    }
    v->kind = NUMBER;
    v->len = (size_t)(at - first);
    char *copy = must(malloc(v->len + 1));
    memcpy(copy, first, v->len);
    copy[v->len] = 0;
    v->number = strtod(copy, NULL);
    if (v->number > __DBL_MAX__ || v->number < -__DBL_MAX__) at = first, bad("number too large");
    if (whole) v->text = copy;
    else free(copy);
}

static void parse(struct value *v) {
    space();
    if (at >= end) bad("unexpected end");
    static const char *const words[] = {"null", "false", "true"};
    switch (*at) {
        case '"': string(v); return;
        case '[': members(v, ']'); return;
        case '{': members(v, '}'); return;
        case '-': case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9': number(v); return;
    }
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(end - at) >= n && !memcmp(at, words[i], n)) {
            v->kind = (enum kind)(NUL + i);
            at += n;
            return;
        }
    }
    bad("unexpected character");
}

static void write_string(const struct value *v) {
    putchar('"');
    for (size_t i = 0; i < v->len; i++) {
        unsigned char c = (unsigned char)v->text[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c == '\n') fputs("\\n", stdout);
        else if (c == '\t') fputs("\\t", stdout);
        else if (c == '\r') fputs("\\r", stdout);
        else if (c < 0x20) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

static void write_number(const struct value *v) {
    if (v->text) {
        fputs(v->text, stdout);
        return;
    }
    char best[40];
    // The shortest digits that read back as the same number.
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(best, sizeof best, "%.*g", digits, v->number);
        if (strtod(best, NULL) == v->number) break;
    }
    fputs(best, stdout);
}

static int by_key(const void *a, const void *b) {
    const struct value *x = a, *y = b;
    return strcmp(x->text, y->text);
}

static void line(int level) {
    if (compact) return;
    putchar('\n');
    for (int i = 0; i < level * width; i++) putchar(' ');
}

static void write_value(struct value *v, int level) {
    switch (v->kind) {
        case NUL: fputs("null", stdout); return;
        case FALSE: fputs("false", stdout); return;
        case TRUE: fputs("true", stdout); return;
        case NUMBER: write_number(v); return;
        case STRING: write_string(v); return;
        case ARRAY:
        case OBJECT: break;
    }
    int object = v->kind == OBJECT;
    if (object && sort_keys && v->n) qsort(v->items, v->n / 2, 2 * sizeof *v->items, by_key);
    putchar(object ? '{' : '[');
    for (size_t i = 0; i < v->n; i++) {
        if (i) putchar(',');
        line(level + 1);
        if (object) {
            write_string(&v->items[i++]);
            fputs(compact ? ":" : ": ", stdout);
        }
        write_value(&v->items[i], level + 1);
    }
    if (v->n) line(level);
    putchar(object ? '}' : ']');
}

static struct value *find(struct value *v, const char *path) {
    while (v && *path) {
        if (*path == '.') {
            size_t n = strcspn(++path, ".[");
            struct value *found = NULL;
            for (size_t i = 0; v->kind == OBJECT && i < v->n; i += 2) {
                if (v->items[i].len == n && !memcmp(v->items[i].text, path, n)) {
                    found = &v->items[i + 1];
                }
            }
            v = found, path += n;
        } else if (*path == '[') {
            char *stop;
            unsigned long i = strtoul(path + 1, &stop, 10);
            if (*stop != ']') return NULL;
            v = v->kind == ARRAY && i < v->n ? &v->items[i] : NULL;
            path = stop + 1;
        } else {
            return NULL;
        }
    }
    return v;
}

int main(int argc, char **argv) {
    const char *path = NULL, *file = NULL;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-c")) compact = 1;
        else if (!strcmp(argv[i], "-s")) sort_keys = 1;
        else if (!strcmp(argv[i], "-i") && i + 1 < argc) width = atoi(argv[++i]);
        else if (!strcmp(argv[i], "-p") && i + 1 < argc) path = argv[++i];
        else if (argv[i][0] != '-' && !file) file = argv[i];
        else {
            fputs("usage: json [-c | -i WIDTH] [-s] [-p PATH] [FILE]\n", stderr);
            return 2;
        }
    }
    FILE *in = file ? fopen(file, "rb") : stdin;
    if (!in) {
        fprintf(stderr, "json: %s: %s\n", file, strerror(errno));
        return 1;
    }
    size_t len = 0, room = 1 << 12;
    char *text = must(malloc(room));
    for (size_t got; (got = fread(text + len, 1, room - len, in)) > 0;) {
        len += got;
        if (len == room) text = must(realloc(text, room *= 2));
    }
    begin = at = text, end = text + len;
    struct value root = {0};
    parse(&root);
    space();
    if (at < end) bad("something follows the value");
    struct value *shown = path ? find(&root, path) : &root;
    if (!shown) {
        fprintf(stderr, "json: nothing at %s\n", path);
        return 1;
    }
    if (path && shown->kind == STRING) fwrite(shown->text, 1, shown->len, stdout);
    else write_value(shown, 0);
    putchar('\n');
    return 0;
}
