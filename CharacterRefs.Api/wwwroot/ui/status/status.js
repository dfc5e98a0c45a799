// What an operator wants to know, read again every few seconds while the view is open.

import { api } from '../core/api.js';
import { changed, state } from '../core/store.js';

const pause = 10_000;

export const status = { health: null, configuration: null, usage: null, uploads: null, error: null };
let timer = 0;

export async function readStatus() {
  clearTimeout(timer);
  const read = { health: api.health(), configuration: api.configuration(), usage: api.usage(), uploads: api.uploads() };
  const names = Object.keys(read);
  const results = await Promise.allSettled(Object.values(read));
  status.error = results.find((result) => result.status === 'rejected')?.reason ?? null;
  const values = Object.fromEntries(names.map((name, i) => [name, results[i].value ?? null]));
  Object.assign(status, values);
  changed();
  if (state.route.view === 'status') timer = setTimeout(readStatus, pause);
}
