// lisp: a small Lisp with closures, tail calls, a mark-and-sweep collector and exact integers.
//
//   lisp [FILE...]     evaluates files, or standard input, and exits with what (exit n) says
//
// Forms: quote if define set! lambda let begin cond and or while. Values: integers, floats, text,
// symbols, pairs, procedures. An error prints to standard error and exits with 1.

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum tag { NIL, INT, FLOAT, TEXT, SYMBOL, PAIR, BUILTIN, CLOSURE };

typedef struct cell *val;

struct cell {
    unsigned char tag, marked;
    union {
        int64_t i;
        double f;
        struct { char *text; val value; } s;  // text and symbols; a symbol's global value
        struct { val head, tail; } p;         // pairs
        val (*call)(val args);
        struct { val code, env; } c;          // code = (parameters . body)
    };
};

// The collector's roots: what evaluation holds in C variables is pushed here too.
static val stack[200000];
static int top;
static struct cell nil_cell, *nil = &nil_cell;
static val symbols, truth;

struct chunk {
    struct chunk *next;
    struct cell cells[4096];
};

static struct chunk *chunks;
static val free_list;
static long n_free, n_cells, collections;

_Noreturn static void fail(const char *what, const char *which) {
    fflush(stdout);
    fprintf(stderr, "lisp: %s%s%s\n", what, which ? ": " : "", which ? which : "");
    exit(1);
}

static void push(val v) {
    if (top == sizeof stack / sizeof *stack) fail("recursion is too deep", NULL);
    stack[top++] = v;
}

static void mark(val v) {
    while (v && !v->marked) {
        v->marked = 1;
        if (v->tag == PAIR || v->tag == CLOSURE) {
            // Lists are long in their tails and shallow in their heads.
            mark(v->p.head);
            v = v->p.tail;
        } else if (v->tag == SYMBOL) {
            v = v->s.value;
        } else {
            return;
        }
    }
}

static void collect(void) {
    collections++;
    mark(nil), mark(symbols);
    for (int i = 0; i < top; i++) mark(stack[i]);
    free_list = NULL, n_free = 0;
    for (struct chunk *c = chunks; c; c = c->next) {
        for (int i = 0; i < 4096; i++) {
            val v = &c->cells[i];
            if (v->marked) {
                v->marked = 0;
                continue;
            }
            if (v->tag == TEXT) free(v->s.text);
            v->tag = NIL;
            v->p.tail = free_list;
            free_list = v, n_free++;
        }
    }
    nil->marked = 0;
}

static val cell(enum tag tag) {
    if (!free_list) {
        if (chunks) collect();
        if (n_free < n_cells / 3 || !chunks) {
            struct chunk *c = calloc(1, sizeof *c);
            if (!c) fail("out of memory", NULL);
            c->next = chunks, chunks = c;
            for (int i = 0; i < 4096; i++) c->cells[i].p.tail = free_list, free_list = &c->cells[i];
            n_cells += 4096, n_free += 4096;
        }
    }
    val v = free_list;
    free_list = v->p.tail;
    v->tag = tag;
    v->p.head = v->p.tail = nil;
    return v;
}

static val cons(val head, val tail) {
    push(head), push(tail);
    val v = cell(PAIR);
    top -= 2;
    v->p.head = head, v->p.tail = tail;
    return v;
}

static val integer(int64_t i) {
    val v = cell(INT);
    v->i = i;
    return v;
}

static val real(double f) {
    val v = cell(FLOAT);
    v->f = f;
    return v;
}

static val text(enum tag tag, const char *s, size_t n) {
    val v = cell(tag);
    v->s.text = malloc(n + 1);
    if (!v->s.text) fail("out of memory", NULL);
    memcpy(v->s.text, s, n);
    v->s.text[n] = 0;
    v->s.value = NULL;
    return v;
}

static val symbol(const char *s, size_t n) {
    for (val p = symbols; p != nil; p = p->p.tail) {
        if (!strncmp(p->p.head->s.text, s, n) && !p->p.head->s.text[n]) return p->p.head;
    }
    symbols = cons(text(SYMBOL, s, n), symbols);
    return symbols->p.head;
}

static val head(val v) {
    if (v->tag != PAIR) fail("not a pair", NULL);
    return v->p.head;
}

static val tail(val v) {
    if (v->tag != PAIR) fail("not a pair", NULL);
    return v->p.tail;
}

// Reading.

static const char *in, *in_end;

static int blank(void) {
    while (in < in_end && (isspace((unsigned char)*in) || *in == ';')) {
        if (*in == ';') while (in < in_end && *in != '\n') in++;
        else in++;
    }
    return in == in_end;
}

