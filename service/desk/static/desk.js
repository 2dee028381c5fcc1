// Keys, the dialog that lists them, and what is said when the server does not answer. All else is the server's or htmx's.
"use strict";

(() => {
  const BETWEEN_KEYS = 1200; // ms in which the second key of two counts
  let first = "", since = 0;

  const writes = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const visible = (element) => element.getClientRects().length > 0 || element.closest(".side");

  // An element with data-key="c" or data-key="g i" is clicked by that key, or those two one after the other.
  function act(keys) {
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === keys && visible(one) && !one.disabled);
    if (!found) return false;
    if (found.matches("input[type=text], input[type=search], textarea, select")) found.focus();
    else found.click();
    return true;
  }

  // j and k walk through the elements that have data-item; Enter opens the one that is walked to.
  function walk(step) {
    const items = [...document.querySelectorAll("[data-item]")].filter(visible);
    if (!items.length) return;
    const now = items.findIndex((item) => item.classList.contains("at"));
    const next = items[Math.min(items.length - 1, Math.max(0, now + step))];
    items.forEach((item) => item.classList.toggle("at", item === next));
    (next.querySelector("a, button, input") || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && writes(event.target)) event.target.blur();
    if (writes(event.target) || document.querySelector("dialog[open]")) return;
    const two = Date.now() - since < BETWEEN_KEYS ? first + " " + event.key : "";
    first = "";
    if ((two && act(two)) || act(event.key)) event.preventDefault();
    else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else { first = event.key; since = Date.now(); }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const all = event.target.closest("[data-checks]");
    if (all) document.querySelectorAll(`input[name="${all.dataset.checks}"]`).forEach((box) => { box.checked = all.checked; });
  });

  // A form that was sent once is not sent again before the answer is there.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog" || event.target.method === "get" || event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    else {
      event.target.dataset.sent = "yes";
      document.querySelector(".loading").classList.add("on");
    }
  });
  const again = () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    document.querySelector(".loading").classList.remove("on");
  };
  window.addEventListener("pageshow", again);

  const tell = (text) => {
    const place = document.getElementById("failed");
    place.replaceChildren(Object.assign(document.createElement("p"), { className: "notice bad", textContent: text }));
    place.scrollIntoView({ block: "nearest" });
  };
  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
    document.addEventListener(kind, () => { again(); tell("The server did not answer. Nothing was changed; try again."); });
  }
  document.addEventListener("htmx:afterRequest", again);
  document.addEventListener("htmx:beforeRequest", () => document.getElementById("failed").replaceChildren());
})();
