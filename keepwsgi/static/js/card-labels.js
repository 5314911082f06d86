// "Labels…" of a card: its labels to tick, over the board. What is ticked is saved at once.

import { ask, Unreachable } from "./fragment.js";
import { board } from "./memo-board.js";
import { say } from "./undo-bar.js";
import "./label-picker.js";

const GAP = 8; // pixels to the edge of the window

async function open(link) {
  const card = link.closest(".memo-card");
  const summary = link.closest("details").querySelector("summary");
  link.closest("details").open = false;
  try {
    const answer = await ask(link.href);
    const form = answer.main.querySelector(".memo__form");
    if (form) show(form, card, summary);
    else if (answer.status === 401) location.assign(link.href);
    else board().catchUp();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    say(board().dataset.unreachable, "error");
  }
}

function show(whole, card, summary) {
  const dialog = document.createElement("dialog");
  dialog.className = "label-dialog";
  dialog.tabIndex = -1;
  dialog.setAttribute("aria-label", whole.querySelector(".label-panel__name").textContent);
  const form = document.createElement("form");
  form.method = "post";
  form.setAttribute("action", whole.getAttribute("action"));
  form.append(document.adoptNode(whole.querySelector("[name=csrf_token]")), document.adoptNode(whole.querySelector("label-picker")));
  dialog.append(form);
  document.body.append(dialog);
  let saving = Promise.resolve();
  form.addEventListener("change", () => {
    const data = new FormData(form);
    saving = saving.then(() => board()?.send(form.getAttribute("action"), data));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (document.activeElement === document.body) document.querySelector(`#${card.id} .memo-card__link`)?.focus();
  });
  summary.focus();
  dialog.showModal();
  place(dialog, summary);
  // Where a finger points, no keyboard is to cover the list before it was read.
  (matchMedia("(pointer: fine)").matches ? form.querySelector(".label-panel__field") : dialog).focus();
}

/** Below the button, or as far from it as it has to be to be seen. On a phone the style sheet decides. */
function place(dialog, button) {
  if (matchMedia("(max-width: 39.99rem)").matches) return;
  const from = button.getBoundingClientRect();
  dialog.style.left = `${Math.max(GAP, Math.min(from.left, innerWidth - dialog.offsetWidth - GAP))}px`;
  dialog.style.top = `${Math.max(GAP, Math.min(from.bottom, innerHeight - dialog.offsetHeight - GAP))}px`;
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("memo-board .memo-card a.menu__item[href$='#labels']");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  },
  { capture: true }, // before the dialog takes it for a link to the memo
);
