// Lists in forms made from the catalogue: rows are added, moved and taken out; rows of a kept form come back.
"use strict";
(() => {
  const listOf = (element) => element.closest("[data-list]");
  const entriesOf = (list) => list.querySelector(":scope > .entries");
  const changed = (list) => list.dispatchEvent(new Event("input", { bubbles: true }));
  const indexOf = (list, name) => {
    const prefix = `${list.dataset.list}.`;
    return name.startsWith(prefix) ? name.slice(prefix.length).split(".")[0] : null;
  };
  const nameIn = (entry) => (entry.querySelector("[name]") || {}).name || "";

  function add(list, index) {
    const holder = document.createElement("template");
    holder.innerHTML = list.querySelector(":scope > template").innerHTML.replaceAll(list.dataset.token, String(index));
    const entry = holder.content.firstElementChild;
    entriesOf(list).append(entry);
    return entry;
  }

  function free(list) {
    const taken = [...entriesOf(list).children].map((entry) => Number(indexOf(list, nameIn(entry)))).filter(Number.isFinite);
    return Math.max(-1, ...taken) + 1;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add],[data-up],[data-down],[data-remove]");
    if (!button || !listOf(button)) return;
    const list = listOf(button);
    if ("add" in button.dataset) {
      const field = add(list, free(list)).querySelector("textarea,input:not([type=hidden]),select");
      if (field) field.focus();
    } else {
      const entry = button.closest("[data-entry]");
      if ("remove" in button.dataset) {
        const near = entry.nextElementSibling || entry.previousElementSibling;
        entry.remove();
        (near ? near.querySelector("[data-remove]") : list.querySelector(":scope > [data-add]")).focus();
      } else if ("up" in button.dataset && entry.previousElementSibling) {
        entry.previousElementSibling.before(entry);
        button.focus();
      } else if ("down" in button.dataset && entry.nextElementSibling) {
        entry.nextElementSibling.after(entry);
        button.focus();
      }
    }
    changed(list);
  });

  // What was kept of a form (frame.js) is brought back by place: first its lists get the rows they had, in their order.
  function lay(list, names) {
    const wanted = [...new Set(names.map((name) => indexOf(list, name)).filter((index) => index !== null))];
    const there = new Map([...entriesOf(list).children].map((entry) => [indexOf(list, nameIn(entry)), entry]));
    for (const [index, entry] of there) if (!wanted.includes(index)) entry.remove();
    for (const index of wanted) entriesOf(list).append(there.get(index) || add(list, index));
    entriesOf(list).querySelectorAll("[data-list]").forEach((inner) => lay(inner, names));
  }
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const kept = sessionStorage.getItem(`docservice:kept:${form.dataset.keep}`);
    if (!kept || form.dataset.answered !== undefined) return;
    const names = JSON.parse(kept).map(([name]) => name);
    form.querySelectorAll("[data-factform]").forEach((part) => {
      part.querySelectorAll("[data-list]").forEach((list) => { if (!list.parentElement.closest("[data-list]")) lay(list, names); });
    });
  });
})();