static val quote_symbol;

static val read(void) {
    if (blank()) fail("unexpected end of input", NULL);
    if (*in == '\'') {
        in++;
        return cons(quote_symbol, cons(read(), nil));
    }
    if (*in == '(') {
        in++;
        int base = top;
        for (;;) {
            if (blank()) fail("missing )", NULL);
            if (*in == ')') break;
            push(read());
        }
        in++;
        val list = nil;
        while (top > base) list = cons(stack[top - 1], list), top--;
        return list;
    }
    if (*in == ')') fail("unexpected )", NULL);
    if (*in == '"') {
        const char *from = ++in;
        while (in < in_end && *in != '"') in++;
        if (in == in_end) fail("text without an end", NULL);
        return text(TEXT, from, (size_t)(in++ - from));
    }
    const char *from = in;
    while (in < in_end && !isspace((unsigned char)*in) && !strchr("();\"'", *in)) in++;
    char *stop;
    char word[128];
    size_t n = (size_t)(in - from);
    if (n >= sizeof word) fail("word too long", NULL);
    memcpy(word, from, n), word[n] = 0;
    errno = 0;
    long long i = strtoll(word, &stop, 10);
    if (!*stop && !errno) return integer(i);
    if (isdigit((unsigned char)*word) || (*word == '-' && n > 1)) {
        double f = strtod(word, &stop);
        if (!*stop) return real(f);
    }
    return symbol(word, n);
}

// Writing.

static void show(val v, int quoted) {
    switch (v->tag) {
        case NIL: printf("()"); break;
        case INT: printf("%lld", (long long)v->i); break;
        case FLOAT: printf("%.10g", v->f); break;
        case TEXT: printf(quoted ? "\"%s\"" : "%s", v->s.text); break;
        case SYMBOL: printf("%s", v->s.text); break;
        case BUILTIN: case CLOSURE: printf("<procedure>"); break;
        case PAIR:
            putchar('(');
            for (;; v = v->p.tail) {
                show(v->p.head, quoted);
                if (v->p.tail->tag != PAIR) break;
                putchar(' ');
            }
            if (v->p.tail != nil) printf(" . "), show(v->p.tail, quoted);
            putchar(')');
    }
}

// Evaluation. An environment is a list of frames, a frame a list of (name . value).

static val *lookup(val env, val name) {
    for (; env != nil; env = env->p.tail) {
        for (val f = env->p.head; f != nil; f = f->p.tail) {
            if (f->p.head->p.head == name) return &f->p.head->p.tail;
        }
    }
    return &name->s.value;
}

static val s_if, s_define, s_set, s_lambda, s_let, s_begin, s_cond, s_and, s_or, s_while, s_else;

static int true_(val v) { return v != nil; }

static val bind(val names, val values) {
    int base = top;
    push(names), push(values);
    val frame = nil;
    push(frame);
    while (names->tag == PAIR) {
        if (values == nil) fail("too few arguments", NULL);
        frame = cons(cons(names->p.head, head(values)), frame);
        stack[top - 1] = frame;
        names = names->p.tail, values = values->p.tail;
    }
    if (names->tag == SYMBOL) frame = cons(cons(names, values), frame);
    else if (values != nil) fail("too many arguments", NULL);
    top = base;
    return frame;
}

