// A board's cards in columns that close up, where the browser has no `display: grid-lanes` of its own. How many
// columns there are is for board.css to say; the order of reading and of Tab stays that of the markup.
//
//   <masonry-grid><ul class="board__grid"><li>…</li></ul></masonry-grid>
//
// The page loads this with blocking="render": the first frame that is painted has the cards in their places. They are
// measured all at once and then placed all at once; a ResizeObserver tells what changes later.

// As of grid-lanes: a column that is this little higher than the lowest one is still as good, and comes earlier.
const TOLERANCE = 16;
export const MOTION = { duration: 160, easing: "ease-out", composite: "add" };
export const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Where a card goes of a list of cards, put in one after the other by their heights.
export class Columns {
  constructor(count, gap) {
    this.gap = gap;
    this.ends = new Array(count).fill(0);
  }

  next() {
    const lowest = Math.min(...this.ends);
    const column = this.ends.findIndex((end) => end <= lowest + TOLERANCE);
    return { column, top: this.ends[column] };
  }

  put(height) {
    const place = this.next();
    this.ends[place.column] += height + this.gap;
    return place;
  }

  get height() {
    return Math.max(0, Math.max(...this.ends) - this.gap);
  }
}

// Of a grid as the style sheet has it: how many columns of which width, and the gap.
export function columnsOf(grid) {
  const style = getComputedStyle(grid);
  const tracks = style.gridTemplateColumns.split(" ");
  return { count: tracks.length, width: parseFloat(tracks[0]), gap: parseFloat(style.rowGap) || 0 };
}

// In the order they are shown in, which is another than that of the markup while one is dragged.
export function shown(grid) {
  const cards = [...grid.children];
  return cards.some((card) => card.style.order) ? cards.sort((a, b) => a.style.order - b.style.order) : cards;
}

class MasonryGrid extends HTMLElement {
  connectedCallback() {
    this.grid = this.querySelector("ul");
    this.heights = new WeakMap();
    this.places = new WeakMap();
    this.sizes = new ResizeObserver((entries) => this.resized(entries));
    this.list = new MutationObserver((records) => this.changed(records));
    this.list.observe(this.grid, { childList: true });
    this.abort = new AbortController();
    // Cards of the same width may come in another number of columns: then none of them changes its size.
    addEventListener("resize", () => this.arrange(), { signal: this.abort.signal });
    this.arrange();
    for (const card of this.grid.children) {
      this.sizes.observe(card);
    }
  }

  disconnectedCallback() {
    this.sizes.disconnect();
    this.list.disconnect();
    this.abort.abort();
  }

  resized(entries) {
    for (const { target, borderBoxSize } of entries) {
      this.heights.set(target, borderBoxSize[0].blockSize);
    }
    this.arrange();
  }

  // In columns of another width every card has another height, also those that are not laid out while off the screen.
  measureAnew(width) {
    this.width = width;
    this.heights = new WeakMap();
    for (const card of this.grid.children) card.style.contentVisibility = "";
  }

  changed(records) {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]);
    for (const card of added.filter((node) => node.parentNode === this.grid && node instanceof HTMLElement)) {
      this.sizes.observe(card);
    }
    this.arrange({ moving: true });
  }

  // Put every card where it belongs; `moving` lets one see how it goes there.
  arrange({ moving = false } = {}) {
    const { count, width, gap } = columnsOf(this.grid);
    const cards = shown(this.grid);
    // Of a hidden section nothing can be known; once it is shown its cards change their size.
    if (!width) {
      return;
    }
    if (width !== this.width) {
      this.measureAnew(width);
    }
    const unknown = cards.filter((each) => !this.heights.has(each));
    for (const card of unknown) {
      this.heights.set(card, card.getBoundingClientRect().height);
    }
    const columns = new Columns(count, gap);
    const moved = [];
    for (const card of cards) {
      const old = this.places.get(card);
      const place = columns.put(this.heights.get(card));
      this.places.set(card, place);
      if (old?.column !== place.column) {
        card.style.gridColumn = `${place.column + 1} / ${place.column + 2}`;
      }
      if (old?.top !== place.top) {
        card.style.insetBlockStart = `${place.top}px`;
      }
      if (old && (old.column !== place.column || old.top !== place.top)) {
        moved.push({ card, old, place });
      }
    }
    for (const card of unknown) {
      card.style.containIntrinsicBlockSize = `auto ${this.heights.get(card)}px`;
      card.style.contentVisibility = "auto";
    }
    this.grid.style.blockSize = `${columns.height}px`;
    if (moving) {
      this.glide(moved, width + gap);
    }
  }

  // From where each was to where it is. Moves that overlap add up, so a card never jumps back to begin the next one.
  glide(moved, step) {
    if (calm.matches || !moved.length) {
      return;
    }
    const { top } = this.grid.getBoundingClientRect();
    const onScreen = (place) => top + place.top < innerHeight && top + place.top > -innerHeight;
    for (const { card, old, place } of moved) {
      if (!card.hasAttribute("data-lifted") && (onScreen(old) || onScreen(place))) {
        const from = `${(old.column - place.column) * step}px ${old.top - place.top}px`;
        card.animate({ translate: [from, "0px 0px"] }, MOTION);
      }
    }
  }
}

if (!CSS.supports("display", "grid-lanes")) {
  customElements.define("masonry-grid", MasonryGrid);
}
