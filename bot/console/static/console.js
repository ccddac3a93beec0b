"use strict";
// One key presses what carries it in data-key; pages do all of it without this file, too.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  if (event.key === "Escape" && typing) { typing.blur(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.body.dataset.keys !== "on") return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input:not([type=checkbox])")) target.focus(); else target.click();
});
// A decision is pressed once, however long the answer takes.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) { event.preventDefault(); event.stopPropagation(); return; }
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 5000);
}, true);
// A dropped file lands in the field for files.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target.closest(".drop");
    if (!drop) return;
    event.preventDefault();
    if (kind !== "drop") return;
    const field = drop.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of document.querySelectorAll("input[name=ref][type=checkbox]")) box.checked = event.target.checked;
});
// What was said last is read out, and the next page begins at its head.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== document.body) return;
  const main = document.getElementById("main");
  if (main) main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
// What was refused is shown as well: in place of the page, or of the part that was asked for.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
// Another language to look at is asked for at once.
document.addEventListener("change", (event) => {
  const field = document.getElementById("document");
  if (event.target.matches("select[name=shown]") && field && window.htmx) {
    htmx.ajax("POST", field.getAttribute("hx-post"), { source: field, target: "#seen", swap: "innerHTML" });
  }
});
// A file that is too large is not even sent.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("input[type=file][data-most]")) return;
  const large = [...field.files].some((file) => file.size > Number(field.dataset.most));
  field.setCustomValidity(large ? field.dataset.tooLarge : "");
  if (large) field.reportValidity();
});
