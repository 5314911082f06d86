// Brings together two changed versions of one list. An item is { key, text, indent, ticked }; the key of one that the
// server has not is no number. Nothing here knows of elements.

const plain = (text) => text.normalize("NFC").trim();
const sameText = (one, other) => plain(one) === plain(other);

/** Of a value that may have been changed on either side the one that was; mine where both were. */
const pick = (before, mine, theirs) => (mine === before ? theirs : mine);

/**
 * Of each item that was sent without an id the one it has got: a Map from key to key. `tried` are the texts that were
 * sent for each key. If `isAnswer`, theirs is what became of what was sent, and an item is known by its place, too.
 */
export function named(sent, theirs, base, { tried, isAnswer }) {
  const kept = sent.filter((item) => plain(item.text));
  const [known, there] = [keysOf(base), keysOf(theirs)];
  const isPair = (mine, other) => mine.key === other.key || (!there.has(mine.key) && !known.has(other.key));
  if (isAnswer && kept.length === theirs.length && kept.every((item, at) => isPair(item, theirs[at]))) {
    return new Map(kept.map((item, at) => [item.key, theirs[at].key]).filter(([mine, other]) => mine !== other));
  }
  // Others have changed the list since, or it is not known whether it has arrived.
  const names = new Map();
  const unknown = theirs.filter((item) => !known.has(item.key));
  let from = 0;
  for (const { key } of kept.filter((item) => !there.has(item.key))) {
    const at = unknown.findIndex((other, index) => index >= from && tried.get(key)?.has(plain(other.text)));
    if (at < 0) continue;
    names.set(key, unknown[at].key);
    from = at + 1;
  }
  return names;
}

/** Note what is being sent for each key in `tried`. */
export function note(tried, sent) {
  for (const { key, text } of sent) tried.set(key, (tried.get(key) ?? new Set()).add(plain(text)));
}

/**
 * What becomes of a list that was `base` and is `mine` here and `theirs` there: { items, clash }. It is a clash if both
 * have changed the text of one item; then the text is mine. What one side deleted and the other changed is there.
 */
export function merge(base, mine, theirs) {
  const [before, here, there] = [byKey(base), byKey(mine), byKey(theirs)];
  let clash = false;
  const both = (key) => {
    const [b, m, t] = [before.get(key), here.get(key), there.get(key)];
    const text = sameText(m.text, t.text) || (b && sameText(t.text, b.text)) ? m.text : b && sameText(m.text, b.text) ? t.text : null;
    clash ||= text === null;
    return {
      key,
      text: text ?? m.text,
      indent: b ? pick(b.indent, m.indent, t.indent) : m.indent,
      ticked: b ? pick(b.ticked, m.ticked, t.ticked) : m.ticked,
    };
  };
  const stays = ({ key, text }, other) => other.has(key) || !before.has(key) || !sameText(text, before.get(key).text);
  const [left, right] = [mine.filter((item) => stays(item, there)), theirs.filter((item) => stays(item, here))];
  const [spine, extra] = isMoved(before, left, right) ? [left, right] : [right, left];
  const items = interleaved(spine, extra).map((item) => (here.has(item.key) && there.has(item.key) ? both(item.key) : item));
  if (items[0]?.indent) items[0] = { ...items[0], indent: false };
  return { items, clash };
}

/** Whether the items that both still have stand here in another order than they did. */
function isMoved(before, mine, theirs) {
  const there = keysOf(theirs);
  const common = mine.filter(({ key }) => before.has(key) && there.has(key)).map(({ key }) => key);
  const kept = new Set(common);
  const once = [...before.keys()].filter((key) => kept.has(key));
  return common.some((key, at) => key !== once[at]);
}

/** The spine, and after each item of it those of the other list that stand there after the same one. */
function interleaved(spine, extra) {
  const inSpine = keysOf(spine);
  const after = new Map([[null, []]]);
  let last = null;
  for (const item of extra) {
    if (inSpine.has(item.key)) last = item.key;
    else after.set(last, [...(after.get(last) ?? []), item]);
  }
  return [...after.get(null), ...spine.flatMap((item) => [item, ...(after.get(item.key) ?? [])])];
}

const byKey = (items) => new Map(items.map((item) => [item.key, item]));
const keysOf = (items) => new Set(items.map((item) => item.key));
