// The labels of a memo: a field that narrows the list down and makes what is not in it, and a chip for each that is
// ticked. What is ticked are fields of the form around it, which saves itself.
//
//   <label-picker><fieldset>field, list of checkboxes, Create, a blank row</fieldset></label-picker>, and beside it in
//   the form <ul class="form-chips">

import { isComposing } from "./composing.js";

const plain = (text) => text.normalize("NFC").trim().replace(/\s+/g, " ");
// As the server compares names: the same label, whatever its capitals and width.
const folded = (text) => plain(text).normalize("NFKC").toLowerCase();

export class LabelPicker extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.field = this.querySelector(".label-panel__field");
    this.list = this.querySelector(".label-panel__list");
    this.create = this.querySelector(".label-panel__create");
    // From now on what is typed looks for a label; it is none before it is made.
    this.field.removeAttribute("name");
    this.field.addEventListener("input", (event) => (event.stopPropagation(), this.narrow()), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.create.addEventListener("click", () => this.make(), { signal });
    this.list.addEventListener("change", () => this.showChips(), { signal });
    // Enter on a tick is a tick, not the form's Save.
    this.list.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), event.target.click()), { signal });
    this.closest("details")?.addEventListener("toggle", (event) => this.opened(event.target), { signal });
    this.closest("form")?.addEventListener("click", (event) => this.clicked(event), { signal });
    this.closest("form")?.addEventListener("reset", () => queueMicrotask(() => this.showChips()), { signal });
    this.closest("memo-editor")?.addEventListener("memo-editor:adopted", () => this.adopted(), { signal });
    this.narrow();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get boxes() {
    return [...this.list.querySelectorAll("[type=checkbox]")];
  }

  opened(details) {
    if (details.open && matchMedia("(pointer: fine)").matches) this.field.focus();
    this.field.value = "";
    this.narrow();
    this.list.scrollTop = 0;
  }

  /** Show the labels that have what was typed in their names, and offer to make it if none is called so. */
  narrow() {
    const wanted = folded(this.field.value);
    let exact = false;
    for (const box of this.boxes) {
      const name = folded(box.value);
      box.closest("li").hidden = !name.includes(wanted);
      exact ||= name === wanted;
    }
    this.create.hidden = !wanted || exact;
    this.create.querySelector("b").textContent = plain(this.field.value);
  }

  pressed(event) {
    if (isComposing(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.make();
    }
  }

  /** Tick the label that is called so, or untick it; make it if there is none. */
  make() {
    const name = plain(this.field.value);
    if (!name) return;
    const there = this.boxes.find((box) => folded(box.value) === folded(name));
    const box = there ?? this.add(name);
    if (there) there.checked = !there.checked;
    this.field.value = "";
    this.narrow();
    box.closest("li").scrollIntoView({ block: "nearest" });
    this.field.focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  add(name) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.key = `label-${name}`;
    const box = row.querySelector("input");
    box.value = name;
    box.checked = true;
    row.querySelector("span").textContent = name;
    this.list.prepend(row);
    return box;
  }

  get chips() {
    return this.closest("form")?.querySelector(".form-chips");
  }

  /** A chip for each label that is ticked, and for no other. */
  showChips() {
    const { chips } = this;
    if (!chips) return;
    const names = this.boxes.filter((box) => box.checked).map((box) => box.value);
    const shown = new Map([...chips.children].map((chip) => [chip.querySelector("button").value, chip]));
    for (const [name, chip] of shown) if (!names.includes(name)) chip.remove();
    for (const name of names.filter((each) => !shown.has(each))) chips.append(this.chip(name));
  }

  chip(name) {
    const chip = this.querySelector("template").content.lastElementChild.cloneNode(true);
    chip.dataset.key = `chip-${name}`;
    chip.querySelector(".chip__name").textContent = name;
    const button = chip.querySelector("button");
    button.value = name;
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace("{name}", name));
    return chip;
  }

  clicked(event) {
    const button = event.target.closest(".chip__remove");
    const box = button && this.boxes.find((each) => each.value === button.value);
    if (!box) return;
    const next = button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling;
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    (next?.querySelector("button") ?? this.closest("details").querySelector("summary")).focus();
  }

  adopted() {
    this.field.removeAttribute("name");
    this.showChips();
    this.narrow();
  }

  /** Bring labels of a kept draft back that were made in it; the form ticks them, as it does the others. */
  restore(fields) {
    const known = this.boxes.map((box) => box.value);
    for (const [name, value] of fields) if (name === "label" && value && !known.includes(value)) this.add(value).checked = false;
    queueMicrotask(() => this.showChips());
  }
}

customElements.define("label-picker", LabelPicker);
