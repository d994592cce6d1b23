"use strict";
// Shows one function at a time. Everything that comes from the module is put
// into the page as text.
const funcs = JSON.parse(document.getElementById("data").textContent);
// Offsets come as distances from the one before.
function sum(distances) {
  let at = 0;
  return distances.map((distance) => (at += distance));
}
for (const func of funcs) {
  for (const part of [func, ...func.tiers]) {
    if (part.at) part.at = sum(part.at);
  }
}
const byIndex = new Map(funcs.map((func) => [func.index, func]));
const rows = [...document.querySelectorAll("#list tbody tr")];
const columns = document.getElementById("columns");
const title = document.getElementById("title");

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Elements of all columns by the line of wasm text that they belong to.
let groups = new Map();
let held = null;
let over = null;

// The tab stands within an element of its own, so that its stops do not depend
// on what comes before.
function instruction(text) {
  return element("span", "text", text);
}

function addLine(code, at, text, origin) {
  const line = element("div");
  line.append(element("span", "at", at.toString(16)));
  const note = text.indexOf(" ; ");
  if (note < 0) {
    line.append(instruction(text));
  } else {
    line.append(instruction(text.slice(0, note)), element("span", "note", text.slice(note)));
  }
  if (origin >= 0) {
    line.dataset.from = origin;
    if (!groups.has(origin)) groups.set(origin, []);
    groups.get(origin).push(line);
  }
  code.append(line);
}

function column(name, size, part, originOf) {
  const made = element("section", "column");
  const head = element("h3", "", name + " ");
  head.append(element("small", "", size));
  made.append(head);
  const code = element("div", "code");
  made.append(code);
  if (part.error !== undefined) {
    code.append(element("p", "error", "No code: " + part.error));
    return made;
  }
  if (part.at.length > 0) {
    part.text.split("\n").forEach((text, i) => addLine(code, part.at[i], text, originOf(i)));
  }
  if (part.leftOut > 0) {
    code.append(element("p", "error", "… " + part.leftOut + " more lines are not on this page."));
  }
  return made;
}

function expand(runs) {
  const origins = [];
  for (const [origin, n] of runs) {
    for (let i = 0; i < n; i++) origins.push(origin);
  }
  return origins;
}

function show(func) {
  groups = new Map();
  held = null;
  over = null;
  title.textContent = func.name || "(no name)";
  title.append(" ", element("small", "", "function " + func.index + ", " + func.type));
  const made = [column("wasm", func.bytes + " bytes", func, (i) => i)];
  for (const tier of func.tiers) {
    const origins = tier.from ? expand(tier.from) : [];
    const size = tier.error === undefined ? tier.bytes + " bytes" : "";
    made.push(column(tier.tier, size, tier, (i) => origins[i]));
  }
  columns.replaceChildren(...made);
  for (const [origin, lines] of groups) {
    // A line of wasm text alone has no code.
    if (lines.length < 2) continue;
    for (const line of lines) {
      line.classList.add("linked");
      line.style.setProperty("--hue", (origin * 137) % 360);
    }
  }
  for (const row of rows) row.classList.toggle("here", Number(row.dataset.func) === func.index);
}

function lineOf(event) {
  const line = event.target.closest ? event.target.closest(".code > div[data-from]") : null;
  return line && columns.contains(line) ? line : null;
}

function mark(origin, className, on) {
  for (const line of groups.get(origin) || []) line.classList.toggle(className, on);
}

function point(line) {
  const origin = line ? Number(line.dataset.from) : null;
  if (origin === over) return;
  if (over !== null) mark(over, "on", false);
  over = origin;
  if (over !== null) mark(over, "on", true);
}

// The other columns follow: their first line that belongs to it comes into
// view, unless one is there already.
function follow(line) {
  const origin = Number(line.dataset.from);
  for (const code of columns.querySelectorAll(".code")) {
    if (code.contains(line)) continue;
    const lines = (groups.get(origin) || []).filter((other) => code.contains(other));
    if (lines.length === 0) continue;
    const frame = code.getBoundingClientRect();
    const isSeen = lines.some((other) => {
      const box = other.getBoundingClientRect();
      return box.top >= frame.top && box.bottom <= frame.bottom;
    });
    if (!isSeen) {
      const box = lines[0].getBoundingClientRect();
      code.scrollTop += box.top - frame.top - frame.height / 3;
    }
  }
}

columns.addEventListener("mouseover", (event) => point(lineOf(event)));
columns.addEventListener("mouseleave", () => point(null));
columns.addEventListener("click", (event) => {
  const line = lineOf(event);
  if (!line) return;
  const origin = Number(line.dataset.from);
  if (held !== null) mark(held, "held", false);
  held = held === origin ? null : origin;
  if (held !== null) {
    mark(held, "held", true);
    follow(line);
  }
});

const filter = document.getElementById("filter");
filter.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  let n = 0;
  for (const row of rows) {
    const name = row.cells[1].textContent.toLowerCase();
    const fits = name.includes(wanted) || row.dataset.func === wanted;
    row.hidden = !fits;
    if (fits) n++;
  }
  document.getElementById("none").hidden = n > 0;
});

// A click on a head sorts; another one turns the order around.
let sorted = { column: 0, down: false };
document.querySelectorAll("#list th").forEach((head, i) => {
  head.addEventListener("click", () => {
    const down = sorted.column === i ? !sorted.down : i >= 2;
    sorted = { column: i, down };
    const key = (row) => row.cells[i].textContent;
    const compare =
      i === 1
        ? (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
        : (a, b) => (Number(key(a)) || 0) - (Number(key(b)) || 0);
    rows.sort((a, b) => (down ? compare(b, a) : compare(a, b)));
    document.querySelector("#list tbody").append(...rows);
  });
});

// Which function is shown stands in the address, so that it can be sent. A part
// f3-10 also holds the operator at that offset.
function go() {
  const [, index, offset] = location.hash.match(/^#f(\d+)(?:-([0-9a-f]+))?$/) || [];
  const func = byIndex.get(Number(index)) || funcs.find((f) => f.at.length > 0) || funcs[0];
  if (!func) {
    title.textContent = "No function";
    return;
  }
  show(func);
  const line = offset === undefined ? -1 : func.at.indexOf(parseInt(offset, 16));
  const lines = groups.get(line);
  if (lines) {
    lines[0].scrollIntoView({ block: "center" });
    lines[0].click();
  }
}
window.addEventListener("hashchange", go);
go();
