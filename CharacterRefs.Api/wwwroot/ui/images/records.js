// What the page knows of images, by id. Lists of 100,000 keep only what a tile shows; the lightbox reads the full record.

import { api } from '../core/api.js';
import { changed } from '../core/store.js';

const fullRecordsKept = 40;
const changesAtOnce = 6; // a browser rejects thousands of requests

const slims = new Map();
const changes = new Map(); // id → the last change on its way
const full = new Map();
const texts = new Map(); // the images of a generation share its id and its description

const shared = (text) => {
  if (!texts.has(text)) texts.set(text, text);
  return texts.get(text);
};

/** The members of a record that tiles and commands use. */
const slimOf = (record) => ({
  id: record.id,
  description: shared(record.character_description ?? record.original_filename ?? ''),
  origin: record.origin,
  width: record.width,
  height: record.height,
  seed: record.seed ?? null,
  generationId: record.generation_id && shared(record.generation_id),
  slot: record.slot_index,
  contentUrl: record.content_url,
  thumbUrl: record.derivatives?.thumb ?? record.content_url,
  color: record.dominant_color ?? null,
  isFavorite: record.favorite ?? false,
  rating: record.rating ?? 0,
  tags: record.tags ?? [],
  jobs: record.jobs ?? [],
});

export const imageOf = (id) => slims.get(id);
export const recordOf = (id) => full.get(id);

/** Takes in a record of the service. What was changed here and is not answered yet stays as it is shown. */
export function learn(record) {
  if (!changes.has(record.id)) slims.set(record.id, slimOf(record));
  if (full.has(record.id)) full.set(record.id, record);
  return record.id;
}

export function forget(id) {
  slims.delete(id);
  full.delete(id);
}

/** Reads the full record: provenance, jobs, copies, note. */
export async function readRecord(id) {
  const record = await api.images.get(id);
  full.delete(id);
  full.set(id, record);
  for (const oldest of full.keys()) {
    if (full.size <= fullRecordsKept) break;
    full.delete(oldest);
  }
  learn(record);
  changed();
  return record;
}

/** A job uses an image now. */
export function usedBy(id, job) {
  for (const each of [slims.get(id), full.get(id)]) if (each) each.jobs = [...new Set([...each.jobs, job])];
}

let free = changesAtOnce;
const waiting = [];

/** Runs when one of the places is free. */
async function inTurn(work) {
  if (free > 0) free--;
  else await new Promise((go) => waiting.push(go));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/** Changes what people say about an image: shown at once, sent one after the other, and as the service has it if it rejects the change. */
export async function changeRecord(id, members) {
  const { favorite, rating, tags } = members;
  const shown = { isFavorite: favorite, rating, tags };
  const slim = slims.get(id);
  const old = { ...slim };
  for (const [name, value] of Object.entries(shown)) if (value !== undefined) slim[name] = value;
  changed();
  const before = changes.get(id) ?? Promise.resolve();
  const change = before.catch(() => {}).then(() => inTurn(() => api.images.change(id, members)));
  changes.set(id, change);
  const isLast = () => changes.get(id) === change && changes.delete(id);
  try {
    const record = await change;
    if (isLast()) learn(record);
    changed();
  } catch (error) {
    if (isLast()) {
      Object.assign(slim, old);
      readRecord(id).catch(changed); // the error that is shown is the one of the change
    }
    throw error;
  }
}
