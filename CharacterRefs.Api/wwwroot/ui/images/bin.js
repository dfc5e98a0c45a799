// Deleting waits ten seconds, so that it needs no question. A reload keeps the bin; a closed tab deletes nothing, because that cannot be undone.

import { api } from '../core/api.js';
import { keep, recall } from '../core/storage.js';
import { dismiss, toast } from '../parts/messages.js';
import { words } from '../words.js';
import * as browser from './browser.js';
import { unhide } from './collection.js';
import { forget, imageOf } from './records.js';

const name = 'bin';
const wait = 10_000;

/** { ids, until, collection and places: where they were, timer, toastId } */
let loads = [];

const save = () =>
  keep(
    name,
    loads.map(({ ids, until }) => ({ ids, until })),
  );

/** Puts images into the bin. Those that a job uses stay, and the page says so at once. Returns whether any went. */
export function throwAway(ids) {
  const used = ids.filter((id) => imageOf(id)?.jobs.length > 0);
  if (used.length > 0) toast(words.bin.inUse(used.length, [...new Set(used.flatMap((id) => imageOf(id).jobs))]), { kind: 'error' });
  const free = ids.filter((id) => !used.includes(id));
  if (free.length > 0) add(free, Date.now() + wait);
  return free.length > 0;
}

function add(ids, until) {
  browser.selection.step(ids);
  const { collection } = browser;
  const load = { ids, until, collection, places: collection.hide(ids), timer: setTimeout(() => empty(load), until - Date.now()) };
  load.toastId = toast(words.bin.deleted(ids.length), { until, action: { label: words.bin.undo, run: () => takeBack(load) } });
  loads.push(load);
  save();
}

/** Takes the last deleted images out again. */
export function undoDelete() {
  const load = loads.at(-1);
  if (load) takeBack(load);
}

export const canUndo = () => loads.length > 0;

function takeBack(load) {
  remove(load);
  showAgain(load, load.ids);
  browser.selection.moveTo(load.ids[0]);
  toast(words.bin.restored(load.ids.length));
}

function showAgain(load, ids) {
  unhide(ids);
  const places = load.places.filter(({ id }) => ids.includes(id));
  // After a reload, or with another filter, their places are not known.
  if (load.collection === browser.collection && places.length === ids.length) load.collection.restore(places);
  else browser.restart();
}

function remove(load) {
  clearTimeout(load.timer);
  dismiss(load.toastId);
  loads = loads.filter((each) => each !== load);
  save();
}

async function empty(load) {
  remove(load);
  for (const id of load.ids) {
    try {
      await api.images.remove(id);
      forget(id);
    } catch (error) {
      if (error.status === 404) continue; // already gone
      showAgain(load, [id]);
      toast(words.bin.failed(error.message), { kind: 'error' });
    }
  }
}

/** After a reload: what was in the bin is there again, with the rest of its time. */
export function restoreBin() {
  for (const { ids, until } of recall(name, [])) add(ids, Math.max(until, Date.now() + 1000));
}
