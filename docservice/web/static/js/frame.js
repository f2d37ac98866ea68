// What every page needs: the CSRF token on live requests, what is typed kept until it is sent, menus that close.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf || "";
});

document.addEventListener("login-needed", () => {
  const note = document.getElementById("login-needed");
  if (note) { note.hidden = false; note.scrollIntoView({ block: "center" }); }
});

// A form with data-keep="name" is kept in this browser as it is typed, and comes back after a crash, a cut or Back.
// It is forgotten when it was sent and answered with another page. Passwords and files are never kept.
const KEPT = "docservice:kept:";
const fieldsOf = (form) => [...form.elements].filter((e) => e.name && !["password", "file", "hidden", "submit"].includes(e.type));

function keep(form) {
  const kept = fieldsOf(form).map((e) => [e.name, e.type === "checkbox" || e.type === "radio" ? e.checked : e.value, e.value]);
  try { sessionStorage.setItem(KEPT + form.dataset.keep, JSON.stringify(kept)); } catch { /* full or forbidden: the page still works */ }
}

function bringBack(form, early) {
  const kept = sessionStorage.getItem(KEPT + form.dataset.keep);
  if (!kept || form.dataset.answered !== undefined) return;
  const fields = fieldsOf(form);
  let changed = false;
  JSON.parse(kept).forEach(([name, value, own], index) => {
    const field = fields[index];
    if (!field || field.name !== name || early.has(field)) return;
    if (typeof value === "boolean") { if (field.value === own && field.checked !== value) { field.checked = value; changed = true; } }
    else if (field.value !== value) { field.value = value; changed = true; }
  });
  if (changed) form.dispatchEvent(new CustomEvent("brought-back", { bubbles: true }));
}

document.addEventListener("DOMContentLoaded", () => {
  const kept = sessionStorage.getItem(KEPT + "sent");
  if (kept && !document.querySelector(`form[data-keep="${CSS.escape(kept)}"][data-answered]`)) sessionStorage.removeItem(KEPT + kept);
  sessionStorage.removeItem(KEPT + "sent");
  const early = window.early || new Set();
  window.early = null;
  document.querySelectorAll("form[data-keep]").forEach((form) => bringBack(form, early));
  document.documentElement.classList.add("ready");  // buttons that only scripts answer are shown (base.css)
  // A slow line, a quick clerk: what was chosen before htmx listened would have been heard by nobody.
  early.forEach((field) => ["input", "change"].forEach((type) => field.dispatchEvent(new Event(type, { bubbles: true }))));
});
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form && !window.early) keep(form);  // before that, what is kept has not come back yet
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.keep) sessionStorage.setItem(KEPT + "sent", form.dataset.keep);
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
  // Sent once: a second click while the first is on its way does nothing.
  if (form.method === "post" && form.dataset.sending !== undefined) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sending = "";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((f) => delete f.dataset.sending));

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
});
