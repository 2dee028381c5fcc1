// How many articles are chosen, and a key to choose the one at hand.
"use strict";

(() => {
  const boxes = () => [...document.querySelectorAll('input[name="article"]')];
  const told = document.querySelector("[data-count]");
  const count = () => {
    const all = document.querySelector('input[name="all"]').checked;
    const chosen = boxes().filter((box) => box.checked).length;
    told.textContent = all ? "All that match are chosen" : chosen ? `${chosen} chosen` : "";
  };
  document.addEventListener("change", count);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-checks]")) setTimeout(count); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
    const box = (document.activeElement.closest("[data-item]") || document.querySelector(".at"))?.querySelector("input");
    if (box) { box.checked = !box.checked; count(); }
  });
  count();
})();
