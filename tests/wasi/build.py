#!/usr/bin/env python3
"""Builds the programs of this folder, and makes what they are expected to print.

    build.py wasm       compiles *.c to *.wasm, with `ziglang` 0.17.0 of PyPI
    build.py expect     runs them on the engine that each names as its oracle -> *.expected
    build.py diff       shows where the two engines differ, for those who write programs

Neither is needed to run the tests: programs and expectations are kept beside their sources.
The engines are Wasmtime 50.0.1 (`wasmtime` of PyPI; "old" is its release 12.0.0, which still
has wasi_unstable) and Node 20 (`node:wasi`), which share no code with this project. What none of
them can answer has "none" for its oracle, and an expectation that was read line by line; `BLESS=1 cargo test
-p updraft-wasi` writes those. Packages are looked for below $UPDRAFT_CACHE and put there if missing.
"""
import glob, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.environ.get("UPDRAFT_CACHE", os.path.expanduser("~/.cache/updraft"))
ENV = [("ONE", "1"), ("TWO", "two words"), ("EMPTY", "")]
STDIN = b"first second\nthird\n"
# Arguments behind the program's name, where there are any.
ARGS = {"args_env": ["one", "", "three words"], "exit": ["now"]}

# Programs whose first directory may only be read.
READ_ONLY = ["readonly"]


def package(name, version):
    path = os.path.join(CACHE, f"{name}-{version}")
    if not os.path.isdir(path):
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", path,
                        f"{name}=={version}"], check=True)
    return path


def programs():
    return sorted(os.path.basename(p)[:-2] for p in glob.glob(os.path.join(HERE, "*.c")))


def build():
    env = dict(os.environ, PYTHONPATH=package("ziglang", "0.17.0"))
    for name in programs():
        subprocess.run([sys.executable, "-m", "ziglang", "cc", "-target", "wasm32-wasi", "-Oz", "-s",
                        "-Wno-unused-result", "-o", f"{name}.wasm", f"{name}.c"],
                       cwd=HERE, env=env, check=True)


def lay_out(base):
    """The directories of the host that every program gets; the tests lay out the same."""
    for directory in ["root/sub", "second", "outside"]:
        os.makedirs(os.path.join(base, directory))
    for file, text in [("root/sub/file", "inside"), ("root/victim", "v"), ("outside/secret", "s")]:
        with open(os.path.join(base, file), "w") as f:
            f.write(text)
    for link, target in [("abs", "/etc/passwd"), ("absdir", "/etc"), ("out", "../outside"),
                         ("outfile", "../outside/secret"), ("loop", "loop"),
                         ("dangleout", "../outside/none"), ("sub/up", "../.."),
                         ("sub/up2", ".."), ("chainout", "out")]:
        os.symlink(target, os.path.join(base, "root", link))


def on_wasmtime(name, base, version="50.0.1"):
    sys.path.insert(0, package("wasmtime", version))
    import wasmtime
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    config = wasmtime.WasiConfig()
    config.argv = [name] + ARGS.get(name, [])
    config.env = ENV
    stdin = os.path.join(base, "stdin")
    stdout = os.path.join(base, "stdout")
    with open(stdin, "wb") as f:
        f.write(STDIN)
    config.stdin_file = stdin
    config.stdout_file = stdout
    root = os.path.join(base, "root")
    config.preopen_dir(root, "/", fs_mutable=name not in READ_ONLY)
    config.preopen_dir(os.path.join(base, "second"), "second", fs_mutable=True)
    store = wasmtime.Store(engine)
    store.set_wasi(config)
    code = 0
    with open(os.path.join(HERE, name + ".wasm"), "rb") as f:
        module = wasmtime.Module(engine, f.read())
    try:
        linker.instantiate(store, module).exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit:
        code = exit.code
    del store, linker
    with open(stdout, "rb") as f:
        return f.read(), code


NODE = """
const { WASI } = require('node:wasi'), fs = require('node:fs');
const [wasm, name, base, env, ...args] = process.argv.slice(2);
const options = (version) => ({ version, args: [name, ...args], env: JSON.parse(env),
    preopens: { '/': base + '/root', 'second': base + '/second' }, returnOnExit: true });
const snapshot = new WASI(options('preview1')), unstable = new WASI(options('unstable'));
const compiled = new WebAssembly.Module(fs.readFileSync(wasm));
const instance = new WebAssembly.Instance(compiled, {
    wasi_snapshot_preview1: snapshot.wasiImport, wasi_unstable: unstable.wasiImport });
const { _start, ...rest } = instance.exports;
unstable.initialize({ exports: rest });
process.exitCode = snapshot.start(instance);
"""


def on_node(name, base):
    script = os.path.join(base, "run.cjs")
    with open(script, "w") as f:
        f.write(NODE)
    import json
    run = subprocess.run(["node", "--no-warnings", script, os.path.join(HERE, name + ".wasm"), name,
                          base, json.dumps(dict(ENV))] + ARGS.get(name, []), input=STDIN,
                         stdout=subprocess.PIPE, timeout=20)
    return run.stdout, run.returncode


def run(engine, name):
    base = tempfile.mkdtemp()
    try:
        lay_out(base)
        engines = {"wasmtime": on_wasmtime, "node": on_node,
                   "old": lambda name, base: on_wasmtime(name, base, "12.0.0")}
        output, code = engines[engine](name, base)
        return output + b"exit: %d\n" % code
    finally:
        shutil.rmtree(base)


def oracle(name):
    with open(os.path.join(HERE, name + ".c")) as f:
        return re.search(r"Oracle: (\w+)", f.read()).group(1)


def expect():
    for name in sys.argv[2:] or programs():
        if name == "old" or oracle(name) == "none":
            continue
        if oracle(name) == "old" and "old" not in sys.argv:
            # Two releases cannot be loaded into one process.
            subprocess.run([sys.executable, __file__, "expect", name, "old"], check=True)
            continue
        output = run(oracle(name), name)
        with open(os.path.join(HERE, name + ".expected"), "wb") as f:
            f.write(output)


def diff():
    for name in sys.argv[2:] or programs():
        outputs = {}
        for engine in ["wasmtime", "node"]:
            try:
                outputs[engine] = run(engine, name)
            except Exception as error:
                outputs[engine] = str(error).encode()
        print(f"== {name} (oracle {oracle(name)})", flush=True)
        with tempfile.TemporaryDirectory() as base:
            for engine, output in outputs.items():
                with open(os.path.join(base, engine), "wb") as f:
                    f.write(output)
            subprocess.run(["diff", "wasmtime", "node"], cwd=base)


if __name__ == "__main__":
    {"wasm": build, "expect": expect, "diff": diff}[sys.argv[1]]()
