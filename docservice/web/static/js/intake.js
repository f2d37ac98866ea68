// One applicant's evidence: files go up in pieces (tus) and go on where they stopped, are sorted by dragging, and the
// board shows what is there. Every act works without dragging too: the menus and buttons of the board are plain forms.
"use strict";
(() => {
const intake = document.getElementById("intake");
if (!intake) return;
const words = intake.dataset;
const PIECE = 4 * 1024 * 1024;
const AT_ONCE = 3;
const PASSING = new Set([401, 403, 408, 409, 423, 425, 429]);  // answers that a later try may not meet again
const IGNORED = new Set([".ds_store", "thumbs.db", "desktop.ini"]);
const byId = (id) => document.getElementById(id);
const thai = (text) => (words.thai ? String(text).replace(/[0-9]/g, (d) => "๐๑๒๓๔๕๖๗๘๙"[d]) : String(text));
const say = (sentence, facts) => thai(sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name])).replace(/\u0000/g, "");

document.querySelectorAll("#intake [data-needs-script]").forEach((part) => { part.hidden = false; });

// ------------------------------------------------------------------------------------------------------------- board
let refreshing = null, dragging = null, stale = false, shown = "";
const board = () => byId("board");

function dress() {
  board().querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
  if (board().dataset.busy !== undefined) later(2000);
}

function later(wait) {
  if (refreshing === null) refreshing = setTimeout(() => { refreshing = null; refresh(); }, wait);
}

// Nothing is put in another's place under a finger, a dragged file or an open menu.
let pressing = false;
document.addEventListener("pointerdown", (event) => { pressing = board().contains(event.target); });
["pointerup", "pointercancel", "dragend", "drop"].forEach((name) => document.addEventListener(name, () => { pressing = false; }, true));
const atWork = () => dragging || pressing || board().querySelector("details.menu[open]");

async function refresh() {
  if (atWork()) { later(1000); return; }
  const mine = ++newest;
  try {
    const answer = await fetch(board().dataset.board, { headers: { Accept: "application/json" } });
    if (mine === newest) await show(answer);
  } catch { stale = true; probe(); }
}

async function show(answer) {
  if (answer.status === 401) { stale = true; waiting = "login"; probe(); return; }
  if (answer.status === 403) { stale = true; probe(); return; }
  if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error(answer.status);
  const html = await answer.text();
  const plain = html.replace(/name="csrfmiddlewaretoken" value="[^"]+"/g, "");
  stale = false;
  if (atWork()) { later(500); return; }
  if (plain === shown) { if (board().dataset.busy !== undefined) later(2000); return; }
  shown = plain;
  const focus = document.activeElement && board().contains(document.activeElement) ? document.activeElement : null;
  const id = focus && (focus.id || focus.closest("[id]")?.id);
  const removed = board().querySelector("details.removed")?.open;
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("board");
  if (!fresh) throw new Error("no board");
  board().replaceWith(fresh);
  if (removed) { const again = board().querySelector("details.removed"); if (again) again.open = true; }
  if (id && byId(id)) (byId(id).matches("button,a,summary,input") ? byId(id) : byId(id).querySelector("summary,button,a"))?.focus();
  dress();
}

// One act after the other, and only the newest answer is shown: an older one would bring back what is past.
let newest = 0, turn = Promise.resolve();
function act(address, body) {
  turn = turn.then(async () => {
    const mine = ++newest;
    body.set("csrfmiddlewaretoken", token);
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": token };
      const answer = await fetch(address, { method: "POST", body, headers });
      if (mine === newest) await show(answer); else later(0);
    } catch { stale = true; probe(); }
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!board().contains(form)) return;
  event.preventDefault();
  delete form.dataset.sending;
  const body = new FormData(form);
  if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
  form.querySelectorAll("details[open]").forEach((menu) => { menu.open = false; });
  act(form.action, body);
});

// ----------------------------------------------------------------------------------------------------------- sending
// state of a file: queued → sending → done | same | failed; waiting while the line or the session is gone.
let token = document.body.dataset.csrf || "";
let files = [], waiting = "", probing = false;
const running = () => files.filter((each) => each.state === "sending");

