// What is typed or chosen while the other scripts are still on their way: remembered here, told them once they are there (frame.js).
// The one script a page waits for.
"use strict";
window.early = new Set();
document.addEventListener("input", (event) => { if (window.early) window.early.add(event.target); }, true);
document.addEventListener("change", (event) => { if (window.early) window.early.add(event.target); }, true);
