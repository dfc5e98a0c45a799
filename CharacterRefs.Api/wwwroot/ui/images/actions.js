// What can be done with images: everywhere the same, whether by key or by button.

import { api, openImages } from '../core/api.js';
import { go, leave } from '../core/router.js';
import { changed, set, state } from '../core/store.js';
import { draft } from '../generations/draft.js';
import { showError, toast } from '../parts/messages.js';
import { words } from '../words.js';
import { throwAway } from './bin.js';
import * as browser from './browser.js';
import { changeRecord, imageOf, readRecord, recordOf, usedBy } from './records.js';

export const mostCompared = 4;

const inGrid = () => state.route.view === 'images' && state.route.ids.length === 0;
const inLightbox = () => state.route.view === 'images' && state.route.ids.length === 1;

/** Active pane of the comparison, an index. */
export let comparedPane = 0;
export function activatePane(index) {
  if (index === comparedPane) return;
  comparedPane = index;
  changed();
}

/** The images that a command acts on, by where the page is. */
export function targets() {
  if (inLightbox()) return state.route.ids;
  if (state.route.view === 'compare') return state.route.ids.slice(comparedPane, comparedPane + 1);
  return inGrid() ? browser.selection.targets : [];
}

export function openImage(id = targets()[0]) {
  if (!id) return;
  browser.selection.moveTo(id);
  go('images', [id], { query: browser.filterQuery(), replace: inLightbox() });
}

export function stepImage(steps) {
  const { ids } = browser.collection;
  const place = browser.collection.placeOf(state.route.ids[0]);
  const next = place < 0 ? undefined : ids[place + steps];
  if (!next) return;
  if (place + steps > ids.length - 10) browser.collection.more();
  openImage(next);
}

export const closeImage = () => leave('images', [], browser.filterQuery());

export function compare(ids = targets()) {
  if (ids.length === 1 && browser.selection.ids.size === 0) {
    // Nothing is selected: compare with the neighbour, which in a fresh generation is its sister.
    const place = browser.collection.placeOf(ids[0]);
    const neighbour = browser.collection.ids[place + 1] ?? browser.collection.ids[place - 1];
    ids = neighbour ? [ids[0], neighbour] : ids;
  }
  if (ids.length < 2) return toast(words.compare.tooFew);
  if (ids.length > mostCompared) toast(words.compare.tooMany(mostCompared));
  comparedPane = 0;
  go('compare', ids.slice(0, mostCompared));
}

/** Changes what people say about images. */
export async function describe(ids, members) {
  const results = await Promise.allSettled(ids.map((id) => changeRecord(id, members)));
  const failure = results.find(({ status }) => status === 'rejected');
  if (failure) showError(failure.reason);
}

export function toggleFavorite(ids = targets()) {
  const all = ids.every((id) => imageOf(id).isFavorite);
  return describe(ids, { favorite: !all });
}

/** Rates images; the same number again takes the rating away. */
export function rate(rating, ids = targets()) {
  const same = ids.every((id) => imageOf(id).rating === rating);
  return describe(ids, { rating: same ? 0 : rating });
}

export function remove(ids = targets()) {
  if (ids.length === 0) return;
  if (inLightbox()) {
    browser.selection.activeId = ids[0];
    if (!throwAway(ids)) return; // it is in use
    const next = browser.selection.activeId;
    if (next) openImage(next);
    else closeImage();
  } else if (inGrid()) {
    throwAway(ids);
  }
}

export function useAsReference(ids = targets()) {
  draft.reference_image_ids = [...new Set([...draft.reference_image_ids, ...ids])];
  draft.save();
  toast(words.generate.referencesAdded(ids.length));
  go('generate');
}

/** What an image was made of. The image itself knows one reference and no flavor; that is left when its generation is gone. */
async function requestOf(record) {
  if (!record.generation_id) return record;
  try {
    return await api.generations.get(record.generation_id);
  } catch (error) {
    if (error.status === 404) return record;
    throw error;
  }
}

/** Fills the form with what made an image, and a new seed. */
export async function again(id = targets()[0]) {
  try {
    const record = recordOf(id) ?? (await readRecord(id));
    if (!record.character_description) return toast(words.generate.notGenerated);
    draft.takeFrom(await requestOf(record));
    go('generate');
  } catch (error) {
    showError(error);
  }
}

async function copy(text, name) {
  if (text === null || text === undefined || text === '') return toast(words.look.nothingToCopy(name));
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS, as on a home network, only the old command copies.
    addEventListener('copy', (event) => (event.preventDefault(), event.clipboardData.setData('text/plain', text)), { once: true });
    if (!document.execCommand('copy')) return toast(words.look.cannotCopy, { kind: 'error' });
  }
  toast(words.look.copied(name));
}

export async function copyPrompt(id = targets()[0]) {
  try {
    copy((recordOf(id) ?? (await readRecord(id))).prompt, words.look.prompt);
  } catch (error) {
    showError(error);
  }
}
export const copySeed = (id = targets()[0]) => copy(imageOf(id)?.seed, words.look.seed);

/** Downloads files with a new session: the one of the page may have ended, and a link cannot ask for another. */
export async function save(urls) {
  await openImages();
  for (const href of urls) Object.assign(document.createElement('a'), { href, download: '' }).click();
}

// A file of another origin would replace the page.
export const download = (ids = targets()) => save(ids.map((id) => `${imageOf(id).contentUrl}?redirect=false`));

export const chooseJob = (ids = targets()) => ids.length > 0 && set({ jobDialog: { ids } });

export async function addToJob(jobId, ids) {
  try {
    await api.jobs.addImages(jobId, ids);
    ids.forEach((id) => usedBy(id, jobId)); // they cannot be deleted now
    toast(words.jobs.added(ids.length, jobId));
    return true;
  } catch (error) {
    showError(error);
    return false;
  }
}
