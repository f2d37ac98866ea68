// Black areas on the pages of one file: drawn, moved and sized by mouse, finger or keys. The table of numbers below the
// pages holds them all; what is done here is done to its rows, and kept a moment later.
"use strict";
(() => {
const form = document.getElementById("redact");
if (!form) return;
const words = form.dataset;
const rows = document.getElementById("rows");
const blank = document.getElementById("row");
const status = document.getElementById("saved");
const NAMES = ["left", "top", "width", "height"];
const SMALLEST = 0.6;  // per cent of the page: anything smaller was not meant
const STEP = 0.5;
const thai = (text) => (words.thai ? String(text).replace(/[0-9]/g, (d) => "๐๑๒๓๔๕๖๗๘๙"[d]) : String(text));
const arabic = (text) => String(text).replace(/[๐-๙]/g, (d) => "๐๑๒๓๔๕๖๗๘๙".indexOf(d));
const say = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => thai(facts[name]));
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const paperOf = (page) => form.querySelector(`.page[data-page="${page}"] .paper`);

form.classList.add("drawing");
form.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });

// -------------------------------------------------------------------------------------------------------------- rows
const field = (row, name) => row.querySelector(`[name="${name}"]`);
const number = (row, name) => Number(arabic(field(row, name).value));
const kindOf = (row) => field(row, "kind").selectedOptions[0];
const isArea = (row) => Boolean(paperOf(number(row, "page"))) && NAMES.every((name) => field(row, name).value.trim() !== "" && Number.isFinite(number(row, name)));
const boxOf = (row) => Object.fromEntries(NAMES.map((name) => [name, number(row, name)]));
const pen = () => form.querySelector('[name="pen"]:checked');

function fill(row, page, box, kind) {
  field(row, "page").value = page;
  put(row, box);
  field(row, "kind").value = kind;
}

function put(row, box) {
  const width = within(box.width, SMALLEST, 100), height = within(box.height, SMALLEST, 100);
  const kept = { width, height, left: within(box.left, 0, 100 - width), top: within(box.top, 0, 100 - height) };
  NAMES.forEach((name) => { field(row, name).value = Math.floor(kept[name] * 100) / 100; });
}

function add(page, box, kind) {
  const row = blank.content.firstElementChild.cloneNode(true);
  fill(row, page, box, kind);
  rows.append(row);
  dress(row);
  return row;
}

// -------------------------------------------------------------------------------------------------------------- areas
const areas = new Map();
let chosen = null, removed = null;

function dress(row) {
  field(row, "gone")?.closest("td").replaceChildren();
  if (isArea(row)) show(row);
}

function show(row) {
  let area = areas.get(row);
  if (!area) {
    area = document.createElement("div");
    area.className = "area";
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    const away = Object.assign(document.createElement("button"), { type: "button", className: "away", textContent: "×" });
    away.setAttribute("aria-label", words.wordRemove);
    const word = Object.assign(document.createElement("span"), { className: "word" });
    const grip = Object.assign(document.createElement("span"), { className: "grip", title: words.wordSize });
    grip.setAttribute("aria-hidden", "true");
    area.append(word, grip, away);
    areas.set(row, area);
    away.addEventListener("click", (event) => { event.stopPropagation(); remove(row); });
  }
  const paper = paperOf(number(row, "page"));
  if (area.parentElement !== paper) paper.append(area);
  const box = boxOf(row);
  NAMES.forEach((name) => { area.style[name] = `${box[name]}%`; });
  area.querySelector(".word").textContent = kindOf(row).textContent;
  const facts = { number: [...rows.children].indexOf(row) + 1, kind: kindOf(row).textContent, page: number(row, "page") };
  area.setAttribute("aria-label", say(words.wordArea, facts));
}

const rowOf = (area) => [...areas].find(([, each]) => each === area)?.[0];

function choose(row) {
  if (chosen === row) return;
  areas.get(chosen)?.classList.remove("chosen");
  chosen = row;
  areas.get(row)?.classList.add("chosen");
  if (row) form.querySelector(`[name="pen"][value="${kindOf(row).value}"]`).checked = true;
}

