// The filters are in the URL: a filtered grid can be linked to, and Back undoes a filter.

import { value } from '../core/dom.js';
import { go } from '../core/router.js';
import { keep, recall } from '../core/storage.js';
import { changed } from '../core/store.js';
import { html } from '../vendor/lit-html/lit-html.js';
import * as browser from '../images/browser.js';
import { commandButton } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { words } from '../words.js';

const typingPause = 250;
const sizeName = 'tile-size';
const tileWidths = { s: 8, m: 13, l: 20 }; // rem

let typing = 0;
let size = recall(sizeName, 'm');

/** CSS pixels per rem: the type is larger on very large screens, and the images with it. */
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** In CSS pixels; a phone has at least two columns whatever the size. */
export const leastTileWidth = () => tileWidths[size] * rem();

function setTileSize(chosen) {
  size = chosen;
  keep(sizeName, chosen);
  changed();
}

function filter(name, wanted, { replace = false } = {}) {
  const query = browser.filterQuery();
  if (wanted) query.set(name, wanted);
  else query.delete(name);
  go('images', [], { query, replace });
}

// A search is one step of the history, not one for each letter.
const search = (event) => {
  const text = event.target.value.trim();
  clearTimeout(typing);
  typing = setTimeout(() => filter('query', text, { replace: browser.filterQuery().has('query') }), typingPause);
};

const choice = (name, label, options) => {
  const chosen = browser.filterQuery().get(name) ?? '';
  return html`
    <label class=${chosen ? 'chip on' : 'chip'}><span class="visually-hidden">${label}</span>
      <select ${value(chosen)} @change=${(event) => filter(name, event.target.value)}>
        <option value="" ?selected=${!chosen}>${label}</option>
        ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === chosen}>${text}</option>`)}
      </select>
    </label>`;
};

const text = (name, label) => {
  const given = browser.filterQuery().get(name) ?? '';
  return html`
    <label class=${given ? 'chip on' : 'chip'}><span class="visually-hidden">${label}</span>
      <input type="search" size="10" placeholder=${label} .value=${given} @change=${(event) => filter(name, event.target.value.trim())}>
    </label>`;
};

const toggle = (name, label) => {
  const isOn = browser.filterQuery().get(name) === 'true';
  return html`
    <button type="button" class=${isOn ? 'chip on' : 'chip'} aria-pressed=${isOn} @click=${() => filter(name, isOn ? '' : 'true')}>
      ${icon.heart}${label}
    </button>`;
};

export const filterBar = () => html`
  <form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
    <label class="search">${icon.search}<span class="visually-hidden">${words.filters.search}</span>
      <input id="search" type="search" placeholder=${words.filters.search} maxlength="200" autocomplete="off"
        .value=${browser.filterQuery().get('query') ?? ''} @input=${search}></label>
    <div class="chips">
      ${toggle('favorite', words.filters.favorites)}
      ${choice('min_rating', words.filters.rating, [1, 2, 3, 4, 5].map((stars) => [String(stars), words.filters.stars(stars)]))}
      ${choice('origin', words.filters.origin, Object.entries(words.origins))}
      ${text('tag', words.filters.tag)}
      ${text('job_id', words.filters.job)}
    </div>
    ${commandButton('selectAll', { icon: 'check' })}${commandButton('undo', { icon: 'undo' })}
    <div class="segments" role="group" aria-label=${words.filters.size}>
      ${Object.keys(tileWidths).map((name) => html`
        <button type="button" aria-pressed=${name === size} aria-label=${words.filters.sizes[name]} @click=${() => setTileSize(name)}>
          <i class=${`size-${name}`}></i>
        </button>`)}
    </div>
  </form>`;