function add(found, slot) {
  const known = new Set(files.filter((each) => each.state !== "failed").map((each) => each.key));
  for (const { file, path } of found) {
    if (IGNORED.has(file.name.toLowerCase()) || path.includes("__MACOSX/")) continue;
    const key = [words.applicant, slot, path, file.size, file.lastModified].join("|");
    if (!known.has(key)) files.push({ file, path, slot, key, state: "queued", sent: 0, note: "" });
  }
  byId("left")?.remove();
  pump();
}

function pump() {
  if (!waiting) files.filter((each) => each.state === "queued").slice(0, AT_ONCE - running().length).forEach(send);
  tell();
}

function upload(each) {
  return new tus.Upload(each.file, {
    endpoint: words.uploads,
    chunkSize: PIECE,
    retryDelays: [300, 1000, 3000, 5000],
    removeFingerprintOnSuccess: false,
    metadata: { applicant: words.applicant, name: each.path, slot: each.slot },
    headers: { Accept: "application/json" },
    fingerprint: async () => `docservice|${each.key}`,
    onBeforeRequest: (request) => { request.setHeader("X-CSRFToken", token); },
    // A question that was not answered by the upload itself must not make the client begin anew: it is asked again.
    onAfterResponse: (request, answer) => {
      const status = answer.getStatus();
      if (request.getMethod() === "HEAD" && status >= 400 && ![404, 410, 423].includes(status)) throw new Error(`asked: ${status}`);
    },
    onShouldRetry: (error) => { const status = statusOf(error); return status === 409 || status === 423; },
    onProgress: (sent) => { each.sent = sent; tell(); },
    onSuccess: () => { ended(each); },
    onError: (error) => { stopped(each, error); },
  });
}

const statusOf = (error) => error.originalResponse ? error.originalResponse.getStatus() : 0;

async function send(each) {
  each.state = "sending";
  if (!each.upload) {
    each.upload = upload(each);
    const before = await each.upload.findPreviousUploads();
    if (before.length) each.upload.resumeFromPreviousUpload(before[0]);
  }
  each.upload.start();
}

async function ended(each) {
  each.sent = each.file.size;
  each.state = "done";
  try {
    const told = await (await fetch(each.upload.url, { headers: { Accept: "application/json" } })).json();
    if (told.same?.length && !told.added?.length) { each.state = "same"; each.note = say(words.wordSame, { name: each.file.name }); }
  } catch { /* it is there; only what became of it is not known yet */ }
  later(running().length ? 1500 : 300);
  pump();
}

function stopped(each, error) {
  const status = statusOf(error);
  if (status === 0 || status >= 500 || PASSING.has(status)) {
    each.state = "queued";
    waiting = status === 401 ? "login" : waiting || "cut";
    probe();
  } else {
    each.state = "failed";
    each.upload = null;
    each.note = `${say(words.wordFailed, { name: each.file.name })}: ${sentence(error)}`;
    pump();
  }
  tell();
}

function sentence(error) {
  try { const told = JSON.parse(error.originalResponse.getBody()); return told.spoken || told.message; } catch { return ""; }
}

// Asks until the line and the session are back, then everything goes on where it stopped.
async function probe() {
  if (probing) return;
  probing = true;
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 5000)) {
    try {
      const answer = await fetch(words.pass, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok) { token = (await answer.json()).csrf; break; }
      waiting = answer.status === 401 ? "login" : "cut";
    } catch { waiting = "cut"; }
    tell();
    await new Promise((done) => { wake = done; setTimeout(done, wait); });
  }
  probing = false;
  waiting = "";
  document.body.dataset.csrf = token;
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  if (stale) later(0);
  pump();
}
let wake = () => {};
["online", "focus"].forEach((name) => window.addEventListener(name, () => wake()));

let telling = null;
function tell() {
  if (telling === null) telling = requestAnimationFrame(() => { telling = null; draw(); });
}

function draw() {
  const count = (state) => files.filter((each) => each.state === state).length;
  const all = files.length, failed = count("failed"), done = count("done") + count("same");
  const box = byId("sending"), busy = done + failed < all;
  box.hidden = all === 0 && !waiting;
  const bytes = files.reduce((sum, each) => sum + each.file.size, 0);
  const sent = files.reduce((sum, each) => sum + (each.state === "failed" ? each.file.size : each.sent), 0);
  byId("sending-bar").value = bytes ? sent / bytes : Number(!busy);
  const percent = bytes ? Math.floor((100 * sent) / bytes) : 100;
  const plain = busy ? words.wordSending : failed ? words.wordSome : words.wordDone;
  const text = waiting === "login" ? words.wordLogin : waiting ? words.wordCut : plain;
  const line = say(text, { done, all, percent, failed });
  if (byId("sending-text").textContent !== line) byId("sending-text").textContent = line;
  box.classList.toggle("cut", Boolean(waiting));
  box.dataset.state = waiting || (busy ? "sending" : "done");
  byId("sending-login").hidden = waiting !== "login";
  byId("sending-again").hidden = !failed;
  const shown = [...running(), ...files.filter((each) => each.state === "failed" || each.state === "same")].slice(0, 30);
  byId("sending-files").replaceChildren(...shown.map(lineOf));
}