static val eval(val x, val env) {
    int base = top;
    push(x), push(env);
    val result;
    for (;;) {
        // Whatever this loop goes on with is in the first two slots.
        stack[base] = x, stack[base + 1] = env;
        top = base + 2;
        if (x->tag == SYMBOL) {
            result = *lookup(env, x);
            if (!result) fail("unbound name", x->s.text);
            break;
        }
        if (x->tag != PAIR) {
            result = x;
            break;
        }
        val op = x->p.head, rest = x->p.tail;
        if (op == quote_symbol) {
            result = head(rest);
            break;
        } else if (op == s_if) {
            val test = eval(head(rest), env);
            rest = tail(rest);
            if (true_(test)) x = head(rest);
            else if (tail(rest) != nil) x = head(tail(rest));
            else { result = nil; break; }
            continue;
        } else if (op == s_define) {
            val name = head(rest), value;
            if (name->tag == PAIR) {
                value = cell(CLOSURE);
                push(value);
                value->c.code = cons(name->p.tail, tail(rest));
                value->c.env = env;
                name = name->p.head;
            } else {
                value = eval(head(tail(rest)), env);
            }
            push(value);
            if (name->tag != SYMBOL) fail("cannot define that", NULL);
            if (env == nil) name->s.value = value;
            else env->p.head = cons(cons(name, value), env->p.head);
            result = name;
            break;
        } else if (op == s_set) {
            val *place = lookup(env, head(rest));
            if (!*place) fail("unbound name", head(rest)->s.text);
            result = eval(head(tail(rest)), env);
            *lookup(env, head(rest)) = result;
            break;
        } else if (op == s_lambda) {
            result = cell(CLOSURE);
            push(result);
            result->c.code = rest, result->c.env = env;
            break;
        } else if (op == s_let) {
            push(nil);
            for (val b = head(rest); b != nil; b = tail(b)) {
                val value = eval(head(tail(head(b))), env);
                stack[base + 2] = cons(cons(head(head(b)), value), stack[base + 2]);
            }
            env = cons(stack[base + 2], env);
            push(env);
            for (rest = tail(rest); tail(rest) != nil; rest = rest->p.tail) eval(rest->p.head, env);
            x = rest->p.head;
            continue;
        } else if (op == s_begin) {
            for (; tail(rest) != nil; rest = rest->p.tail) eval(rest->p.head, env);
            x = rest->p.head;
            continue;
        } else if (op == s_cond) {
            while (rest != nil && head(head(rest)) != s_else && !true_(eval(head(head(rest)), env)))
                rest = rest->p.tail;
            if (rest == nil) { result = nil; break; }
            for (rest = tail(head(rest)); tail(rest) != nil; rest = rest->p.tail)
                eval(rest->p.head, env);
            x = rest->p.head;
            continue;
        } else if (op == s_and || op == s_or) {
            if (rest == nil) { result = op == s_and ? truth : nil; break; }
            int stop = op == s_or;
            result = NULL;
            for (; rest->p.tail != nil; rest = rest->p.tail) {
                val v = eval(rest->p.head, env);
                if (true_(v) == stop) { result = v; break; }
            }
            if (result) break;
            x = rest->p.head;
            continue;
        } else if (op == s_while) {
            while (true_(eval(head(rest), env)))
                for (val b = tail(rest); b != nil; b = b->p.tail) eval(b->p.head, env);
            result = nil;
            break;
        }
        val f = eval(op, env);
        push(f);
        int first = top;
        for (; rest != nil; rest = tail(rest)) push(eval(head(rest), env));
        val args = nil;
        while (top > first) {
            args = cons(stack[top - 1], args);
            top--;
        }
        push(args);
        if (f->tag == BUILTIN) {
            result = f->call(args);
            break;
        }
        if (f->tag != CLOSURE) fail("not a procedure", NULL);
        val frame = bind(f->c.code->p.head, args);
        env = cons(frame, f->c.env);
        push(env);
        val body = f->c.code->p.tail;
        for (; tail(body) != nil; body = body->p.tail) eval(body->p.head, env);
        x = body->p.head;
    }
    top = base;
    return result;
}

// Builtins.

static double number(val v) {
    if (v->tag == INT) return (double)v->i;
    if (v->tag != FLOAT) fail("not a number", NULL);
    return v->f;
}

static val arithmetic(val args, char op) {
    val first = head(args);
    if (first->tag == INT && tail(args) == nil && op == '-') return integer(-first->i);
    int64_t i = first->tag == INT ? first->i : 0;
    double f = number(first);
    int exact = first->tag == INT;
    for (args = tail(args); args != nil; args = tail(args)) {
        val v = head(args);
        if (exact && v->tag == INT) {
            int wide = 0;
            switch (op) {
                case '+': wide = __builtin_add_overflow(i, v->i, &i); break;
                case '-': wide = __builtin_sub_overflow(i, v->i, &i); break;
                case '*': wide = __builtin_mul_overflow(i, v->i, &i); break;
                default:
                    if (!v->i) fail("division by zero", NULL);
                    if (op == '/') i = v->i == -1 ? -i : i / v->i;
                    else i = v->i == -1 ? 0 : i % v->i;
            }
            if (wide) fail("integer overflow", NULL);
            f = (double)i;
        } else {
            exact = 0;
            double g = number(v);
            f = op == '+' ? f + g : op == '-' ? f - g : op == '*' ? f * g : f / g;
        }
    }
    return exact ? integer(i) : real(f);
}

