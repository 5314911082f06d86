// Pictures that are chosen, dropped or pasted are uploaded at once: into the open note, the new one, or onto a card.
//
//   <image-drop data-largest="16777216" data-too-large="…" …>the button and field of the form around it</image-drop>
//
// A note takes one by `takePicture(send)`: it calls send(url, form), which gives the answer, and gives what is wrong.

import { Unreachable, whatIsWrong } from "./fragment.js";
import { board } from "./memo-board.js";
import { upload } from "./upload.js";

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

class ImageDrop extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.note = this.closest("memo-editor, memo-composer");
    this.field = this.querySelector("[type=file]") ?? this.closest("form")?.querySelector("[type=file]");
    this.field?.addEventListener("change", () => this.chosen(), { signal });
    const place = this.note ?? this.closest("memo-board");
    place.addEventListener("dragenter", (event) => this.dragged(event), { signal });
    place.addEventListener("dragover", (event) => this.dragged(event), { signal });
    place.addEventListener("dragleave", (event) => this.left(event), { signal });
    place.addEventListener("drop", (event) => this.dropped(event), { signal });
    if (this.note) document.addEventListener("paste", (event) => this.pasted(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  chosen() {
    const files = [...this.field.files];
    this.field.value = "";
    this.add(files, this.note);
  }

  /** What would take the pictures that are over it: the note, or the card under the pointer. */
  target(event) {
    if (!holdsFiles(event)) return null;
    return this.note ?? event.target.closest(".memo-card:has(.memo-card__pin)");
  }

  dragged(event) {
    const target = this.target(event);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    sheetOf(target).classList.add("is-drop-target");
  }

  left(event) {
    const target = this.target(event);
    if (target && !target.contains(event.relatedTarget)) sheetOf(target).classList.remove("is-drop-target");
  }

  dropped(event) {
    const target = this.target(event);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    sheetOf(target).classList.remove("is-drop-target");
    this.add([...event.dataTransfer.files], target);
  }

  // Text stays text, also where a program offers a picture of it beside it.
  pasted(event) {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    const elsewhere = event.target.closest?.("input, textarea, select");
    const ours = this.note.contains(event.target) || (this.note.localName === "memo-editor" && !elsewhere);
    if (!ours || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.add(files, this.note);
  }

  add(files, target) {
    for (const file of files) this.begin(file, target);
  }

  begin(file, target) {
    const row = this.row(file);
    listOf(target).append(row);
    if (file.size > Number(this.dataset.largest)) this.fail(row, `${file.name}: ${this.dataset.tooLarge}`);
    else this.send(file, target, row);
  }

  async send(file, target, row) {
    const cancel = new AbortController();
    row.querySelector("button").addEventListener("click", () => (cancel.abort(), this.end(row)));
    const bar = row.querySelector("progress");
    const send = (url, form) => {
      form.append("file", file);
      return upload(url, form, { signal: cancel.signal, progress: (part) => (bar.value = part) });
    };
    try {
      const wrong = await (target === this.note ? target.takePicture(send) : takeOnCard(target, send));
      if (wrong) this.fail(row, `${file.name}: ${wrong}`);
      else this.end(row, this.dataset.done);
    } catch (error) {
      if (cancel.signal.aborted) return;
      if (!(error instanceof Unreachable)) throw error;
      this.fail(row, this.dataset.failed.replace("{name}", file.name));
    }
  }

  /** A line with a preview, the name, how far it is, and a cross. */
  row(file) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const picture = row.querySelector("img");
    picture.addEventListener("error", () => (picture.hidden = true));
    picture.src = URL.createObjectURL(file);
    row.querySelector(".uploads__name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", this.dataset.sending.replace("{name}", file.name));
    this.say(this.dataset.sending.replace("{name}", file.name));
    return row;
  }

  fail(row, text) {
    row.classList.add("uploads__one--failed");
    row.querySelector(".uploads__name").textContent = text;
    row.querySelector("button").addEventListener("click", () => this.end(row));
    this.say(text);
  }

  end(row, text = "") {
    const list = row.parentElement;
    URL.revokeObjectURL(row.querySelector("img").src);
    row.remove();
    if (list && "made" in list.dataset && !list.children.length) list.remove();
    this.say(text);
  }

  say(text) {
    this.querySelector("[role=status]").textContent = text;
  }
}

customElements.define("image-drop", ImageDrop);

const sheetOf = (target) => target.querySelector(".memo, .composer") ?? target;

function listOf(target) {
  const list = target.querySelector(".uploads");
  if (list) return list;
  const made = document.createElement("ul");
  made.className = "uploads";
  made.dataset.made = "";
  target.append(made);
  return made;
}

async function takeOnCard(card, send) {
  const form = new FormData();
  form.set("csrf_token", card.querySelector("[name=csrf_token]").value);
  form.set("next", board().next);
  const answer = await send(`${card.querySelector(".memo-card__link").pathname}/images`, form);
  if (!answer.ok) return whatIsWrong(answer);
  board().take(answer);
  return null;
}

// A file that misses its target would be opened in place of the page, with all that is being typed there.
addEventListener("dragover", (event) => {
  if (!holdsFiles(event) || event.defaultPrevented) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
});
addEventListener("drop", (event) => holdsFiles(event) && event.preventDefault());
