// The page viewer: which page is in sight, going to one by number, buttons or keys, enlarging. Without it: a long page.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const viewer = document.querySelector(".viewer");
  if (!viewer) return;
  const all = Number(viewer.dataset.pages);
  const field = viewer.querySelector("#page");
  const thai = field.dataset.thai === "yes";
  const toThai = (n) => (thai ? String(n).replace(/[0-9]/g, (d) => "๐๑๒๓๔๕๖๗๘๙"[d]) : String(n));
  const toNumber = (text) => Number(text.replace(/[๐-๙]/g, (d) => "๐๑๒๓๔๕๖๗๘๙".indexOf(d)));
  const pages = [...viewer.querySelectorAll(".viewer-pages li")];
  let here = 1;

  const show = (n) => { here = n; if (document.activeElement !== field) field.value = toThai(n); };
  const go = (n) => {
    const wanted = Math.min(all, Math.max(1, Number.isFinite(n) ? n : here));
    pages[wanted - 1].scrollIntoView({ block: "start" });
    here = wanted;
    field.value = toThai(wanted);
  };

  const inSight = new Map();
  const watch = new IntersectionObserver((entries) => {
    entries.forEach((e) => inSight.set(e.target, e.intersectionRect.height));
    let best = 0;
    pages.forEach((li, index) => { if ((inSight.get(li) || 0) > best) { best = inSight.get(li); show(index + 1); } });
  }, { threshold: [0, 0.25, 0.5, 0.75, 1] });
  pages.forEach((li) => watch.observe(li));

  viewer.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); go(toNumber(field.value)); });
  field.addEventListener("change", () => go(toNumber(field.value)));
  viewer.querySelectorAll("[data-go]").forEach((button) => button.addEventListener("click", () => go(here + Number(button.dataset.go))));
  const zoom = viewer.querySelector("[data-zoom]");
  zoom.addEventListener("click", () => {
    const large = viewer.classList.toggle("large");
    zoom.setAttribute("aria-pressed", String(large));
    pages.forEach((li) => { li.querySelector("img").sizes = large ? "1600px" : "(max-width: 900px) 100vw, 800px"; });
    go(here);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName)) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); go(here + step); }
    if (event.key === "Home" || event.key === "End") { event.preventDefault(); go(event.key === "Home" ? 1 : all); }
  });
  viewer.querySelectorAll("img").forEach((img) => img.addEventListener("error", () => {
    img.hidden = true;
    img.parentElement.querySelector(".viewer-missing").hidden = false;
  }));
});
