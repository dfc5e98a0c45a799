// Files on their way to the service, three at a time; each has its own progress and its own error.

import { api } from '../core/api.js';
import { changed, state } from '../core/store.js';
import { draft } from '../generations/draft.js';
import { imagesArrived } from '../images/browser.js';
import { readRecord } from '../images/records.js';
import { announce, toast } from '../parts/messages.js';
import { words } from '../words.js';

const atOnce = 3;
let lastId = 0;
let running = 0;

/** { id, file, url, progress, state: 'waiting' | 'sending' | 'done' | 'failed', imageId, error, onDone } */
export const uploads = [];

export function upload(files, onDone = () => {}) {
  uploads.unshift(...files.map((file) => ({ id: ++lastId, file, url: URL.createObjectURL(file), progress: 0, state: 'waiting', onDone })));
  changed();
  pump();
}

/** Uploads a file as reference image of the form. */
export const uploadReference = (file) =>
  upload([file], (id) => {
    draft.reference_image_ids = [...draft.reference_image_ids, id];
    draft.save();
  });

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
    await readRecord(stored.image_id);
    item.onDone(stored.image_id);
    announce(words.upload.done(item.file.name));
    imagesArrived();
  } catch (error) {
    Object.assign(item, { state: 'failed', error });
    const text = words.upload.failed(item.file.name, words.problem(error));
    if (state.route.view === 'upload') announce(text);
    else toast(text, { kind: 'error' });
  }
  changed();
}
