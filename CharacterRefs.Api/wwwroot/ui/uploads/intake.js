// Where files come from. Images dropped or pasted anywhere are uploaded; on the Generate view they become references.

import { go } from '../core/router.js';
import { set, state } from '../core/store.js';
import { isTyping } from '../core/dom.js';
import { upload, uploadReference } from './queue.js';

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
