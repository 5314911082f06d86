// Messages of what was done, with the way to undo it: in a corner, until they are closed or some time has passed.
//
//   <undo-bar class="flashes" role="status" data-close="Close">.flash…</undo-bar>

const SHOWN = 12_000; // milliseconds; WCAG 2.2.1 is met because pointing at one, or the focus in it, makes it stay
const MOST = 3;

class UndoBar extends HTMLElement {
  connectedCallback() {
    this.timers = new Map();
    for (const flash of this.children) this.tend(flash);
  }

  add(flash) {
    // An earlier undo is not offered any more, here as on the server.
    if (flash.matches(".flash--undo")) this.querySelectorAll(".flash--undo").forEach((old) => this.drop(old));
    while (this.children.length >= MOST) this.drop(this.firstElementChild);
    this.append(flash);
    this.tend(flash);
  }

  tend(flash) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "flash__close";
    close.setAttribute("aria-label", this.dataset.close);
    close.title = this.dataset.close;
    close.addEventListener("click", () => this.drop(flash));
    flash.append(close);
    if (flash.matches(".flash--error")) return;
    const wait = () => {
      clearTimeout(this.timers.get(flash));
      this.timers.set(flash, setTimeout(() => (flash.matches(":hover, :focus-within") ? wait() : this.drop(flash)), SHOWN));
    };
    wait();
  }

  drop(flash) {
    clearTimeout(this.timers.get(flash));
    if (flash.contains(document.activeElement)) this.closest("main")?.focus({ preventScroll: true });
    flash.remove();
  }
}

customElements.define("undo-bar", UndoBar);

/** Where messages are seen now: in the open dialog, for nothing outside can be reached, or on the page. */
function bar() {
  return document.querySelector("dialog:modal undo-bar") ?? document.querySelector("body > .page undo-bar, undo-bar");
}

/** Show the messages of a fragment. */
export function tell(main) {
  for (const flash of [...main.querySelectorAll("undo-bar > .flash")]) show(document.adoptNode(flash));
}

/** Show a message that is an element already. */
export function show(flash) {
  bar()?.add(flash);
}

/** Show a message; `category` is that of a flash. */
export function say(text, category = "message") {
  show(message(text, category));
}

/** Show a message with a button, `label`, that takes back what was done. Gives the message. */
export function offer(text, label, back) {
  const flash = message(text, "undo");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "flash__action", textContent: label });
  button.addEventListener("click", () => (flash.remove(), back()));
  flash.append(button);
  show(flash);
  return flash;
}

function message(text, category) {
  const flash = document.createElement("div");
  flash.className = `flash flash--${category}`;
  const span = document.createElement("span");
  span.className = "flash__text";
  span.textContent = text;
  flash.append(span);
  return flash;
}

/** Take the last step back that can be. True if there was one. */
export function undo() {
  const button = bar()?.querySelector(".flash--undo .flash__action");
  button?.click();
  return Boolean(button);
}
