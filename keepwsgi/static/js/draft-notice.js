// On a board: what was typed into a note and never reached the server is sent now. Where it is refused, because the
// note was changed elsewhere too, there is a message that leads to it.
//
//   <draft-notice data-of="7 /memos" data-new="/memos" hidden><div class="flash">… <a class="flash__action">Open</a></div></draft-notice>

import { forget, keysOf, kept } from "./draft.js";
import { ask, Unreachable } from "./fragment.js";
import { board } from "./memo-board.js";
import { show } from "./undo-bar.js";

const SETTLING = 1_500; // milliseconds in which another tab saves what is being typed in it
const MOST = 3;

class DraftNotice extends HTMLElement {
  connectedCallback() {
    const seen = keysOf(this.dataset.of).map((key) => [key, JSON.stringify(kept(key))]);
    if (seen.length > 0) this.timer = setTimeout(() => this.send(seen), SETTLING);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async send(seen) {
    const left = seen.filter(([key, text]) => JSON.stringify(kept(key)) === text && key !== this.open);
    try {
      for (const [key] of left.slice(0, MOST)) await this.save(key);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  /** The draft of the memo that is open is its editor's affair. */
  get open() {
    return document.querySelector("dialog[open] memo-editor")?.dataset.draft;
  }

  async save(key) {
    const path = key.split(" ")[1];
    const form = new FormData();
    for (const [name, value] of kept(key)) form.append(name, value);
    form.set("csrf_token", board().querySelector("[name=csrf_token]").value);
    form.set("next", board().next);
    const answer = await ask(path, { form });
    if (answer.ok) {
      forget(key);
      await board().catchUp();
    } else if (path === this.dataset.new) {
      document.querySelector("memo-composer")?.bringBack(kept(key));
    } else {
      this.tell(path);
    }
  }

  tell(path) {
    const flash = this.querySelector(".flash").cloneNode(true);
    const link = flash.querySelector("a");
    link.href = path;
    link.addEventListener("click", () => setTimeout(() => flash.remove())); // the click has still to find its way
    show(flash);
  }
}

customElements.define("draft-notice", DraftNotice);
