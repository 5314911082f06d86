// Makes one tree of elements like another and keeps those that are in both, so that focus, caret, scroll position,
// an open menu and what is being typed stay where they are. What a script has added carries data-made and is left;
// what only a script changes carries data-keep.

const settled = new WeakMap(); // field -> its value when it was last known to be what the server has

// The state of an element here, which the server knows nothing of.
const STATES = new Set(["style", "open", "data-made"]);

/**
 * Make `from` like `to`. A field that was not touched since it last agreed with the server follows it; one that
 * was keeps what is in it. True if such a one was changed on the server too: then both sides have a text.
 */
export function morph(from, to) {
  if ("keep" in from.dataset) return false;
  copyAttributes(from, to);
  if (from.matches("input, textarea")) {
    return follow(from, to);
  }
  return morphChildren(from, to);
}

/** What the form's fields hold now. The function it gives says that this is what the server has now. */
export function snapshot(form) {
  const states = [...form.elements].map((field) => [field, state(field)]);
  return () => states.forEach(([field, value]) => settled.set(field, value));
}

function follow(from, to) {
  const [mine, theirs] = [state(from), standard(to)];
  const before = settled.has(from) ? settled.get(from) : standard(from);
  if (isTick(from)) from.defaultChecked = to.defaultChecked;
  else from.defaultValue = to.defaultValue;
  if (same(mine, theirs)) {
    // A space that the server does not keep may be the one before the next word.
    settled.set(from, mine);
    if (state(from) !== mine) restoreState(from, mine);
    return false;
  }
  settled.set(from, mine === before ? theirs : before);
  restoreState(from, mine === before ? theirs : mine);
  return mine !== before && !same(theirs, before);
}

function restoreState(field, value) {
  if (field.type === "file" || state(field) === value) return; // the caret would jump to the end
  if (isTick(field)) field.checked = value;
  else field.value = value;
}

const plain = (value) => (typeof value === "string" ? value.normalize("NFC").trim() : value);
const same = (one, other) => plain(one) === plain(other);
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const state = (field) => (isTick(field) ? field.checked : field.value);
const standard = (field) => (isTick(field) ? field.defaultChecked : field.defaultValue);

function copyAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !STATES.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    // Of a field `follow` decides: to write the attribute is to write the value of one that was not typed into.
    if (STATES.has(name) || (from.localName === "input" && from.type !== "hidden" && name === "value")) continue;
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function morphChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) {
    if (key(child)) keyed.set(key(child), child);
  }
  let clash = false;
  let next = skipMade(from.firstChild);
  for (const wanted of [...to.childNodes]) {
    const match = key(wanted) ? keyed.get(key(wanted)) : alike(next, wanted);
    if (!match) {
      from.insertBefore(document.importNode(wanted, true), next);
      continue;
    }
    if (match === next) next = skipMade(next.nextSibling);
    else move(from, match, next);
    if (match.nodeType === Node.ELEMENT_NODE) clash = morph(match, wanted) || clash;
    else if (match.data !== wanted.data) match.data = wanted.data;
  }
  while (next) {
    const last = next;
    next = skipMade(next.nextSibling);
    last.remove();
  }
  return clash;
}

// The first from `next` on that can become `wanted`. What is passed over may still become another, or goes.
function alike(next, wanted) {
  for (let node = next; node; node = skipMade(node.nextSibling)) {
    if (node.nodeName === wanted.nodeName && !key(node) && (node.nodeType !== Node.ELEMENT_NODE || sameKind(node, wanted))) {
      return node;
    }
  }
  return null;
}

const sameKind = (node, wanted) =>
  node.classList[0] === wanted.classList[0] && node.getAttribute("name") === wanted.getAttribute("name");
const key = (node) => (node.nodeType === Node.ELEMENT_NODE && (node.id || node.dataset.key)) || null;

function skipMade(node) {
  while (node?.nodeType === Node.ELEMENT_NODE && "made" in node.dataset) node = node.nextSibling;
  return node;
}

/** Put `child` before `next`; where the browser can, without it losing its focus on the way. */
export function move(parent, child, next) {
  if (parent.moveBefore && child.isConnected && parent.isConnected) parent.moveBefore(child, next);
  else parent.insertBefore(child, next);
}