static val b_add(val a) { return a == nil ? integer(0) : arithmetic(a, '+'); }
static val b_sub(val a) { return arithmetic(a, '-'); }
static val b_mul(val a) { return a == nil ? integer(1) : arithmetic(a, '*'); }
static val b_div(val a) { return arithmetic(a, '/'); }
static val b_mod(val a) { return arithmetic(a, '%'); }
static val boolean(int b) { return b ? truth : nil; }
static val b_less(val a) {
    val x = head(a), y = head(tail(a));
    return boolean(x->tag == INT && y->tag == INT ? x->i < y->i : number(x) < number(y));
}
static val b_same(val a) {
    val x = head(a), y = head(tail(a));
    if (x->tag == TEXT && y->tag == TEXT) return boolean(!strcmp(x->s.text, y->s.text));
    if (x->tag == INT && y->tag == INT) return boolean(x->i == y->i);
    if ((x->tag == INT || x->tag == FLOAT) && (y->tag == INT || y->tag == FLOAT))
        return boolean(number(x) == number(y));
    return boolean(x == y);
}
static val b_cons(val a) { return cons(head(a), head(tail(a))); }
static val b_car(val a) { return head(head(a)); }
static val b_cdr(val a) { return tail(head(a)); }
static val b_list(val a) { return a; }
static val b_null(val a) { return boolean(head(a) == nil); }
static val b_pair(val a) { return boolean(head(a)->tag == PAIR); }
static val b_not(val a) { return boolean(head(a) == nil); }
static val b_float(val a) { return real(number(head(a))); }
static val b_display(val a) {
    for (; a != nil; a = tail(a)) show(head(a), 0);
    return nil;
}
static val b_write(val a) { return show(head(a), 1), nil; }
static val b_newline(val a) { return (void)a, putchar('\n'), nil; }
static val b_exit(val a) { exit(a == nil ? 0 : (int)head(a)->i); }
static val b_collections(val a) { return (void)a, integer(collections); }
static val b_join(val a) {
    size_t n = 0;
    for (val p = a; p != nil; p = tail(p)) {
        if (head(p)->tag != TEXT) fail("not text", NULL);
        n += strlen(head(p)->s.text);
    }
    char *joined = malloc(n + 1);
    if (!joined) fail("out of memory", NULL);
    *joined = 0;
    for (char *to = joined; a != nil; a = tail(a)) to = stpcpy(to, head(a)->s.text);
    val v = text(TEXT, joined, n);
    free(joined);
    return v;
}
static val b_set_cdr(val a) {
    tail(head(a));
    return head(a)->p.tail = head(tail(a));
}
static val b_apply(val a) {
    val f = head(a), args = head(tail(a));
    if (f->tag == BUILTIN) return f->call(args);
    val call = nil;
    int base = top;
    push(a);
    for (val p = args; p != nil; p = tail(p)) push(head(p));
    while (top > base + 1) {
        call = cons(cons(quote_symbol, cons(stack[top - 1], nil)), call);
        stack[--top] = nil;
        push(call), top--;
    }
    val whole = cons(cons(quote_symbol, cons(f, nil)), call);
    top = base;
    return eval(whole, nil);
}

static void define(const char *name, val (*call)(val)) {
    val v = cell(BUILTIN);
    v->call = call;
    push(v);
    symbol(name, strlen(name))->s.value = v;
    top--;
}

static val word(const char *s) { return symbol(s, strlen(s)); }

static void run(FILE *file) {
    size_t len = 0, room = 1 << 12;
    char *source = malloc(room);
    if (!source) fail("out of memory", NULL);
    for (size_t got; (got = fread(source + len, 1, room - len, file)) > 0;) {
        len += got;
        if (len == room && !(source = realloc(source, room *= 2))) fail("out of memory", NULL);
    }
    in = source, in_end = source + len;
    while (!blank()) {
        val x = read();
        eval(x, nil);
    }
    free(source);
}

int main(int argc, char **argv) {
    nil->p.head = nil->p.tail = nil;
    symbols = nil;
    quote_symbol = word("quote"), s_if = word("if"), s_define = word("define");
    s_set = word("set!"), s_lambda = word("lambda"), s_let = word("let");
    s_begin = word("begin"), s_cond = word("cond"), s_and = word("and"), s_or = word("or");
    s_while = word("while"), s_else = word("else"), truth = word("t");
    truth->s.value = truth;
    define("+", b_add), define("-", b_sub), define("*", b_mul), define("/", b_div);
    define("mod", b_mod), define("<", b_less), define("=", b_same), define("cons", b_cons);
    define("car", b_car), define("cdr", b_cdr), define("list", b_list), define("null?", b_null);
    define("pair?", b_pair), define("not", b_not), define("float", b_float);
    define("display", b_display), define("write", b_write), define("newline", b_newline);
    define("exit", b_exit), define("collections", b_collections), define("join", b_join);
    define("set-cdr!", b_set_cdr), define("apply", b_apply);
    if (argc == 1) run(stdin);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) fail(strerror(errno), argv[i]);
        run(file);
        fclose(file);
    }
    return 0;
}
