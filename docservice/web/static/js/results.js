// Where scripts run, each row is kept as it is chosen: the button is not needed, and a line says so.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  if (!window.htmx) return;
  document.querySelectorAll("[data-autosave]").forEach((line) => { line.hidden = false; });
  document.querySelectorAll("[data-results] .save").forEach((button) => { button.hidden = true; });
});
// A row that could not be kept says so where it stands.
document.addEventListener("htmx:sendError", (event) => {
  const said = event.target.querySelector && event.target.querySelector(".said");
  if (said) said.dataset.cut = "";
  document.querySelectorAll("[data-results] .save").forEach((button) => { button.hidden = false; });
});