function lineOf(each) {
  const line = document.createElement("li");
  if (each.state === "failed") line.className = "fault";
  const left = document.createElement("span");
  left.textContent = each.note || each.path;
  line.append(left);
  if (each.state === "sending") {
    const right = document.createElement("span");
    right.className = "nowrap quiet";
    right.textContent = thai(`${each.file.size ? Math.floor((100 * each.sent) / each.file.size) : 100}%`);
    line.append(right);
  }
  return line;
}

byId("sending-again").addEventListener("click", () => {
  files.forEach((each) => { if (each.state === "failed") Object.assign(each, { state: "queued", note: "", sent: 0 }); });
  pump();
});

window.addEventListener("beforeunload", (event) => {
  if (files.some((each) => each.state === "sending" || each.state === "queued")) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || input.dataset.slot === undefined) return;
  add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })), input.dataset.slot);
  input.value = "";
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-give-up]");
  if (!button) return;
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json" };
  const answer = await fetch(button.dataset.giveUp, { method: "DELETE", headers }).catch(() => null);
  if (answer && (answer.ok || answer.status === 404)) button.closest("li").remove();
});

// ---------------------------------------------------------------------------------------------------------- dragging
const MINE = "application/x-evidence";
const targetOf = (event) => event.target.closest?.("#board [data-slot].slot") || null;

function unmark() {
  document.querySelectorAll(".over,.before").forEach((part) => part.classList.remove("over", "before"));
}

document.addEventListener("dragstart", (event) => {
  const file = event.target.closest?.("li.file");
  if (!file) return;
  dragging = file;
  // Whatever of it was grabbed, its picture or its link: it is the file that moves.
  event.dataTransfer.clearData();
  event.dataTransfer.setDragImage(file, 20, 20);
  setTimeout(() => file.classList.add("dragged"));
  event.dataTransfer.setData(MINE, file.dataset.file);
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragend", () => { dragging?.classList.remove("dragged"); dragging = null; unmark(); });
document.addEventListener("dragover", (event) => {
  const types = [...(event.dataTransfer?.types || [])];
  if (!types.includes("Files") && !types.includes(MINE)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = types.includes(MINE) ? "move" : "copy";
  unmark();
  const slot = targetOf(event);
  (slot || (types.includes(MINE) ? null : document.querySelector("main")))?.classList.add("over");
  if (types.includes(MINE)) event.target.closest?.("li.file:not(.dragged)")?.classList.add("before");
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) unmark(); });
document.addEventListener("drop", async (event) => {
  const types = [...event.dataTransfer.types];
  if (!types.includes("Files") && !types.includes(MINE)) return;
  event.preventDefault();
  unmark();
  const slot = targetOf(event);
  const mine = event.dataTransfer.getData(MINE);
  if (mine) {
    if (!slot) return;
    const body = new FormData();
    body.set("do", `slot:${slot.dataset.slot}`);
    body.set("before", event.target.closest("li.file:not(.dragged)")?.dataset.file || "");
    dragging?.classList.remove("dragged");
    dragging = null;
    act(`/evidence/${mine}/change/`, body);
    return;
  }
  add(await dropped(event.dataTransfer), slot ? slot.dataset.slot : "");
});

// Entries must be taken before the first await: the browser empties the list when the event is over.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map(walk))).flat();
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed)).catch(() => null);
    return file ? [{ file, path: entry.fullPath.replace(/^\//, "") }] : [];
  }
  const reader = entry.createReader(), found = [];
  for (;;) {  // a folder is read a hundred names at a time
    const some = await new Promise((done, failed) => reader.readEntries(done, failed)).catch(() => []);
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(walk))).flat());
  }
}

dress();
})();
