// Files on their way to the service, three at a time; each has its own progress and its own error. Images dropped or pasted anywhere are uploaded; on the
// Generate view they become references.

import { api } from '../core/api.js';
import { dropFile, keep, keepFile, recall, recallFile } from '../core/storage.js';
import { isTyping } from '../core/dom.js';
import { go } from '../core/router.js';
import { changed, set, state } from '../core/store.js';
import { draft } from '../generations/draft.js';
import { imagesArrived } from '../images/browser.js';
import { announce, toast } from '../parts/messages.js';
import { words } from '../words.js';

const atOnce = 3;
const pendingName = 'pending-references';
let lastId = 0;
let running = 0;

/** { id, file, url, progress, state: 'waiting' | 'sending' | 'done' | 'failed', imageId, error, onDone, onEnd } */
export const uploads = [];

/** `onDone(id)` runs when the service has stored a file, `onEnd()` when it has answered at all. */
export function upload(files, onDone = () => {}, onEnd = () => {}) {
  uploads.unshift(...files.map((file) => ({ id: ++lastId, file, url: URL.createObjectURL(file), progress: 0, state: 'waiting', onDone, onEnd })));
  changed();
  pump();
}

/** Reference images without an answer: { key of the file, name }. */
const pending = () => recall(pendingName, []);

function endReference(key) {
  keep(
    pendingName,
    pending().filter((each) => each.key !== key),
  );
  dropFile(key);
}

function sendReference(file, key) {
  const addToDraft = (id) => {
    draft.reference_image_ids = [...draft.reference_image_ids, id];
    draft.save();
  };
  upload([file], addToDraft, () => endReference(key));
}

/** Uploads a file as reference image of the form; after a reload in the middle, again. */
export function uploadReference(file) {
  const key = Date.now() + Math.random();
  keep(pendingName, [...pending(), { key, name: file.name }]);
  keepFile(key, file);
  sendReference(file, key);
}

/** After a reload. A file that the browser did not keep is to be chosen again. */
export async function resumeReferences() {
  for (const { key, name } of pending()) {
    const file = await recallFile(key);
    if (file) sendReference(file, key);
    else {
      endReference(key);
      toast(words.upload.lost(name), { kind: 'error' });
    }
  }
}

export function retryUpload(item) {
  Object.assign(item, { state: 'waiting', progress: 0, error: null });
  changed();
  pump();
}

export const isUnderWay = (item) => item.state === 'waiting' || item.state === 'sending';

export function clearUploads() {
  for (const item of uploads.filter((each) => !isUnderWay(each))) {
    URL.revokeObjectURL(item.url);
    uploads.splice(uploads.indexOf(item), 1);
  }
  changed();
}

function pump() {
  while (running < atOnce) {
    const next = uploads.findLast(({ state }) => state === 'waiting');
    if (!next) return;
    running++;
    next.state = 'sending';
    run(next).finally(() => {
      running--;
      pump();
    });
  }
}

async function run(item) {
  try {
    const stored = await api.images.upload(item.file, (progress) => {
      item.progress = progress;
      changed();
    });
    Object.assign(item, { state: 'done', imageId: stored.image_id });
    item.onDone(stored.image_id);
    item.onEnd();
    announce(words.upload.done(item.file.name));
    imagesArrived();
  } catch (error) {
    Object.assign(item, { state: 'failed', error });
    if (error.isAnswer) item.onEnd();
    const text = words.upload.failed(item.file.name, words.problem(error));
    if (state.route.view === 'upload') announce(text);
    else toast(text, { kind: 'error' });
  }
  changed();
}

let depth = 0; // enter and leave come for every element that is crossed

const hasFiles = (event) => event.dataTransfer?.types.includes('Files');

function take(files) {
  if (files.length === 0) return;
  if (state.route.view === 'generate') return files.forEach(uploadReference);
  upload(files);
  if (state.route.view !== 'upload') go('upload');
}

function show(isDropping) {
  if (state.isDropping !== isDropping) set({ isDropping });
}

export function acceptFiles() {
  addEventListener('dragenter', (event) => hasFiles(event) && show(++depth > 0));
  addEventListener('dragleave', (event) => hasFiles(event) && show(--depth > 0));
  addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    take([...event.dataTransfer.files]);
  });
  addEventListener('paste', (event) => {
    // Text from an office program comes with a picture of itself.
    if (!isTyping(event) || !event.clipboardData.types.includes('text/plain')) take([...event.clipboardData.files]);
  });
}

export function pickFiles(take) {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = 'image/png,image/jpeg,image/webp';
  input.onchange = () => take([...input.files]);
  input.click();
}
