import contextlib, sys, traceback
class Custom(ValueError):
    pass
@contextlib.contextmanager
def guarded(name):
    print("enter", name)
    try: yield name
    except KeyError as e: print("swallowed", e)
    finally: print("leave", name)
with guarded("one"): raise KeyError("k")
def deep(n): return 0 if n < 0 else 1 + deep(n - 1)
try: deep(10 ** 6)
except RecursionError as e: print(type(e).__name__)
print(deep(50))
try:
    try: [][1]
    except IndexError as e: raise Custom("chained") from e
except Custom as e: print(repr(e), repr(e.__cause__))
try: raise ExceptionGroup("many", [ValueError(1), TypeError(2)])
except* TypeError as group: print(group.exceptions)
except* ValueError as group: print(len(group.exceptions))
for bad in ("1 / 0", "int('x')", "{}.missing", "undefined", "'a' + 1", "x ="):
    try: exec(bad)
    except Exception as e: print(type(e).__name__, "-", e)
print("to stderr", file=sys.stderr)
if len(sys.argv) > 1: sys.exit(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1])
raise Custom("not caught")