function remove(row) {
  const area = areas.get(row);
  const next = area?.parentElement.querySelector(".area:not(.chosen)") || area?.parentElement.nextElementSibling;
  removed = row;
  if (chosen === row) choose(null);
  area?.remove();
  areas.delete(row);
  row.remove();
  undo.hidden = false;
  (next?.matches?.(".area") ? next : undo).focus();
  changed();
}

const undo = Object.assign(document.createElement("button"), { type: "button", className: "link", hidden: true, textContent: words.wordUndo });
status.after(undo);
undo.addEventListener("click", () => {
  if (!removed) return;
  rows.append(removed);
  show(removed);
  choose(removed);
  areas.get(removed).focus();
  removed = null;
  undo.hidden = true;
  changed();
});

// ------------------------------------------------------------------------------------------------------- mouse, finger
let act = null;
const place = (paper, event) => {
  const edge = paper.getBoundingClientRect();
  return { x: (100 * (event.clientX - edge.left)) / edge.width, y: (100 * (event.clientY - edge.top)) / edge.height };
};

form.addEventListener("pointerdown", (event) => {
  const paper = event.target.closest(".paper");
  if (!paper || event.button !== 0 || event.target.closest(".away")) return;
  const area = event.target.closest(".area");
  const at = place(paper, event);
  if (area) {
    const row = rowOf(area);
    choose(row);
    area.focus({ preventScroll: true });
    event.preventDefault();
    act = { how: event.target.closest(".grip") ? "size" : "move", row, paper, at, box: boxOf(row), moved: false };
  } else if (event.pointerType !== "touch") {
    event.preventDefault();
    choose(null);
    act = { how: "draw", paper, at, row: null, moved: false };
  } else {
    act = { how: "tap", paper, at, x: event.clientX, y: event.clientY };
    return;
  }
  paper.setPointerCapture(event.pointerId);
});

form.addEventListener("pointermove", (event) => {
  if (!act || act.how === "tap") return;
  const now = place(act.paper, event), dx = now.x - act.at.x, dy = now.y - act.at.y;
  if (act.how === "draw") { draw(now, dx, dy); return; }
  act.moved = true;
  const { left, top, width, height } = act.box;
  put(act.row, act.how === "move" ? { left: left + dx, top: top + dy, width, height }
    : { left, top, width: within(width + dx, SMALLEST, 100 - left), height: within(height + dy, SMALLEST, 100 - top) });
  show(act.row);
});

function draw(now, dx, dy) {
  if (!act.row && Math.abs(dx) < SMALLEST && Math.abs(dy) < SMALLEST) return;
  const x = [act.at.x, within(now.x, 0, 100)].sort((a, b) => a - b), y = [act.at.y, within(now.y, 0, 100)].sort((a, b) => a - b);
  const box = { left: x[0], top: y[0], width: x[1] - x[0], height: y[1] - y[0] };
  act.moved = true;
  if (!act.row) { act.row = add(act.paper.closest(".page").dataset.page, box, pen().value); choose(act.row); }
  put(act.row, box);
  show(act.row);
}

form.addEventListener("pointerup", (event) => {
  const done = act;
  act = null;
  if (!done) return;
  if (done.how === "tap") { tapped(done, event); return; }
  if (done.how === "draw") areas.get(done.row)?.focus({ preventScroll: true });
  if (done.moved) changed();
});
form.addEventListener("pointercancel", () => { act = null; });

// A finger scrolls; a tap puts an area there, which is then moved and sized. A tap beside a chosen one lets it go.
function tapped(done, event) {
  if (Math.hypot(event.clientX - done.x, event.clientY - done.y) > 10) return;
  if (chosen) { choose(null); return; }
  placed(done.paper, done.at.x - 22, done.at.y - 3);
}

function placed(paper, left, top) {
  const row = add(paper.closest(".page").dataset.page, { left, top, width: 44, height: 6 }, pen().value);
  choose(row);
  areas.get(row).focus({ preventScroll: true });
  changed();
}

