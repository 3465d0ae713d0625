// Everything works without this file; it makes the keyboard fast and files droppable.
"use strict";

const WIDE = matchMedia("(min-width: 68rem)");
const INDEX = "avstem.row";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const linkOf = (row) => row.querySelector(".row-link");

function chosenIndex(all) {
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : all.findIndex((row) => row.hasAttribute("aria-current"));
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const kept = Number(sessionStorage.getItem(INDEX) ?? 0) - (step > 0 ? 1 : 0);
  const from = chosenIndex(all);
  const to = Math.max(0, Math.min(all.length - 1, (from >= 0 ? from : kept) + step));
  linkOf(all[to]).focus();
  all[to].scrollIntoView({ block: "nearest" });
}

// Enter on a row that is open already accepts its suggestion; on another it opens it (the link).
function acceptOpenRow(event) {
  const row = document.activeElement.closest("tr[data-row]");
  const accept = document.querySelector("[data-accept]");
  const elsewhere = row ? !row.hasAttribute("aria-current") : !document.activeElement.matches("body, [data-why]");
  if (!accept || elsewhere) return;
  event.preventDefault();
  accept.click();
}

// The transaction a key is meant for is the row in focus. Where another stands in the pane, that row
// is opened first, so that no key works on what one is not looking at.
let afterOpening = null;

function onChosen(selector, act) {
  const row = document.activeElement.closest("tr[data-row]");
  const now = () => {
    const found = document.querySelector(selector);
    if (found) act(found);
  };
  if (!row || row.hasAttribute("aria-current")) {
    now();
    return;
  }
  afterOpening = now;
  linkOf(row).click();
}

document.addEventListener("htmx:afterSettle", () => {
  const act = afterOpening;
  afterOpening = null;
  act?.();
});

function askToUndo(undo) {
  undo.open = true;
  undo.querySelector("button").focus();
}

function search(event) {
  const field = document.getElementById("search");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: (event) => rows().length && (event.preventDefault(), move(1)),
  ArrowUp: (event) => rows().length && (event.preventDefault(), move(-1)),
  Enter: acceptOpenRow,
  b: () => document.querySelector("[data-accept-all]")?.click(),
  e: () => onChosen("[data-why]", (why) => why.focus()),
  m: () => onChosen("[data-match]", (link) => link.click()),
  s: () => onChosen("[data-match]", (link) => link.click()),
  u: () => onChosen("details[data-undo]", askToUndo),
  "/": search,
  "?": () => document.getElementById("keys")?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  KEYS[event.key]?.(event);
});

// On a narrow screen there is no room beside the list: the link goes to the page of its own.
document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target.closest(".row-link");
  if (!link) return;
  if (!WIDE.matches) {
    event.preventDefault();
    location.assign(link.href);
    return;
  }
  rows().forEach((row, index) => {
    const chosen = row.contains(link);
    row.toggleAttribute("aria-current", chosen);
    if (chosen) {
      row.setAttribute("aria-current", "true");
      sessionStorage.setItem(INDEX, index);
    }
  });
});

for (const field of document.querySelectorAll("[data-send-on-change]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
for (const form of document.querySelectorAll("form[data-count-ticked]")) {
  const told = form.querySelector("[data-ticked]");
  form.addEventListener("change", () => {
    told.textContent = `(${form.querySelectorAll("input[type=checkbox]:checked").length})`;
  });
}
document.querySelector("form[data-send-at-once]")?.requestSubmit();

for (const form of document.querySelectorAll("form[data-drop]")) {
  const files = form.querySelector("input[type=file]");
  const said = form.querySelector("[data-chosen]");
  const show = () => { said.textContent = [...files.files].map((file) => file.name).join(", "); };
  files.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("dropping", kind === "dragover");
    });
  }
  form.addEventListener("drop", (event) => {
    files.files = event.dataTransfer.files;
    show();
  });
}
