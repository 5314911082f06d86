// The box of the composer that makes a list of a text, and a text of a list: each line is a row. Nothing is lost.

import { become } from "./item-answers.js";
import { asLine, parse } from "./item-lines.js";
import * as rows from "./item-row.js";

/** The switch of the form that the list is in: { isOn, turn(on) }, or undefined where there is none. */
export function listSwitch(items, signal) {
  const form = items.closest("form");
  const box = form.querySelector("input[type=checkbox][name=kind]");
  if (!box) return undefined;
  const body = form.elements.body;
  const self = {
    get isOn() {
      return !items.hidden;
    },
    /** Show rows, or the text, as they are. */
    turn(on) {
      items.hidden = !on;
      items.order.disabled = !on;
      body.hidden = on;
      asText(form, box, false);
    },
  };

  function change() {
    if (box.checked) {
      const lines = body.value.trim() ? body.value.split("\n").map(parse) : [];
      body.value = "";
      self.turn(true);
      become(items, lines.map((item) => ({ ...item, key: items.newKey() })));
    } else {
      body.value = items.state().map(asLine).join("\n");
      become(items, []);
      self.turn(false);
      asText(form, box, true);
    }
    items.dispatchEvent(new Event("change", { bubbles: true }));
  }

  box.addEventListener(
    "change",
    (event) => {
      if (box.checked === self.isOn) return;
      change();
      if (!event.isTrusted) return;
      if (self.isOn) rows.field(items.addRow).focus();
      else body.focus();
    },
    { signal },
  );
  if (box.checked && !self.isOn) change();
  return self;
}

/** A box that is not ticked is not sent: say that the note is a text, for it may be stored as a list by now. */
function asText(form, box, on) {
  const said = form.querySelector("input[type=hidden][name=kind]");
  if (!on) said?.remove();
  else if (!said) box.after(Object.assign(document.createElement("input"), { type: "hidden", name: "kind", value: "text" }));
}
