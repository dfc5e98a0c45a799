// The active image, which has the focus, and the selected ones. By id, never by index: images come and go while keys are pressed.

import { changed } from '../core/store.js';

export class Selection {
  ids = new Set();

  #collection;
  #activeId = null;
  #anchorId = null;

  constructor(collection) {
    this.#collection = collection;
  }

  /** Null also while the collection does not have the image, as after a link to one that the filter leaves out. */
  get activeId() {
    return this.#collection.placeOf(this.#activeId) < 0 ? null : this.#activeId;
  }

  set activeId(id) {
    this.#activeId = id;
  }

  /** What a command acts on: the selected images in the order of the list, else the active one. */
  get targets() {
    if (this.ids.size > 0) return [...this.ids].toSorted((a, b) => this.#collection.placeOf(a) - this.#collection.placeOf(b));
    return this.activeId ? [this.activeId] : [];
  }

  moveTo(id, { extend = false } = {}) {
    if (extend) this.#selectRange(this.#anchorId ?? this.activeId ?? id, id);
    else this.#anchorId = id;
    this.activeId = id;
    changed();
  }

  /** Moves by a number of places; stops at both ends. */
  moveBy(steps, options) {
    const { ids } = this.#collection;
    if (ids.length === 0) return;
    const place = this.activeId ? this.#collection.placeOf(this.activeId) + steps : 0;
    this.moveTo(ids[Math.max(0, Math.min(ids.length - 1, place))], options);
  }

  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.activeId = id;
    this.#anchorId = id;
    changed();
  }

  all() {
    this.ids = new Set(this.#collection.ids);
    changed();
  }

  clear() {
    this.ids = new Set();
    changed();
  }

  /** Before images leave the list: the next one that stays becomes active, at the end the one before. */
  step(leaving) {
    const gone = new Set(leaving);
    leaving.forEach((id) => this.ids.delete(id));
    if (!gone.has(this.activeId)) return changed();
    const { ids } = this.#collection;
    const place = this.#collection.placeOf(this.activeId);
    const stays = (id) => !gone.has(id);
    this.activeId = ids.slice(place).find(stays) ?? ids.slice(0, place).findLast(stays) ?? null;
    this.#anchorId = this.activeId;
    changed();
  }

  #selectRange(from, to) {
    const [a, b] = [this.#collection.placeOf(from), this.#collection.placeOf(to)].toSorted((x, y) => x - y);
    this.ids = new Set(this.#collection.ids.slice(Math.max(0, a), b + 1));
  }
}
