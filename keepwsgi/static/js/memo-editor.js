// An open memo: saves itself while it is typed into, and does what its buttons say without leaving it.
//
//   <memo-editor data-draft="7/memos/42" data-saved="Saved" …><article class="memo">…</article></memo-editor>

import { Autosave, isBlank, restore } from "./autosave.js";
import * as drafts from "./draft.js";
import { ask, sent, Unreachable, whatIsWrong } from "./fragment.js";
import { board } from "./memo-board.js";
import "./image-drop.js";
import "./memo-items.js";
import { morph } from "./morph.js";
import { answered } from "./question.js";
import { say, tell } from "./undo-bar.js";
import { writingKeys } from "./writing-keys.js";
import "./colour-picker.js";
import "./label-picker.js";

class MemoEditor extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    customElements.upgrade(this); // what is inside first
    this.form = this.querySelector(".memo__form");
    this.path = new URL(this.form.action).pathname;
    this.autosave = new Autosave(this.form, {
      draft: this.dataset.draft,
      send: (form) => this.send(form),
      take: (answer) => this.take(answer),
      tell: (word) => this.show(word),
      worth: () => !this.isEmpty,
    });
    this.form.addEventListener("keydown", writingKeys, { signal });
    // After a reload Back leads to the board by its address alone: there is no page of it to go back to.
    if (!this.closest("dialog")) addEventListener("popstate", () => location.pathname !== this.path && location.reload(), { signal });
    this.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.bringBack();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.autosave.end();
  }

  /** What was typed here before and did not reach the server. */
  bringBack() {
    const fields = drafts.kept(this.dataset.draft);
    if (!fields) return;
    const kind = fields.find(([name]) => name === "kind")?.[1];
    if (kind && kind !== this.form.elements.kind.value) {
      this.sendKept(fields);
      return;
    }
    this.querySelector("memo-items")?.restore(fields);
    this.querySelector("label-picker").restore(fields);
    restore(this.form, fields);
    this.broughtBack = this.autosave.changed;
    if (this.broughtBack) this.autosave.touched();
    else drafts.forget(this.dataset.draft);
  }

  /** It was made a list, or a text, and this form has no fields for it: as it was kept it is sent. */
  async sendKept(fields) {
    const form = new FormData();
    for (const [name, value] of [...fields, ["csrf_token", this.form.elements.csrf_token.value], ["next", this.path]]) form.append(name, value);
    try {
      const answer = await ask(this.form.action, { form });
      if (answer.ok) drafts.forget(this.dataset.draft);
      this.autosave.follow(() => this.show(this.take(answer)));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.show("waiting");
    }
  }

  /** Whether nothing is left in the memo. Such a one is not saved, but thrown away when it is closed. */
  get isEmpty() {
    return isBlank(this.form) && !this.querySelector(".memo-pictures");
  }

  async send(form) {
    form.set("next", this.path);
    this.querySelector("memo-items")?.sending();
    const answer = await ask(this.form.action, { form });
    return answer.status === 409 ? this.sendAgain(answer) : answer;
  }

  /** The memo was changed meanwhile, but not what was typed here: a picture has come. Else there is a conflict. */
  async sendAgain(refused) {
    // What a text was typed over that was brought back is not known here any more.
    if (this.broughtBack) return refused;
    const editor = (await ask(this.path)).main.querySelector("memo-editor");
    if (!editor || this.adopt(editor)) return refused;
    const form = new FormData(this.form);
    form.set("next", this.path);
    this.querySelector("memo-items")?.sending();
    return ask(this.form.action, { form });
  }

  /** Put an answer to use that was sent for the text; gives what became of it. */
  take(answer) {
    const editor = answer.main.querySelector("memo-editor");
    if (editor && (answer.ok || answer.status === 422)) {
      this.adopt(editor, { saved: answer.ok });
      return answer.ok ? "saved" : "refused";
    }
    if (answer.status === 401) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) throw new Unreachable(`Answered ${answer.status}`);
    this.leaveTo(answer);
    return "elsewhere";
  }

  /**
   * Become what the server shows of this memo, but for what is being typed. `saved`: it is the answer to what was sent.
   * True if what is being typed was changed there too.
   */
  adopt(editor, { saved = false } = {}) {
    const revision = this.form.elements.revision.value;
    const clashes = [this.querySelector("memo-items")?.settle(editor, { saved }), morph(this, editor)];
    const clash = clashes.some(Boolean);
    // Somebody else has changed what is being typed here: saved on the old revision it becomes a question.
    if (clash) this.form.elements.revision.value = revision;
    this.dispatchEvent(new CustomEvent("memo-editor:adopted", { bubbles: true }));
    return clash;
  }

  /** Send a picture (image-drop.js) and show it; gives what is wrong with it instead. */
  async takePicture(send) {
    const upload = this.querySelector("#memo-upload");
    const form = new FormData(upload);
    form.delete("file");
    const answer = await send(upload.action, form);
    const editor = answer.main.querySelector("memo-editor");
    if (!answer.ok || !editor) return whatIsWrong(answer);
    // Of several that are on their way, an answer may be overtaken by a later one.
    const newer = Number(editor.querySelector("[name=revision]").value) > Number(this.form.elements.revision.value);
    if (newer) this.autosave.follow(() => this.adopt(editor));
    return null;
  }

  /** Both texts of a conflict, or what became of the memo: in place of the editor. */
  leaveTo(answer) {
    const place = this.closest("dialog .memo-dialog__content, main");
    place.replaceChildren(...[...answer.main.childNodes].map((node) => document.adoptNode(node)));
    place.querySelector("h1")?.setAttribute("tabindex", "-1");
    place.querySelector("h1")?.focus();
  }

  show(word) {
    const status = this.querySelector(".memo__status");
    const text = this.dataset[word.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] ?? "";
    if (status.textContent !== text) status.textContent = text;
    status.dataset.state = word;
    // Not while it is being pressed, which ends a change.
    if (word === "signed-out" || word === "saved") this.querySelector(".memo__sign-in").hidden = word === "saved";
  }

  clicked(event) {
    const link = event.target.closest(".memo__when-saved");
    if (!link || event.defaultPrevented || this.closest("dialog")) return;
    event.preventDefault();
    this.leave(link.href);
  }

  /** From the memo's own page. */
  async leave(url) {
    await this.finish();
    if (this.isEmpty) this.querySelector("[formaction$='/trash']").click();
    else location.assign(url);
  }

  async submitted(event) {
    const form = event.target;
    if (form.enctype === "multipart/form-data" && event.defaultPrevented) return;
    event.preventDefault();
    const { url, form: data } = sent(event);
    const became = await this.autosave.flush();
    if (became !== "saved") return;
    if (form !== this.form) await this.act(url, data);
    else if (this.closest("dialog")) this.dispatchEvent(new CustomEvent("memo-editor:close", { bubbles: true }));
    else this.leave(this.querySelector(".memo__when-saved").href);
  }

  /** Send a form that is not the text's own, and show what comes of it. */
  async act(url, form) {
    const here = board();
    if (form.get("next") !== this.path && here) form.set("next", here.next);
    try {
      const answer = await answered(url, form);
      if (!answer) return;
      const editor = answer.main.querySelector("memo-editor");
      if (editor?.dataset.draft === this.dataset.draft) {
        this.autosave.follow(() => this.adopt(editor));
        tell(answer.main);
      } else if (here && answer.url.pathname !== this.path) {
        // First, for messages are shown in the dialog as long as it is open.
        this.dispatchEvent(new CustomEvent("memo-editor:close", { bubbles: true }));
        here.take(answer);
      } else if (answer.ok) {
        location.assign(answer.url);
      } else {
        say(whatIsWrong(answer), "error");
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.show("waiting");
    }
  }

  /** Save what there is; true if the server has all of it. What is emptied is left to be thrown away. */
  async finish() {
    if (this.isEmpty) {
      this.autosave.restart(this.dataset.draft);
      return true;
    }
    return (await this.autosave.flush()) === "saved";
  }
}

customElements.define("memo-editor", MemoEditor);
