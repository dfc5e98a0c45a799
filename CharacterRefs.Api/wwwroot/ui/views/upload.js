import { hrefOf } from '../core/router.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { quietButton } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { clearUploads, pickFiles, retryUpload, upload, uploads } from '../uploads/uploads.js';
import { words } from '../words.js';

export const progress = (item) => html`<progress max="1" .value=${item.progress} aria-label=${words.upload.progress(item.file.name)}></progress>`;

const outcome = (item) => {
  if (item.state === 'done') return html`<a href=${hrefOf('images', [item.imageId])}>${words.upload.open}</a>`;
  if (item.state === 'failed')
    return html`<span class="field-error">${words.problem(item.error)}</span>${quietButton('retry', words.retry, () => retryUpload(item))}`;
  return progress(item);
};

// A file that is no image has no picture; its row says why.
const hide = (event) => (event.target.style.visibility = 'hidden');

const row = (item) => html`
  <li class=${`upload ${item.state}`}><img src=${item.url} alt="" width="56" height="56" @error=${hide}>
    <div><strong>${item.file.name}</strong><small>${words.bytes(item.file.size)}</small></div><div class="outcome">${outcome(item)}</div></li>`;

export const uploadView = () => html`
  <div class="page"><h1>${words.views.upload}</h1>
    <button class="drop" @click=${() => pickFiles(upload)}>${icon.upload}<strong>${words.upload.drop}</strong><span>${words.upload.limits}</span></button>
    ${
      uploads.length === 0
        ? nothing
        : html`
      <ul class="rows">${repeat(uploads, ({ id }) => id, row)}</ul>
      <p class="row"><a class="button" href="#/images">${words.upload.showAll}</a>${quietButton('close', words.upload.clear, clearUploads)}</p>`
    }
  </div>`;
