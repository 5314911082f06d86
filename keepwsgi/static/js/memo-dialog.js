// Opens a memo over the board, at its own address: Back closes it, Forward opens it again.
//
//   <memo-dialog data-label="Note"></memo-dialog>, beside the board

import { isComposing } from "./composing.js";
import { ask, sent, Unreachable, whatIsWrong } from "./fragment.js";
import { board } from "./memo-board.js";
import { answered } from "./question.js";
import { say, tell } from "./undo-bar.js";

class MemoDialog extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    addEventListener("popstate", () => this.travelled(), { signal });
    this.dialog = document.createElement("dialog");
    this.dialog.className = "memo-dialog";
    this.dialog.setAttribute("aria-label", this.dataset.label);
    this.content = document.createElement("div");
    this.content.className = "memo-dialog__content";
    this.dialog.append(this.content);
    this.append(this.dialog);
    this.dialog.addEventListener("cancel", (event) => (event.preventDefault(), this.close()), { signal });
    this.dialog.addEventListener("pointerdown", (event) => (this.pressed = event.target), { signal });
    this.dialog.addEventListener("click", (event) => this.clickedInside(event), { signal });
    this.dialog.addEventListener("keydown", (event) => this.typedEarly(event), { signal });
    this.addEventListener("memo-editor:close", () => this.close(), { signal });
    this.addEventListener("submit", (event) => this.submitted(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    this.dialog.remove();
  }

  clicked(event) {
    const link = event.target.closest?.("memo-board a.memo-card__link, memo-board .memo-card a.menu__item, draft-notice a, undo-bar a.flash__action");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    this.open(link.href, { from: link.closest(".memo-card") });
  }

  /** Show the memo at this address. `from` is its card. */
  async open(url, { from = null, travelling = false } = {}) {
    if (this.dialog.open) return; // clicked twice
    from?.setAttribute("aria-busy", "true");
    const asked = ask(url);
    const turn = this.present();
    const left = () => turn !== this.turn || !this.dialog.open; // closed again before it came
    try {
      const answer = await asked;
      if (left()) return;
      if (answer.ok) {
        this.from = from?.id;
        this.showAnswer(answer, url, { travelling });
        return;
      }
      this.hide();
      say(whatIsWrong(answer), "error");
      if (answer.status === 401) location.assign(url);
      else board()?.catchUp();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (left()) return;
      this.hide();
      say(board().dataset.unreachable, "error");
    } finally {
      from?.removeAttribute("aria-busy");
    }
  }

  async reopen(url) {
    try {
      this.show(await ask(url));
      this.focusText("");
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      say(board().dataset.unreachable, "error");
    }
  }

  // Dimming the board takes a browser as long as the server takes to answer: the two go on at once. Gives what this
  // time is told by from the next.
  present() {
    if (this.dialog.open) return this.turn;
    this.titleBefore = document.title;
    this.early = "";
    this.turn = {};
    this.content.replaceChildren();
    this.dialog.showModal();
    return this.turn;
  }

  // Who types on before the memo is there finds the words in it.
  typedEarly(event) {
    if (this.content.hasChildNodes() || event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return;
    if (event.key.length === 1) this.early += event.key;
  }

  /** Show what the server says of the memo at this address. */
  showAnswer(answer, url, { travelling = false } = {}) {
    this.present();
    if (!travelling) history.pushState({ memo: url }, "", url);
    this.show(answer);
    this.focusText(new URL(url, location.href).hash);
  }

  show(answer) {
    document.title = answer.title;
    this.content.replaceChildren(...[...answer.main.childNodes].map((node) => document.adoptNode(node)));
  }

  // Where a finger points no keyboard is to cover the memo before it was read.
  focusText(hash) {
    const named = hash && this.content.querySelector(hash);
    if (named) {
      named.closest("details")?.setAttribute("open", "");
      named.querySelector("input:not([type=hidden])")?.focus();
      return;
    }
    const text = this.content.querySelector(".memo__body, .item-row--new textarea");
    if (text && matchMedia("(pointer: fine)").matches) {
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
      if (!this.early) return;
      text.setRangeText(this.early, text.value.length, text.value.length, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      this.dialog.focus();
    }
  }

  clickedInside(event) {
    const link = event.target.closest("a");
    // The second click of a double one was meant for the card that the first has opened.
    const outside = event.target === this.dialog && this.pressed === this.dialog && event.detail < 2;
    const closes = link?.matches(".memo__when-saved, .sheet__actions a, .memo__foot a:not(.memo__sign-in), .conflict a, .error__actions a");
    if (!outside && !closes) return;
    event.preventDefault();
    if (link?.closest(".conflict")) this.reopen(link.href);
    else this.close();
  }

  /** A form that is no editor's: of a conflict, of a memo that was thrown away meanwhile, of a message. */
  async submitted(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { url, form } = sent(event);
    form.set("next", form.has("revision") ? new URL(url).pathname : board().next);
    try {
      const answer = await answered(url, form);
      if (!answer) return;
      if (answer.main.querySelector(".board-changes")) {
        this.close();
        board().take(answer);
      } else {
        this.show(answer);
        tell(answer.main);
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      say(board().dataset.unreachable, "error");
    }
  }

  /** Close, at once; what is not saved is on its way, and the board shows it when it has arrived. */
  async close() {
    if (!this.dialog.open) return;
    const { turn } = this;
    const editor = this.content.querySelector("memo-editor");
    this.hide();
    if (history.state?.memo) history.back();
    const saved = editor ? await editor.finish() : true;
    if (editor?.isEmpty) await board().post(`${editor.path}/trash`, {});
    else await board().catchUp();
    if (turn !== this.turn) return; // on the next memo already
    if (editor && !editor.isConnected) {
      // It was changed elsewhere too: both texts stand in its place.
      history.pushState({ memo: editor.path }, "", editor.path);
      this.dialog.showModal();
      return;
    }
    this.content.replaceChildren();
    if (!saved) say(editor.dataset.kept, "error");
    const link = board().querySelector(`#${this.from} .memo-card__link`);
    if (document.activeElement === document.body) link?.focus({ preventScroll: true });
  }

  hide() {
    this.dialog.close();
    document.title = this.titleBefore;
  }

  travelled() {
    const memo = history.state?.memo;
    if (memo && !this.dialog.open) this.open(memo, { travelling: true });
    else if (!memo && this.dialog.open) this.close();
  }
}

customElements.define("memo-dialog", MemoDialog);

/** The dialog of this page, or null. */
export const memoDialog = () => document.querySelector("memo-dialog");
