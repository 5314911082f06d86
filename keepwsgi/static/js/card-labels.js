// "Labels…" of a card, and "Label" of all that are selected: a list to tick, over the board. A tick is saved at once;
// of several notes a label that only some carry is neither ticked nor unticked.

import { ask, Unreachable } from "./fragment.js";
import { board } from "./memo-board.js";
import { say } from "./undo-bar.js";
import "./label-picker.js";

const GAP = 8; // pixels to the edge of the window
const isPlain = (event) => !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** The labels of one card: all of them are sent again with each tick. */
async function openCard(link) {
  const button = link.closest("details").querySelector("summary");
  link.closest("details").open = false;
  try {
    const answer = await ask(link.href);
    const whole = answer.main.querySelector(".memo__form");
    if (whole) {
      const address = whole.getAttribute("action");
      show(whole.querySelector("label-picker"), button, (box, form) => {
        form.set("csrf_token", whole.querySelector("[name=csrf_token]").value);
        return board()?.send(address, form);
      });
    } else if (answer.status === 401) {
      location.assign(link.href);
    } else {
      board().catchUp();
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    say(board().dataset.unreachable, "error");
  }
}

/** The labels of the selected cards: each tick is put on all of them, or taken from all. */
function openSelection(details) {
  const cards = [...document.querySelectorAll(".memo-card:has(.memo-card__select :checked)")];
  const carried = cards.flatMap((card) => card.dataset.labels?.split(" ") ?? []);
  const panel = details.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
  const picker = show(panel, details.querySelector("summary"), (box) => {
    const form = new FormData();
    form.set("csrf_token", details.closest("form").querySelector("[name=csrf_token]").value);
    form.set("action", box.checked ? "label" : "unlabel");
    form.set("label", box.value);
    for (const card of cards) form.append("memo", card.id.replace("memo-", ""));
    return board()?.send(details.closest("form").getAttribute("action"), form);
  });
  for (const link of [...document.querySelectorAll(".navigation__labels a")].reverse()) {
    const box = picker.add(link.querySelector(".navigation__name").textContent);
    const count = carried.filter((id) => link.pathname.endsWith(`/labels/${id}`)).length;
    box.checked = count === cards.length;
    box.indeterminate = count > 0 && !box.checked;
  }
  place(picker.closest("dialog"), details);
}

/** Show a list of labels below a button; `save(box, form)` is called for each tick, one after the other. */
function show(panel, button, save) {
  const dialog = document.createElement("dialog");
  dialog.className = "label-dialog";
  dialog.tabIndex = -1;
  dialog.setAttribute("aria-label", panel.querySelector(".label-panel__name").textContent);
  const form = document.createElement("form");
  form.append(document.adoptNode(panel));
  dialog.append(form);
  document.body.append(dialog);
  let saving = Promise.resolve();
  form.addEventListener("change", ({ target }) => {
    const data = new FormData(form);
    saving = saving.then(() => save(target, data));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  button.focus();
  dialog.showModal();
  place(dialog, button);
  // Where a finger points, no keyboard is to cover the list before it was read.
  (matchMedia("(pointer: fine)").matches ? form.querySelector(".label-panel__field") : dialog).focus();
  return form.querySelector("label-picker");
}

/** Below the button, or as far from it as it has to be to be seen. On a phone the style sheet decides. */
function place(dialog, button) {
  if (matchMedia("(max-width: 39.99rem)").matches) return;
  const from = button.getBoundingClientRect();
  dialog.style.left = `${Math.max(GAP, Math.min(from.left, document.documentElement.clientWidth - dialog.offsetWidth - GAP))}px`;
  dialog.style.top = `${Math.max(GAP, Math.min(from.bottom, innerHeight - dialog.offsetHeight - GAP))}px`;
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("memo-board .memo-card a.menu__item[href$='#labels']");
    const details = event.target.closest?.(".selection__labels:has(> summary)");
    if (!(link ?? details) || !isPlain(event)) return;
    event.preventDefault();
    if (link) openCard(link);
    else openSelection(details);
  },
  { capture: true }, // before the dialog takes it for a link to the memo
);
