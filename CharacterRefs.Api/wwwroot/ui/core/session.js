// The API key: typed once, kept for this tab's session, sent as a header. Never in a URL, never in storage that outlives the tab.

import { keep, recall } from './storage.js';
import { set, state } from './store.js';

const name = 'api-key';
const cookieUrl = '/api/mv/session';
let pending = null;
let renewal = null;
let renewedAt = 0;

export const currentKey = () => recall(name, null);
export const keyHeader = () => (currentKey() ? { 'X-API-Key': currentKey() } : {});

/** Asks for a key. Requests that fail at the same time share one prompt; each continues with the key. */
export function askForKey(rejected) {
  // Another request may have received a new key since this one was sent.
  if (rejected !== undefined && rejected !== currentKey()) return Promise.resolve();
  pending ??= new Promise((resolve) => set({ keyPrompt: { wasRejected: rejected != null, resolve } })).then(async (key) => {
    keep(name, key);
    await openImages();
    pending = null;
    set({ keyPrompt: null });
  });
  return pending;
}

/** Exchanges the key for a cookie that is only good for reading, because an <img> cannot send a header. */
export async function openImages() {
  if (!currentKey()) return;
  try {
    const response = await fetch(cookieUrl, { method: 'POST', headers: keyHeader() });
    if (!response.ok && response.status !== 401) throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    console.warn(`Images need a session: ${error.message}`);
  }
}

/** Asks why an image cannot be shown. The cookie ends before the tab does; then it is renewed, once for all images that fail together. */
export async function askForImage(url) {
  const askedAt = performance.now();
  const { status } = await fetch(url, { method: 'HEAD', cache: 'reload', redirect: 'manual' });
  if (status !== 401 || askedAt < renewedAt) return;
  renewal ??= openImages().then(() => {
    renewal = null;
    renewedAt = performance.now();
  });
  await renewal;
}

export async function forgetKey() {
  await fetch(cookieUrl, { method: 'DELETE', headers: keyHeader() });
  keep(name, null);
  location.reload();
}

export const submitKey = (key) => state.keyPrompt?.resolve(key);
