import base64, binascii, csv, hashlib, io, json, re, struct, zlib
text = "".join(f"{i * i % 97:02d}:{'abcdefghij'[i % 10] * (i % 5)};" for i in range(5000))
for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
    print(name, hashlib.new(name, text.encode()).hexdigest()[:48])
packed = zlib.compress(text.encode(), 9)
print(len(text), zlib.decompress(packed) == text.encode(), zlib.crc32(text.encode()), binascii.crc_hqx(b"123456789", 0))
doc = {"b": [1, 2.5, None, True, "é\u2028\n"], "a": {"nested": {"deep": [[]]}}, "big": 2 ** 70}
print(json.dumps(doc, sort_keys=True), json.loads(json.dumps(doc)) == doc)
print(json.dumps(doc, indent=2, ensure_ascii=False))
try: json.loads('{"a": [1, 2,]}')
except json.JSONDecodeError as e: print(e)
pattern = re.compile(r"(?P<num>\d\d):(?P<run>(?P<c>[a-j])(?P=c)*)?;")
runs = {}
for m in pattern.finditer(text): runs[m["run"] or ""] = runs.get(m["run"] or "", 0) + 1
print(len(runs), sorted(runs.items(), key=lambda kv: (-kv[1], kv[0]))[:4])
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world, good day"), re.split(r"[,;]\s*", "a, b;c;  d"), re.findall(r"(?<=-)\w+(?=\b)", "x-ray well-known"))
rows = list(csv.reader(io.StringIO('a,"b ""q"", c",d\n1,"two\nlines",3\n')))
print(rows, struct.pack(">HhIq", 65535, -2, 7, -1).hex(), struct.unpack("<d", struct.pack("<d", 1.1)))
print(base64.b85encode(bytes(range(40))).decode(), base64.b64encode(b"\xff" * 5).decode())
