// A picture of an open memo, as large as the window: arrows and swipes go to the next one, Escape and Back to the memo.
// Its markup is the <template> beside the pictures.

const SWIPE = 50; // pixels

class View {
  constructor(link) {
    this.list = link.closest(".memo-pictures");
    this.place = this.list.closest("memo-editor") ?? this.list.parentElement;
    this.dialog = this.list.querySelector("template").content.firstElementChild.cloneNode(true);
    this.picture = this.dialog.querySelector("img");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("cancel", (event) => (event.preventDefault(), history.back()));
    this.dialog.addEventListener("pointerdown", (event) => (this.from = event.pointerType === "touch" ? event.clientX : null));
    this.dialog.addEventListener("pointerup", (event) => this.swiped(event));
    addEventListener("popstate", () => this.close(), { signal });
    this.place.addEventListener("memo-editor:adopted", () => this.changed(), { signal });
    history.pushState({ ...history.state, picture: true }, "");
    document.body.append(this.dialog);
    this.show(this.links.indexOf(link));
    this.dialog.showModal();
    this.dialog.focus();
  }

  get links() {
    return [...this.place.querySelectorAll(".memo-pictures__one > a")];
  }

  show(index) {
    const { links } = this;
    this.index = (index + links.length) % links.length;
    const link = links[this.index];
    const small = link.querySelector("img");
    this.picture.src = link.href;
    this.picture.alt = small.alt;
    this.picture.width = small.getAttribute("width");
    this.picture.height = small.getAttribute("height");
    this.dialog.setAttribute("aria-label", small.alt);
    this.dialog.querySelector(".image-view__count").textContent = links.length > 1 ? `${this.index + 1} / ${links.length}` : "";
    this.dialog.querySelectorAll("[data-step]").forEach((button) => (button.hidden = links.length < 2));
    this.dialog.querySelector(".image-view__delete").hidden = !this.deletion;
  }

  get deletion() {
    return this.links[this.index]?.parentElement.querySelector("form");
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (button?.dataset.step) this.show(this.index + Number(button.dataset.step));
    else if (button?.matches(".image-view__delete")) this.deletion.requestSubmit();
    else if (event.target !== this.picture) history.back();
  }

  pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.show(this.index + step);
  }

  swiped(event) {
    const by = this.from === null ? 0 : event.clientX - this.from;
    if (Math.abs(by) > SWIPE && this.links.length > 1) this.show(this.index - Math.sign(by));
  }

  /** One may have been deleted. */
  changed() {
    if (this.links.length) this.show(Math.min(this.index, this.links.length - 1));
    else history.back();
  }

  close() {
    this.stop.abort();
    this.dialog.close();
    this.dialog.remove();
    this.links[this.index]?.focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".memo-pictures__one > a");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  new View(link);
});
