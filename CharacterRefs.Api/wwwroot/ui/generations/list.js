// Generations by id, newest first. Events and responses both carry the whole resource; the higher revision wins, in whatever order they come.

import { api, idempotencyKey } from '../core/api.js';
import { changed } from '../core/store.js';
import { imagesArrived } from '../images/browser.js';
import { announce, showError } from '../parts/messages.js';
import { words } from '../words.js';

const pageSize = 12;
const finalStates = new Set(['succeeded', 'partial', 'failed', 'canceled']);

const known = new Map();
let cursor = null;

export const page = { isLoading: false, isDone: false, error: null, isLoaded: false };
export const isFinal = (generation) => finalStates.has(generation.status);
export const generations = () => [...known.values()].toSorted((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id));

export function takeGeneration(generation) {
  const before = known.get(generation.id);
  if (before && before.revision >= generation.revision) return;
  known.set(generation.id, generation);
  const gained = generation.images.length - (before?.images.length ?? generation.images.length);
  if (gained > 0 || (!before && !isFinal(generation))) announce(words.generate.progress(generation));
  if (gained > 0 || !before) imagesArrived();
  changed();
}

export async function loadGenerations() {
  if (page.isLoading || page.isDone) return;
  page.isLoading = true;
  page.error = null;
  changed();
  try {
    const list = await api.generations.list({ limit: pageSize, cursor });
    list.items.forEach(takeGeneration);
    cursor = list.next_cursor;
    page.isDone = !cursor;
    page.isLoaded = true;
  } catch (error) {
    page.error = error;
  }
  page.isLoading = false;
  changed();
}

/** After the stream of events was interrupted: what was open may have ended meanwhile, and others may have begun. */
export async function catchUp() {
  const open = [...known.values()].filter((generation) => !isFinal(generation));
  const [list, ...ended] = await Promise.allSettled([api.generations.list({ limit: pageSize }), ...open.map(({ id }) => api.generations.get(id))]);
  if (list.status === 'fulfilled') list.value.items.forEach(takeGeneration);
  ended.filter(({ status }) => status === 'fulfilled').forEach(({ value }) => takeGeneration(value));
  imagesArrived();
}

export async function cancelGeneration(id) {
  try {
    takeGeneration(await api.generations.cancel(id));
  } catch (error) {
    showError(error);
  }
}

const retryKeys = new Map(); // pressed twice, or again after a lost response, it is still one retry

export async function retryGeneration(id) {
  if (!retryKeys.has(id)) retryKeys.set(id, idempotencyKey());
  try {
    const generation = await api.generations.retry(id, retryKeys.get(id));
    takeGeneration(generation);
    retryKeys.delete(id);
    return generation;
  } catch (error) {
    if (error.isAnswer) retryKeys.delete(id);
    showError(error);
  }
}
