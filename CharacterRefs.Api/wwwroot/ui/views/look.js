// The lightbox: one image as large as it goes, and what is known of it.

import { modal } from '../core/dom.js';
import { hrefOf } from '../core/router.js';
import { changed, state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { closeImage, describe, rate, stepImage } from '../images/actions.js';
import * as browser from '../images/browser.js';
import { ariaKeys, commandOf } from '../images/commands.js';
import { imageOf, readRecord, recordOf } from '../images/records.js';
import { commandButton, iconButton, starButtons, zoomButtons } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { more } from '../parts/list.js';
import { announce, messages } from '../parts/messages.js';
import { zoom, zoomPane } from '../parts/zoom.js';
import { words } from '../words.js';
import { hasDialog } from './dialogs.js';

let error = null;
let lastId = null;

/** Reads the record when another image is shown. */
export function enterLook(id) {
  if (lastId === id) return;
  if (lastId === null) zoom.fit();
  else if (imageOf(id)) announce(words.grid.tile(imageOf(id), browser.collection.placeOf(id) + 1));
  lastId = id;
  browser.selection.activeId = id;
  read();
}

function read() {
  const id = lastId;
  const isShown = () => lastId === id;
  error = null;
  changed();
  readRecord(id)
    .then((record) => browser.collection.reach(record, isShown))
    .catch((problem) => {
      if (isShown()) error = problem;
      changed();
    });
}

export const leaveLook = () => {
  lastId = null;
};

const isUnset = (value) => value === null || value === undefined || value === '';

const facts = (rows) => html`
  <dl class="facts-list">
    ${rows.filter(([, value]) => !isUnset(value)).map(([label, value, button]) => html`
      <div><dt>${label}</dt><dd class=${button ? 'with-button' : nothing}>${value}${button ?? nothing}</dd></div>`)}
  </dl>`;

/** Another image gets other elements: nothing that was typed, zoomed or loaded stays in them. */
const ofItsOwn = (image, template) => repeat([image], ({ id }) => id, template);

const tagsOf = (text) => [...new Set(text.split(',').map((tag) => tag.trim()).filter(Boolean))];

const judgement = (image, record) => html`
  <section class="judge">
    <div class="row">
      ${commandButton('favorite', { icon: 'heart', pressed: image.isFavorite, className: 'favorite' })}
      ${starButtons(image.rating, (stars) => rate(stars, [image.id]))}
    </div>
    <label class="field"><span>${words.look.tags}</span>
      <input name="tags" .value=${image.tags.join(', ')} placeholder=${words.look.tagsHint}
        @change=${(event) => describe([image.id], { tags: tagsOf(event.target.value) })}>
    </label>
    <label class="field"><span>${words.look.note}</span>
      <textarea name="note" rows="2" maxlength="2000" .value=${record?.note ?? ''} ?disabled=${!record}
        @change=${(event) => describe([image.id], { note: event.target.value })}></textarea>
    </label>
  </section>`;

const prompt = (text) => html`
  <section><h3>${words.look.prompt} ${commandButton('copyPrompt', { icon: 'copy' })}</h3><p class="prompt">${text}</p></section>`;

const parameters = (record) => html`
  <details><summary>${words.look.parameters}</summary>
    ${facts([
      ...Object.entries(record.parameters_used).map(([name, value]) => [name, String(value)]),
      [words.look.dropped, record.parameters_dropped?.join(', ')],
    ])}
  </details>`;

const jobLinks = (jobs) => jobs.map((job) => html`<a href=${hrefOf('jobs', [job])}>${job}</a> `);
const referenceLink = (id) => html`<a href=${hrefOf('images', [id])}>${words.look.showReference}</a>`;

const provenance = (record) => html`
  ${record.prompt ? prompt(record.prompt) : nothing}
  ${facts([
    [words.look.seed, record.seed, commandButton('copySeed', { icon: 'copy' })],
    [words.look.model, record.model],
    [words.look.size, words.size(record)],
    [words.look.origin, words.origins[record.origin] ?? record.origin],
    [words.look.file, record.original_filename],
    [words.look.created, words.time(record.created_at)],
    [words.look.references, record.reference_image_id && referenceLink(record.reference_image_id)],
    [words.look.jobs, record.jobs.length ? jobLinks(record.jobs) : words.look.noJobs],
    [words.look.cloud, record.copies.cloud && (words.copyStates[record.copies.cloud.state] ?? record.copies.cloud.state)],
    [words.look.lastError, record.copies.cloud?.last_error],
    [words.look.id, html`<code>${record.id}</code>`],
  ])}
  ${Object.keys(record.parameters_used ?? {}).length ? parameters(record) : nothing}`;

const reason = () => more({ error, isLoading: !error }, read);

const info = (image, record) => html`
  <aside class="about" aria-label=${words.look.about} tabindex="0">
    <h2>${image.description || words.grid.untitled}</h2>
    ${ofItsOwn(image, (each) => judgement(each, record))}
    ${record ? provenance(record) : reason()}
  </aside>`;

function position(id) {
  const place = browser.collection.placeOf(id);
  return place < 0 ? '' : words.look.position(place + 1, browser.collection.ids.length, browser.collection.isDone);
}

function step(name, steps, id) {
  const place = browser.collection.placeOf(id);
  const { label, keys } = commandOf(name);
  return html`
    <button class=${`step ${name}`} aria-label=${label} title=${label} aria-keyshortcuts=${ariaKeys(keys)}
      aria-disabled=${place < 0 || !browser.collection.ids[place + steps]} @click=${() => stepImage(steps)}>${icon[name]}</button>`;
}

const bar = (id) => html`
  <header class="look-bar">
    <span class="position">${position(id)}</span>
    <div class="row">
      ${zoomButtons()}
      <i class="rule"></i>
      ${commandButton('reference', { icon: 'reference' })}${commandButton('again', { icon: 'generate' })}${commandButton('job', { icon: 'jobs' })}
      ${commandButton('download', { icon: 'download' })}${commandButton('remove', { icon: 'trash' })}
      ${commandButton('undo', { icon: 'undo' })}
      <i class="rule"></i>
      ${commandButton('info', { icon: 'info', pressed: !state.isInfoHidden })}${commandButton('help', { icon: 'help' })}
      ${iconButton('close', words.close, closeImage, { isFirst: true })}
    </div>
  </header>`;

/** Esc: the dialog closes when the place in the URL changes, so that Back and Esc are the same. */
function cancel(event) {
  event.preventDefault();
  closeImage();
}

export function lookView(id) {
  const image = imageOf(id);
  return html`
    <dialog class="look" aria-label=${image?.description || words.commands.open} ${modal(false)} @cancel=${cancel}>
      ${bar(id)}
      <div class="stage">
        ${image ? ofItsOwn(image, (each) => zoomPane(each)) : reason()}
        ${step('previous', -1, id)}${step('next', 1, id)}
      </div>
      ${image && !state.isInfoHidden ? info(image, recordOf(id)) : nothing}
      ${hasDialog() ? nothing : messages()}
    </dialog>`;
}
