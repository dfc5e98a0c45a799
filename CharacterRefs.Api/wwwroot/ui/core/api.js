// Every call of the service, and the key for them. Nothing else in the page knows a URL of the API.

import { keep, recall } from './storage.js';
import { changed, set, state } from './store.js';

const root = '/api/mv';

// The API key: typed once, kept while a tab of this page is open, sent as a header. Never in a URL, never in storage that outlives the tabs.
const cookieUrl = `${root}/session`;
const keyName = 'api-key';
let pending = null;
let renewal = null;
let renewedAt = 0;

export const currentKey = () => recall(keyName, null);

// A new tab asks the others for the key with null and takes the first reply. A key that the service has accepted, or null for one to forget, is for all tabs.
// No other document of this origin runs scripts of somebody else.
const tabs = openChannel();
let isAsking = !currentKey();
tabs.onmessage = ({ data }) => {
  if (!data) return currentKey() && !state.keyPrompt && tabs.postMessage({ key: currentKey() });
  if (!data.isForAll && !isAsking) return;
  isAsking = false;
  if (data.key) state.keyPrompt?.resolve(data.key);
  keep(keyName, data.key);
  changed();
};
if (isAsking) tabs.postMessage(null);

function openChannel() {
  try {
    return new BroadcastChannel(keyName);
  } catch {
    return { postMessage() {} }; // forbidden with the storage: each tab has its own key
  }
}

const keyHeader = () => (currentKey() ? { 'X-API-Key': currentKey() } : {});

/** Asks for a key. Requests that fail at the same time share one prompt; each continues with the key. */
function askForKey(rejected) {
  // Another request may have received a new key since this one was sent.
  if (rejected !== undefined && rejected !== currentKey()) return Promise.resolve();
  pending ??= new Promise((resolve) => set({ keyPrompt: { wasRejected: rejected != null, resolve } })).then(async (key) => {
    isAsking = false;
    keep(keyName, key);
    if (await openImages()) tabs.postMessage({ key, isForAll: true });
    pending = null;
    set({ keyPrompt: null });
  });
  return pending;
}

/** Exchanges the key for a cookie that is only good for reading, because an <img> cannot send a header. Returns whether it was accepted. */
export async function openImages() {
  if (!currentKey()) return;
  try {
    const response = await fetch(cookieUrl, { method: 'POST', headers: keyHeader() });
    if (!response.ok && response.status !== 401) throw new Error(`HTTP ${response.status}`);
    return response.ok;
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
  const headers = keyHeader();
  keep(keyName, null);
  tabs.postMessage({ key: null, isForAll: true });
  try {
    await fetch(cookieUrl, { method: 'DELETE', headers });
  } finally {
    location.reload();
  }
}

/** A problem of the service, or `Unreachable` when there was no response. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.error ?? (status ? `Http${status}` : 'Unreachable');
    this.errors = body.errors ?? {};
    this.retryAfter = retryAfter;
    // A proxy that gave up does not know what the service did.
    this.isAnswer = status > 0 && (status < 500 || Boolean(body.error));
  }
}

const urlOf = (path, query) => {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return given.length ? `${root}${path}?${new URLSearchParams(given)}` : root + path;
};

async function problemOf(status, text, retryAfter) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page, not a problem document; the status says enough.
  }
  return new Problem(status, body, Number(retryAfter) || null);
}

/** Sends a request and returns the response, whatever its status; waits for a key when one is needed. */
export async function send(method, path, { query, body, headers, signal } = {}) {
  for (;;) {
    const key = currentKey();
    let response;
    try {
      response = await fetch(urlOf(path, query), {
        method,
        signal,
        headers: { ...keyHeader(), ...(body && { 'Content-Type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
        keepalive: method === 'PATCH', // a note that was just written survives a closed tab
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Problem(0, { detail: error.message });
    }
    if (response.status !== 401) return response;
    await askForKey(key);
  }
}

async function call(method, path, options) {
  const response = await send(method, path, options);
  const text = await response.text();
  if (!response.ok) throw await problemOf(response.status, text, response.headers.get('Retry-After'));
  return text ? JSON.parse(text) : null;
}

/** Uploads with progress, which fetch cannot report. */
function upload(file, onProgress) {
  const key = currentKey();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name);
    request.open('POST', `${root}/upload_character_reference`);
    for (const [name, value] of Object.entries(keyHeader())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Problem(0, { detail: '' }));
    request.onload = async () => {
      if (request.status === 401)
        askForKey(key)
          .then(() => upload(file, onProgress))
          .then(resolve, reject);
      else if (request.status === 200) resolve(JSON.parse(request.responseText));
      else reject(await problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After')));
    };
    request.send(form);
  });
}

/** A rendering of an image by its longer side: `thumb`, 320 pixels, or `preview`, 1024. */
export const derivativeUrl = (id, name) => `${root}/character_references/${id}/derivatives/${name}.webp`;

const job = (id) => `/jobs/${encodeURIComponent(id)}`;

export const api = {
  images: {
    list: (query, signal) => call('GET', '/character_references', { query, signal }),
    get: (id) => call('GET', `/character_references/${id}`),
    change: (id, body) => call('PATCH', `/character_references/${id}`, { body }),
    remove: (id) => call('DELETE', `/character_references/${id}`),
    upload,
  },
  generations: {
    list: (query) => call('GET', '/generations', { query }),
    get: (id) => call('GET', `/generations/${id}`),
    start: (body, key) => call('POST', '/generate_character_reference', { body, headers: { Prefer: 'respond-async', 'Idempotency-Key': key } }),
    cancel: (id) => call('POST', `/generations/${id}/cancel`),
    retry: (id, key) => call('POST', `/generations/${id}/retry`, { headers: { 'Idempotency-Key': key } }),
  },
  models: () => call('GET', '/models'),
  flavors: () => call('GET', '/flavors'),
  usage: () => call('GET', '/usage'),
  uploads: () => call('GET', '/uploads'),
  configuration: () => call('GET', '/config/debug'),
  // Not ready is an answer too.
  health: async () => (await send('GET', '/health/ready')).json(),
  jobs: {
    list: (query) => call('GET', '/jobs', { query }),
    images: (id) => call('GET', `${job(id)}/character_references`),
    addImages: (id, imageIds) => call('POST', `${job(id)}/character_references`, { body: { image_ids: imageIds } }),
    removeImage: (id, imageId) => call('DELETE', `${job(id)}/character_references/${imageId}`),
    files: (id) => call('GET', `${job(id)}/assets`),
    persist: (id) => call('POST', `${job(id)}/assets/persist`, { body: {} }),
    verify: (id, depth) => call('GET', `${job(id)}/assets/verify`, { query: { depth } }),
    repair: (id) => call('POST', `${job(id)}/assets/repair`, { body: {} }),
    restore: (id) => call('POST', `${job(id)}/assets/download`, { body: {} }),
    archiveUrl: (id) => `${root}${job(id)}/assets/archive`,
  },
};

/** A key for one paid request. crypto.randomUUID exists only in secure contexts, and a page on a home network is none. */
export const idempotencyKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
