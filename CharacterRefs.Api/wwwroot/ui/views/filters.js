// The filters are in the URL: a filtered grid can be linked to, and Back undoes a filter.

import { value } from '../core/dom.js';
import { go } from '../core/router.js';
import { html } from '../vendor/lit-html/lit-html.js';
import * as browser from '../images/browser.js';
import { icon } from '../parts/icons.js';
import { words } from '../words.js';
import { setTileSize, tileSizeName } from './tile-size.js';

const typingPause = 250;
let typing = 0;

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
    <div class="segments" role="group" aria-label=${words.filters.size}>
      ${['s', 'm', 'l'].map((size) => html`
        <button type="button" aria-pressed=${tileSizeName() === size} aria-label=${words.filters.sizes[size]} @click=${() => setTileSize(size)}>
          <i class=${`size-${size}`}></i>
        </button>`)}
    </div>
  </form>`;
