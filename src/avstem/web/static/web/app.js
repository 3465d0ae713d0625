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

// What was just booked is undone from the message: by then the next row is open.
function undoKey() {
  const last = document.querySelector("[data-undo-last]");
  if (last && !document.querySelector("details[data-undo]")) last.click();
  else onChosen("details[data-undo]", askToUndo);
}

function askToUndo(undo) {
  undo.open = true;
  undo.querySelector("button").focus();
}

function toBook(book) {
  book.open = true;
  book.querySelector("select").focus();
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
  a: () => onChosen("details[data-book]", toBook),
  b: () => document.querySelector("[data-accept-all]")?.click(),
  e: () => onChosen("[data-why]", (why) => why.focus()),
  m: () => onChosen("[data-match]", (link) => link.click()),
  s: () => onChosen("[data-match]", (link) => link.click()),
  u: undoKey,
  "/": search,
  "?": () => document.getElementById("keys")?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // Else the letter itself would choose in the field that it leads to.
  if (event.key === "a") event.preventDefault();
  KEYS[event.key]?.(event);
});

// An explanation can be sent away without moving from the word; it comes again the next time.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(".term:hover, .term:focus-within").forEach((term) => {
    term.classList.add("dismissed");
    const again = () => term.classList.remove("dismissed");
    term.addEventListener("mouseenter", again, { once: true });
    term.addEventListener("focusin", again, { once: true });
  });
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

document.querySelectorAll("form[data-drop]").forEach(makeDroppable);
document.querySelectorAll("form[data-same-file]").forEach(makeFileSent);

// A table that is asked about is sent again with the answer, by the name it had.
function makeFileSent(form) {
  form.addEventListener("submit", (event) => sendWithProgress(event, form));
}

function carryFile(form, files) {
  const same = [...files].find((file) => file.name === form.dataset.sameFile);
  if (!same) return;
  const carried = new DataTransfer();
  carried.items.add(same);
  form.querySelector("input[type=file]").files = carried.files;
}

function makeDroppable(form) {
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
  form.addEventListener("submit", (event) => sendWithProgress(event, form));
}

// The form goes as it would by itself, but with its way shown: first the bytes, then what is done
// with them, of which nobody knows how long it takes. Whatever goes wrong, the form is as it was.
function sendWithProgress(event, form) {
  const box = form.querySelector("[data-progress]");
  if (!box) return;
  event.preventDefault();
  const bar = box.querySelector("progress");
  const say = (name) => { box.querySelector("[data-now]").textContent = box.dataset[name]; };
  const button = form.querySelector("button:not([type])");
  const request = new XMLHttpRequest();
  const rest = (failed) => {
    button.disabled = false;
    box.hidden = !failed;
    if (failed) { bar.hidden = true; say("failed"); }
  };
  box.hidden = bar.hidden = false;
  bar.value = 0;
  button.disabled = true;
  say("sending");
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) bar.value = sent.loaded / sent.total;
  });
  request.upload.addEventListener("load", () => { bar.removeAttribute("value"); say("reading"); });
  request.addEventListener("error", () => rest(true));
  request.addEventListener("load", () => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.getElementById("main");
    if (!main || request.status >= 500) { rest(true); return; }
    document.getElementById("main").replaceWith(main);
    main.querySelectorAll("form[data-drop]").forEach(makeDroppable);
    main.querySelectorAll("form[data-same-file]").forEach((each) => {
      carryFile(each, form.querySelector("input[type=file]").files);
      makeFileSent(each);
    });
    document.title = answer.title;
    main.focus();
    scrollTo(0, 0);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}
