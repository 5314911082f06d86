// "Take a note…": a note is kept from its first words on, and goes on being saved until it is closed.
//
//   <memo-composer data-draft="7/memos" data-saved="Saved" …><form class="composer">…</form></memo-composer>

import { Autosave, content, isBlank, restore } from "./autosave.js";
import { isComposing } from "./composing.js";
import { ask, Unreachable, whatIsWrong } from "./fragment.js";
import { board } from "./memo-board.js";
import { memoDialog } from "./memo-dialog.js";
import "./image-drop.js";
import "./memo-items.js";
import { writingKeys } from "./writing-keys.js";
import "./colour-picker.js";
import "./label-picker.js";

class MemoComposer extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    customElements.upgrade(this); // what is inside first
    this.form = this.querySelector("form");
    this.blank = this.form.action;
    this.uploads = new Set();
    this.autosave = new Autosave(this.form, {
      draft: this.dataset.draft,
      send: (form) => this.send(form),
      take: (answer) => this.take(answer),
      tell: (word) => this.show(word),
      worth: () => this.worth(),
    });
    this.addEventListener("input", () => this.begin(), { signal, capture: true });
    this.addEventListener("change", () => this.begin(), { signal, capture: true });
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.finish()), { signal });
    this.form.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("pointerdown", (event) => this.pointed(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    this.autosave.end();
  }

  /** Name what is being written, so that it is one note however often it is sent. */
  begin() {
    if (this.memo || this.form.elements.key) return;
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "key", value: key }));
    this.autosave.keepAs(`${this.dataset.draft} ${key}`);
  }

  /** Show a note again that was written here before and cannot be kept as it is. */
  bringBack(fields) {
    this.begin();
    this.form.elements.key.value = fields.find(([name]) => name === "key")?.[1] ?? this.form.elements.key.value;
    this.autosave.keepAs(`${this.dataset.draft} ${this.form.elements.key.value}`);
    this.querySelector("label-picker").restore(fields);
    this.querySelector("memo-items")?.restore(fields);
    restore(this.form, fields);
    this.autosave.touched();
  }

  /** Whether there is anything to be kept: an empty note is not. */
  worth() {
    return this.pictured || !isBlank(this.form);
  }

  async send(form) {
    form.delete("file");
    if (this.memo) form.set("next", this.memo);
    // A box that is not ticked says nothing by itself.
    form.set("pinned", Number(this.form.elements.pinned.checked));
    this.querySelector("memo-items")?.sending();
    const answer = await ask(this.form.action, { form });
    return answer.status === 409 ? this.sendAgain(form, answer) : answer;
  }

  /** A picture has come meanwhile, which is no conflict; another text is one. */
  async sendAgain(form, refused) {
    const editor = (await ask(this.memo)).main.querySelector("memo-editor");
    if (!editor || content(editor.querySelector(".memo__form")) !== this.stored) return refused;
    form.set("revision", editor.querySelector("[name=revision]").value);
    return ask(this.form.action, { form });
  }

  /** Send a picture (image-drop.js), after what was typed; gives what is wrong with it instead. */
  takePicture(send) {
    const taken = this.sendPicture(send);
    this.uploads.add(taken);
    return taken.finally(() => this.uploads.delete(taken));
  }

  async sendPicture(send) {
    while (!this.memo && this.beginning) await this.beginning;
    if (!this.memo && !isBlank(this.form)) await this.autosave.flush();
    if (this.memo) return this.takeAnswer(await send(`${this.memo}/images`, this.pictureForm(["csrf_token"])));
    // The first one makes the note; others wait for it.
    this.begin();
    let begun;
    this.beginning = new Promise((resolve) => (begun = resolve));
    try {
      return this.takeAnswer(await send(this.blank, this.pictureForm(null)));
    } finally {
      this.beginning = undefined;
      begun();
    }
  }

  pictureForm(names) {
    const form = new FormData();
    for (const [name, value] of new FormData(this.form)) {
      if (name !== "file" && (!names || names.includes(name))) form.append(name, value);
    }
    if (this.memo) form.set("next", this.memo);
    return form;
  }

  takeAnswer(answer) {
    const editor = answer.main.querySelector("memo-editor");
    if (!answer.ok || !editor) return whatIsWrong(answer);
    const overtaken = Number(this.form.elements.revision?.value ?? 0) > Number(editor.querySelector("[name=revision]").value);
    if (overtaken) return null;
    this.take(answer);
    this.pictured = true;
    this.showPictures(editor.querySelector(".memo-pictures"));
    this.show("saved");
    return null;
  }

  showPictures(pictures) {
    this.querySelector(".memo-pictures")?.remove();
    if (!pictures) return;
    const shown = pictures.cloneNode();
    for (const picture of pictures.querySelectorAll("img")) {
      const item = document.createElement("li");
      item.className = "memo-pictures__one";
      item.append(document.adoptNode(picture));
      shown.append(item);
    }
    this.form.prepend(shown);
  }

  take(answer) {
    const editor = answer.main.querySelector("memo-editor");
    if (answer.ok && editor) {
      this.become(answer.url.pathname, editor.querySelector("[name=revision]").value);
      this.stored = content(editor.querySelector(".memo__form"));
      this.querySelector("memo-items")?.settle(editor, { saved: true });
      return "saved";
    }
    if (answer.status === 401) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) throw new Unreachable(`Answered ${answer.status}`);
    if (answer.status === 422) {
      this.say(whatIsWrong(answer));
      return "refused";
    }
    // A conflict, or it was thrown away meanwhile: both texts are shown where there is room for them.
    const { memo } = this;
    this.empty();
    memoDialog().showAnswer(answer, memo);
    return "elsewhere";
  }

  /** From now on the form is that of a memo which is there. */
  become(memo, revision) {
    if (!this.memo) {
      this.memo = memo;
      this.form.action = memo;
      this.form.elements.key?.remove();
      this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "revision" }));
      this.autosave.keepAs(`${this.dataset.draft.split(" ")[0]} ${memo}`);
    }
    this.form.elements.revision.value = revision;
  }

  show(word) {
    if (word === "refused") return; // what the server says of it is shown already
    this.say(this.dataset[word.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] ?? "");
    // Not while it is being pressed, which ends a change.
    if (word === "signed-out" || word === "saved") this.querySelector(".composer__sign-in").hidden = word === "saved";
  }

  say(text) {
    const status = this.querySelector(".composer__status");
    if (status.textContent !== text) status.textContent = text;
  }

  pressed(event) {
    writingKeys(event);
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
    event.preventDefault();
    // At once: what is pressed next is not meant for the note, though it may still be on its way.
    this.closest("main").focus({ preventScroll: true });
    this.finish();
  }

  /** Close, and go to the note that was made, unless one is elsewhere already. */
  async finish() {
    const main = this.closest("main");
    const made = await this.close();
    if (document.activeElement !== main) return;
    const card = made && board().querySelector(`#memo-${made.split("/").pop()} .memo-card__link`);
    if (card) card.focus({ preventScroll: true });
    else if (this.worth()) this.form.querySelector(".composer__body, .item-row__text")?.focus(); // it could not be kept
  }

  pointed(event) {
    const inside = event.target.closest?.("memo-composer, undo-bar, dialog, .selection");
    if (!inside && this.isOpen) this.close();
  }

  get isOpen() {
    return this.form.matches(":focus-within") || this.autosave.changed || Boolean(this.memo);
  }

  /** Keep what there is, and be a line again. What cannot be kept yet stays open. Gives the address of the note. */
  async close() {
    if (this.uploads.size && !(await this.arrived())) return undefined;
    if (this.worth()) {
      if ((await this.autosave.flush()) !== "saved") return undefined;
    } else if (this.memo) {
      await board().post(`${this.memo}/trash`, {});
    }
    const made = this.memo;
    this.empty();
    if (made) await board().catchUp();
    return made;
  }

  /** Pictures on their way belong to this note, not to the next: whether all came, and nothing was typed meanwhile. */
  async arrived() {
    const before = content(this.form);
    this.show("saving");
    while (this.uploads.size) await Promise.allSettled(this.uploads);
    return content(this.form) === before && !this.querySelector(".uploads__one--failed");
  }

  empty() {
    this.memo = undefined;
    this.pictured = false;
    this.form.action = this.blank;
    this.form.elements.revision?.remove();
    this.form.elements.key?.remove();
    this.form.reset();
    this.form.classList.remove("composer--open");
    this.querySelectorAll(".field__errors, .memo-pictures, .uploads > *").forEach((made) => made.remove());
    this.querySelector("memo-items")?.empty();
    this.autosave.restart(this.dataset.draft);
    this.say("");
    if (this.form.contains(document.activeElement)) this.closest("main").focus({ preventScroll: true });
  }
}

customElements.define("memo-composer", MemoComposer);
