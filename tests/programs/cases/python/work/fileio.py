import os, pathlib, shutil, sys, tempfile
print(sys.argv[1:], os.environ.get("WHO"), sys.platform, sys.version_info[:2])
root = pathlib.Path("/work/made")
root.mkdir()
for i in range(30):
    d = root / f"d{i % 3}"
    d.mkdir(exist_ok=True)
    (d / f"f{i:02}.txt").write_text("line é\n" * i, encoding="utf-8")
total = 0
for folder, dirs, files in sorted(os.walk(root)):
    print(os.path.relpath(folder, root), sorted(dirs), len(files))
    total += sum(os.path.getsize(os.path.join(folder, f)) for f in files)
print(total, len(list(root.glob("**/*2.txt"))))
(root / "d0").rename(root / "moved")
print(sorted(p.name for p in root.iterdir()))
with open(root / "binary", "wb+") as f:
    f.write(bytes(range(256)) * 300)
    f.seek(-10, os.SEEK_END)
    print(f.tell(), f.read(4))
    f.truncate(1000)
print(os.stat(root / "binary").st_size)
with open("/work/out.txt", "w") as f:
    for i in range(20000): print(i, hex(i * i), file=f)
try: open("/work/none/x")
except OSError as e: print(type(e).__name__)
try: (root / "moved").rmdir()
except OSError as e: print(type(e).__name__)
shutil.rmtree(root)
print(root.exists(), sorted(p for p in os.listdir("/work") if p.endswith(".txt")))
