// The images of one filter, newest first. Pages are added at the end; what arrives meanwhile waits until someone asks for it, so nothing on the screen moves.

import { api } from '../core/api.js';
import { changed } from '../core/store.js';
import { imageOf, learn } from './records.js';

const pageSize = 100;
const hidden = new Set();

/** What is in the bin is in no collection; what is taken out can be shown again. */
export const unhide = (ids) => ids.forEach((id) => hidden.delete(id));

const generationOf = (id) => imageOf(id).generationId;

/** The images of a generation land in any order; side by side they stand in the order of its slots. */
function inSlotOrder(ids) {
  const ordered = [];
  for (let start = 0, end = 0; start < ids.length; start = end) {
    do end++;
    while (end < ids.length && generationOf(ids[start]) && generationOf(ids[end]) === generationOf(ids[start]));
    ordered.push(...ids.slice(start, end).sort((a, b) => imageOf(a).slot - imageOf(b).slot));
  }
  return ordered;
}

export class Collection {
  ids = [];
  isDone = false;
  error = null;
  freshIds = [];

  #filter;
  #cursor = null;
  #loading = null;
  #end; // when the last image that was read was made
  #cut = []; // the images of a generation that goes on in the next page
  #places = null; // id → index, made when needed
  #hasGap = false;

  constructor(filter) {
    this.#filter = filter;
  }

  get isLoading() {
    return this.#loading !== null;
  }

  get isEmpty() {
    return this.isDone && this.ids.length === 0;
  }

  /** Index of an image, or -1. */
  placeOf(id) {
    this.#places ??= new Map(this.ids.map((each, i) => [each, i]));
    return this.#places.get(id) ?? -1;
  }

  /** Loads the next page; while one is loading, that one. */
  more() {
    if (!this.isDone) this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Loads the list up to an image, so that it has neighbors. If the filter leaves it out, the list goes on with older ones or ends. */
  async reach({ id, created_at: createdAt }, isWanted) {
    const isMissing = () => isWanted() && this.placeOf(id) < 0;
    if (isMissing() && this.ids.length > 0) await this.look();
    if (this.freshIds.includes(id)) this.showFresh();
    const isPassed = () => !this.#cut.includes(id) && new Date(this.#end) < new Date(createdAt);
    while (isMissing() && !this.isDone && !isPassed()) {
      await this.more();
      if (this.error) return;
    }
  }

  async #load() {
    this.error = null;
    changed();
    try {
      const page = await api.images.list({ ...this.#filter, limit: pageSize, cursor: this.#cursor });
      const ids = [...this.#cut, ...page.items.map(learn)];
      this.#cut = [];
      while (page.next_cursor && ids.length > 1 && generationOf(ids.at(-1)) && (!this.#cut[0] || generationOf(ids.at(-1)) === generationOf(this.#cut[0]))) {
        this.#cut.unshift(ids.pop());
      }
      this.#append(inSlotOrder(ids));
      this.#cursor = page.next_cursor;
      this.#end = page.items.at(-1)?.created_at ?? this.#end;
      this.isDone = !page.next_cursor;
    } catch (error) {
      this.error = error;
    }
    this.#loading = null;
    changed();
  }

  /** Looks whether there are newer images than the first one here. */
  async look() {
    if (this.isLoading) return;
    const page = await api.images.list({ ...this.#filter, limit: pageSize });
    const ids = page.items.map(learn);
    const known = ids.findIndex((id) => this.placeOf(id) >= 0 || hidden.has(id));
    this.#hasGap = known < 0 && this.ids.length > 0 && page.next_cursor !== null;
    this.freshIds = inSlotOrder(known < 0 ? ids : ids.slice(0, known));
    if (this.ids.length === 0) this.showFresh(); // nothing can move
    changed();
  }

  /** Puts the new images first. */
  showFresh() {
    if (this.#hasGap) {
      // More arrived than one page: start again, or the list would have a hole.
      Object.assign(this, { ids: [], isDone: false, freshIds: [] });
      this.#cursor = null;
      this.#cut = [];
      this.#hasGap = false;
      this.#places = null;
      return this.more();
    }
    this.ids = [...this.freshIds, ...this.ids];
    this.freshIds = [];
    this.#places = null;
    changed();
  }

  /** Takes images off the list and returns their places, for `restore`. */
  hide(ids) {
    const places = ids.map((id) => ({ id, place: this.placeOf(id) })).filter(({ place }) => place >= 0);
    const gone = new Set(ids);
    ids.forEach((id) => hidden.add(id));
    this.ids = this.ids.filter((id) => !gone.has(id));
    this.freshIds = this.freshIds.filter((id) => !gone.has(id));
    this.#places = null;
    changed();
    return places;
  }

  /** Puts images back where they were. */
  restore(places) {
    for (const { id, place } of places.toSorted((a, b) => a.place - b.place)) {
      if (this.placeOf(id) < 0) this.ids.splice(place, 0, id);
      this.#places = null;
    }
    changed();
  }

  #append(ids) {
    const added = ids.filter((id) => this.placeOf(id) < 0 && !hidden.has(id));
    added.forEach((id, i) => this.#places.set(id, this.ids.length + i));
    this.ids.push(...added);
  }
}
