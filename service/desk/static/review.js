// Judging by keys: Enter gives the label, topics and "none of them" exclude each other, and the next article gets the
// focus. All else is the server's.
"use strict";

(() => {
  // Enter on a link or a button is theirs; in the note and in a tick box it sends the form anyway.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("a, button, input, select, textarea, summary, dialog")) return;
    const give = document.querySelector("#review form.label button.primary");
    if (give && !give.disabled) { event.preventDefault(); give.click(); }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.label");
    if (!form) return;
    // "none of them" goes by choosing a topic: a second press, where it was ticked beforehand, means it too
    if (event.target.name === "none" && !event.target.checked) event.target.checked = true;
    if (!event.target.checked) return;
    if (event.target.name === "none") form.querySelectorAll("input[name=topic]").forEach((box) => { box.checked = false; });
    else if (event.target.name === "topic") form.elements.none.checked = false;
  });

  const narrow = () => {
    if (!matchMedia("(max-width: 60rem)").matches) return;
    document.querySelectorAll("details.codebook[open]").forEach((one) => { one.open = false; });
  };
  narrow();
  // as after a swap, so that keys and screen readers begin at the article however the page came
  if (document.activeElement === document.body) document.querySelector("#review [data-first]")?.focus({ preventScroll: true });

  document.addEventListener("htmx:afterSettle", (event) => {
    const next = document.querySelector("#review [data-first]");
    if (!next || event.detail.target.id !== "review") return;
    narrow();
    scrollTo(0, 0);
    next.focus({ preventScroll: true });
  });

  // An answer that is no page of review, as when the database cannot be used, is told; what was ticked stays.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status < 400 || event.detail.serverResponse.includes('id="review"')) return;
    event.detail.shouldSwap = false;
    const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html").querySelector("main .notice.bad");
    const told = Object.assign(document.createElement("p"), { className: "notice bad" });
    told.textContent = `Nothing was changed: ${answer ? answer.textContent : "the server met an error"}. Try again.`;
    document.getElementById("failed").replaceChildren(told);
  });
})();