// ---------------------------------------------------------------------------------------------------------------- keys
form.addEventListener("focusin", (event) => { const area = event.target.closest(".area"); if (area) choose(rowOf(area)); });
form.addEventListener("keydown", (event) => {
  if (!event.target.matches(".area")) return;
  const row = rowOf(event.target), box = boxOf(row);
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(row); return; }
  if (event.key === "Escape") { choose(null); return; }
  if (!way) return;
  event.preventDefault();
  const [x, y] = way.map((each) => each * (event.ctrlKey ? STEP / 5 : STEP));
  if (event.shiftKey) put(row, { ...box, width: within(box.width + x, SMALLEST, 100 - box.left), height: within(box.height + y, SMALLEST, 100 - box.top) });
  else put(row, { ...box, left: box.left + x, top: box.top + y });
  show(row);
  changed();
});

form.addEventListener("click", (event) => {
  const more = event.target.closest("[data-more]");
  if (more) placed(more.closest(".page").querySelector(".paper"), 30, 48);
  const take = event.target.closest('[name="take"]');
  if (!take) return;
  event.preventDefault();
  const [page, left, top, width, height, kind] = take.value.split(",");
  const row = add(page, { left: Number(left), top: Number(top), width: Number(width), height: Number(height) }, kind);
  const note = take.closest("#proposed");
  take.closest("li").remove();
  if (!note.querySelector("li")) note.remove();
  if (areas.get(row)) { choose(row); areas.get(row).scrollIntoView({ block: "center" }); areas.get(row).focus({ preventScroll: true }); }
  changed();
});

form.addEventListener("change", (event) => {
  const row = event.target.closest("tr");
  if (event.target.name === "pen") {
    if (!chosen) return;
    field(chosen, "kind").value = event.target.value;
    show(chosen);
  } else if (row && rows.contains(row)) {
    if (isArea(row)) show(row);
    if (!isArea(row) && NAMES.some((name) => field(row, name).value.trim() === "")) return;  // still being typed
    if (row === rows.lastElementChild) rows.append(blank.content.firstElementChild.cloneNode(true));
  }
  changed();
});

// -------------------------------------------------------------------------------------------------------------- saving
let waiting = null, saving = false, again = false, stopped = false;

function changed() {
  const some = [...rows.children].some(isArea);
  document.getElementById("done-word").textContent = some ? words.wordSome : words.wordNone;
  if (stopped) return;
  clearTimeout(waiting);
  waiting = setTimeout(save, 700);
  status.textContent = words.wordSaving;
  status.className = "quiet";
  form.dataset.state = "changed";
}

async function save() {
  clearTimeout(waiting);
  waiting = null;
  if (saving) { again = true; return; }
  saving = true;
  again = false;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    await answered(answer);
  } catch { later(words.wordCut); }
  saving = false;
  if (again && !stopped) save();
}

async function answered(answer) {
  if (answer.status >= 500) { later(words.wordCut); return; }
  const told = await answer.json().catch(() => ({ message: words.wordCut }));
  if (answer.ok) {
    form.elements.version.value = told.version;
    if (!again && waiting === null) { status.textContent = words.wordSaved; form.dataset.state = "saved"; }
    return;
  }
  // Another window was quicker, or a number is wrong: nothing is tried again by itself.
  const out = [401, 403].includes(answer.status);
  stopped = out || answer.status === 412;
  status.textContent = out ? words.wordLogin : told.message;
  status.className = "fault";
  form.dataset.state = "refused";
}

function later(why) {
  status.textContent = why;
  form.dataset.state = "cut";
  waiting = setTimeout(save, 5000);
}

form.addEventListener("submit", () => { clearTimeout(waiting); waiting = null; form.dataset.state = "sent"; });
window.addEventListener("beforeunload", (event) => { if (["changed", "cut"].includes(form.dataset.state)) event.preventDefault(); });

[...rows.children].forEach(dress);
})();
