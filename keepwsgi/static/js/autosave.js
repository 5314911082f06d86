// Saves a form while it is being typed into: a moment after the last key, and again until the server has it.

import { Unreachable } from "./fragment.js";
import * as drafts from "./draft.js";
import { snapshot } from "./morph.js";

const PAUSE = 700; // milliseconds after the last change
const LONGEST = 4_000; // after the first one, for those who type without a pause
const DRAFT = 200;
const AGAIN = [2_000, 5_000, 10_000, 30_000];
const CONTROL = new Set(["csrf_token", "next", "revision", "key"]);

// The names and values of what would be sent, but for files. A FormData would have the whole page laid out first.
function entries(form) {
  const sent = ({ name, type, checked }) => name && !["submit", "file"].includes(type) && (checked || !["checkbox", "radio"].includes(type));
  return [...form.elements].filter((field) => sent(field) && !field.matches(":disabled")).map(({ name, value }) => [name, value]);
}

/** The form's own text as one string, to be compared. */
export function content(form) {
  return JSON.stringify(entries(form).filter(([name]) => !CONTROL.has(name)));
}

/** Whether nothing is written in the form of a memo. */
export function isBlank(form) {
  const texts = entries(form).filter(([name]) => ["title", "body", "items_new"].includes(name) || name.startsWith("item."));
  return texts.every(([, value]) => !value.trim());
}

export class Autosave {
  /**
   * `send(form)` sends a FormData and gives the answer, or throws Unreachable; `take(answer)` puts it to use and says
   * what became of the text: "saved", or another word that ends saving until something changes. `tell(word)` shows
   * it; there are "changed", "saving", "waiting" too. `worth()` says whether there is anything to be saved.
   * `draft` is the key under which the text is kept meanwhile.
   */
  constructor(form, { send, take, tell, draft, worth = () => true }) {
    Object.assign(this, { form, send, take, tell, draft, worth });
    this.saved = content(form);
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.composing = false;
    this.failures = 0;
    form.addEventListener("compositionstart", () => (this.composing = true), { signal });
    form.addEventListener("compositionend", () => ((this.composing = false), this.touched()), { signal });
    form.addEventListener("input", () => this.touched(), { signal });
    form.addEventListener("change", () => this.touched(), { signal });
    addEventListener("online", () => this.changed && this.flush(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.changed && this.flush(), { signal });
  }

  /** Begin anew: what is in the form now is nothing to be saved. */
  restart(draft) {
    clearTimeout(this.timer);
    this.saved = content(this.form);
    this.keepAs(draft);
  }

  /** Another key for the draft. */
  keepAs(draft) {
    if (draft !== this.draft) this.forget();
    this.draft = draft;
  }

  /** No more saving by itself. What is not saved stays kept as a draft. */
  end() {
    this.leave();
    clearTimeout(this.timer);
    this.stop.abort();
  }

  get changed() {
    return content(this.form) !== this.saved;
  }

  /** Something may have been typed. */
  touched() {
    clearTimeout(this.timer);
    clearTimeout(this.draftTimer);
    if (!this.changed) {
      this.since = undefined;
      if (!this.running) this.forget();
      return;
    }
    this.draftTimer = setTimeout(() => this.keep(), DRAFT);
    this.tell("changed");
    // Half a syllable is not worth saving; the end of the composition comes here again.
    if (this.composing) return;
    this.since ??= Date.now();
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())));
  }

  /** Save now. Gives what became of it: "saved", or why not. */
  flush() {
    clearTimeout(this.timer);
    return (this.running ??= this.run().finally(() => (this.running = null)));
  }

  async run() {
    while (this.changed && this.worth()) {
      const sent = content(this.form);
      const settle = snapshot(this.form);
      this.since = undefined;
      this.tell("saving");
      let answer;
      try {
        answer = await this.send(new FormData(this.form));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.keep();
        this.tell("waiting");
        this.timer = setTimeout(() => this.flush(), AGAIN[Math.min(this.failures++, AGAIN.length - 1)]);
        return "waiting";
      }
      this.failures = 0;
      const same = content(this.form) === sent;
      if (answer.ok) settle();
      const became = this.take(answer);
      if (became !== "saved") {
        this.keep();
        this.tell(became);
        return became;
      }
      // Taking the answer may have given new items their ids.
      this.saved = same ? content(this.form) : sent;
    }
    if (!this.changed) {
      this.forget();
      this.tell("saved");
    }
    return "saved";
  }

  /** Let `change` bring the form to what the server has now: what is not being typed is then saved. */
  follow(change) {
    const { changed } = this;
    change();
    if (!changed) this.saved = content(this.form);
  }

  keep() {
    if (this.changed) drafts.keep(this.draft, [...new FormData(this.form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string"));
  }

  forget() {
    clearTimeout(this.draftTimer);
    drafts.forget(this.draft);
  }

  /** The page goes: the text stays in this browser, and is sent when it is opened again. */
  leave() {
    clearTimeout(this.draftTimer);
    this.keep();
  }
}

/** Put kept fields back into the form they came from. True if that changes anything. */
export function restore(form, fields) {
  const before = content(form);
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    const given = values.get(field.name);
    if (!field.name || field.name === "csrf_token" || field.name === "next") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(given?.includes(field.value));
    else if (given && field.type !== "file") field.value = field.type === "hidden" && field.name !== "revision" ? field.value : given.at(-1);
  }
  return content(form) !== before;
}
