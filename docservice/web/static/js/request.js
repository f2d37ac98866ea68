// Asking for papers: the preview follows the typing after a pause, numbers by one click, counts on the buttons.
"use strict";
(() => {
  const PAUSE = 900;
  const form = document.getElementById("asking");
  const preview = document.getElementById("preview");
  let pause;
  if (form && preview) {
    const later = () => { clearTimeout(pause); pause = setTimeout(() => window.htmx.trigger(preview, "typed"), PAUSE); };
    form.addEventListener("input", later);
    form.addEventListener("brought-back", later);
  }

  document.querySelectorAll(".quick[data-for]").forEach((quick) => {  // beside the number it fills in
    const field = document.getElementById(quick.dataset.for);
    if (field) field.after(quick);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.closest("[data-for]").dataset.for);
    field.value = button.dataset.fill;
    button.parentElement.querySelector(".said").textContent = "✓ " + button.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // "ขอเฉพาะที่ติ๊ก ๓ ราย": the count follows the ticks.
  const thai = (n) => (document.documentElement.lang === "th" ? String(n).replace(/[0-9]/g, (d) => "๐๑๒๓๔๕๖๗๘๙"[d]) : String(n));
  document.querySelectorAll("form[data-count]").forEach((counted) => {
    const shown = counted.querySelector("[data-counted]");
    const some = counted.querySelector("[data-some]");
    const count = () => {
      const ticked = counted.querySelectorAll("input[name=unit]:checked,input[name=pick]:checked").length;
      if (shown) shown.textContent = ticked || !some ? `${thai(ticked)} ${counted.dataset.word}` : "";
      const button = some || counted.querySelector("button.button:not([data-some])");
      if (button) button.disabled = !ticked;
    };
    counted.addEventListener("change", count);
    counted.addEventListener("brought-back", count);
    count();
  });
  document.querySelectorAll("form[data-narrow]").forEach((narrow) => {
    narrow.addEventListener("change", () => narrow.requestSubmit());
  });
})();
