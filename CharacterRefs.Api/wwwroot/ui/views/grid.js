// The images as a contact sheet. Only rows near the viewport are in the document: each tile has a computed place, so the scroll bar never jumps.

import { connected, css } from '../core/dom.js';
import { changed, state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { openImage, rate } from '../images/actions.js';
import * as browser from '../images/browser.js';
import { imageOf } from '../images/records.js';
import { commandButton, ofOneButtons, starButtons } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { announce } from '../parts/messages.js';
import { empty, more } from '../parts/list.js';
import { filterBar, leastTileWidth, rem } from './filters.js';
import { words } from '../words.js';

const captionHeight = 2.875; // rem
const rowsAround = 3;
const mostInspected = 1000; // in each frame

let gap = 12;
let width = 0;
let element = null;
let wantsFocus = false;

function layout() {
  gap = width < 600 ? 8 : rem();
  const columns = Math.max(2, Math.floor((width + gap) / (Math.min(leastTileWidth(), width / 2 - gap) + gap)));
  const tile = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, tile, row: tile + captionHeight * rem() + gap };
}

/**
 * Places of the tiles to render, the end of those near the viewport, and the entry: the tile that Tab reaches. It is the active one, which is rendered
 * wherever it is, so that the focus has a home; without one, the first that can be seen.
 */
function visiblePlaces({ columns, row }) {
  const top = element ? element.getBoundingClientRect().top : 0;
  const first = Math.max(0, Math.floor(-top / row) - rowsAround);
  const last = Math.ceil((innerHeight - top) / row) + rowsAround;
  const places = [];
  const end = Math.min(browser.collection.ids.length, last * columns);
  for (let place = first * columns; place < end; place++) places.push(place);
  const active = browser.collection.placeOf(browser.selection.activeId);
  const entry = active < 0 ? Math.min(Math.max(0, Math.ceil(-top / row)) * columns, end - 1) : active;
  if (active >= 0 && active < first * columns) places.unshift(active);
  else if (active >= end) places.push(active);
  return { places, end, entry };
}

const caption = (image) => html`
  <span class="caption">
    <span class="title">${image.description || words.grid.untitled}</span>
    <span class="facts">
      ${image.seed !== null ? html`<span>${words.grid.seed(image.seed)}</span>` : html`<span>${words.origins[image.origin] ?? image.origin}</span>`}
      ${image.rating > 0 ? html`<span class="rating">${'★'.repeat(image.rating)}</span>` : nothing}
    </span>
  </span>`;

function tile(place, grid, entry) {
  const id = browser.collection.ids[place];
  const image = imageOf(id);
  const isSelected = browser.selection.ids.has(id);
  const label = words.grid.tile(image, place + 1);
  return html`
    <div class="tile" role="option" id=${`tile-${id}`} data-id=${id} tabindex=${place === entry ? 0 : -1} aria-selected=${isSelected} aria-label=${label}
      aria-posinset=${place + 1} aria-setsize=${browser.collection.isDone ? browser.collection.ids.length : -1}
      ${css({
        width: `${grid.tile}px`,
        transform: `translate(${(place % grid.columns) * (grid.tile + gap)}px, ${Math.floor(place / grid.columns) * grid.row}px)`,
        '--mat-color': image.color ?? 'var(--mat)',
      })}>
      <span class="frame" ${css({ height: `${grid.tile}px` })}>
        <img src=${image.thumbUrl} width=${image.width} height=${image.height} alt="" decoding="async" draggable="false">
        <span class="pick" aria-hidden="true">${icon.check}</span>
        ${image.isFavorite ? html`<span class="mark">${icon.heart}</span>` : nothing}
      </span>
      ${caption(image)}
    </div>`;
}

function scrollToActive() {
  const place = browser.collection.placeOf(browser.selection.activeId);
  if (place < 0 || !element) return;
  const { columns, row } = layout();
  const top = element.getBoundingClientRect().top + Math.floor(place / columns) * row;
  const margin = document.querySelector('.filters')?.getBoundingClientRect().bottom ?? 0;
  const bottom = innerHeight - (document.querySelector('.action-bar')?.offsetHeight ?? 0) - gap;
  if (top < margin + gap) scrollBy({ top: top - margin - gap, behavior: 'instant' });
  else if (top + row > bottom) scrollBy({ top: top + row - bottom, behavior: 'instant' });
}

/** Gives the focus to the entry of the grid after the next rendering. */
export function focusActive() {
  wantsFocus = true;
  changed();
}

export const entryTile = () => document.querySelector('.tile[tabindex="0"]');

export function afterGridRender() {
  const tile = wantsFocus && entryTile();
  if (!tile) return;
  wantsFocus = false;
  tile.focus({ preventScroll: true }); // makes it the active one
  scrollToActive();
}

const keySteps = ({ columns, row }) => {
  const page = Math.max(1, Math.floor((innerHeight - 140) / row)) * columns;
  return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity };
};

/** Moves with the keys that move in a grid; a step up or down that would leave the grid is not taken. */
function moveByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const grid = layout();
  const steps = keySteps(grid)[event.key];
  if (steps === undefined) return;
  event.preventDefault();
  const last = browser.collection.ids.length - 1;
  const place = browser.collection.placeOf(browser.selection.activeId ?? browser.collection.ids[0]);
  const target = place + steps;
  const isRowStep = Math.abs(steps) === grid.columns;
  const leavesGrid = target < 0 || (target > last && Math.floor(place / grid.columns) === Math.floor(last / grid.columns));
  if (!(isRowStep && leavesGrid)) browser.selection.moveBy(steps, { extend: event.shiftKey });
  if (target > last - grid.columns) browser.collection.more();
  focusActive();
}

function click(event) {
  const id = event.target.closest('.tile')?.dataset.id;
  if (!id) return;
  const { selection } = browser;
  if (event.shiftKey) selection.moveTo(id, { extend: true });
  else if (event.ctrlKey || event.metaKey || event.target.closest('.pick') || selection.ids.size > 0) selection.toggle(id);
  else return openImage(id);
  focusActive();
}

function focusIn(event) {
  const id = event.target.closest('.tile')?.dataset.id;
  if (id && id !== browser.selection.activeId) browser.selection.moveTo(id);
}

function attach(listbox) {
  element = listbox;
  const measure = new ResizeObserver(() => {
    if (!listbox.isConnected) return measure.disconnect();
    // Behind the lightbox the scroll bar is away; a grid that has columns keeps them until it is seen again.
    if (listbox.clientWidth === width || (width > 0 && document.querySelector('dialog.look'))) return;
    width = listbox.clientWidth;
    changed();
  });
  measure.observe(listbox);
  new MutationObserver(forgetThumbs).observe(listbox, { childList: true });
}

/** A thumb that was scrolled past before it came is not waited for: the browser would load thousands before those that are on the screen. */
function forgetThumbs(changes) {
  for (const { removedNodes } of changes) {
    for (const node of removedNodes) {
      const thumb = node.isConnected ? null : node.querySelector?.('img');
      if (thumb && !thumb.complete) thumb.src = ''; // without the attribute Chromium would keep the element
    }
  }
}

/** Loads the next page before its place is reached. */
function loadAhead(grid, end) {
  const { collection } = browser;
  const isNear = end + grid.columns * 6 >= collection.ids.length;
  if (isNear && !collection.isLoading && !collection.isDone && !collection.error) collection.more();
}

addEventListener('scroll', () => state.route.view === 'images' && changed(), { passive: true });
addEventListener('resize', () => changed());

function showArrived() {
  announce(words.grid.shown(browser.collection.freshIds.length));
  browser.showArrived();
  focusActive();
}

const pill = (count) => (count === 0 ? nothing : html`<button class="pill" @click=${showArrived}>${words.grid.fresh(count)}</button>`);

const noImages = () => browser.filterQuery().size > 0
  ? empty(words.grid.noMatch, words.grid.noMatchHint, html`<a class="button" href="#/images">${words.grid.clearFilters}</a>`)
  : empty(words.grid.empty, words.grid.emptyHint, html`
      <p class="row">
        <a class="button primary" href="#/generate">${words.views.generate}</a><a class="button" href="#/upload">${words.views.upload}</a>
      </p>`);

/** What can be done with the selected images. */
function actionBar() {
  const ids = [...browser.selection.ids];
  if (ids.length === 0) return nothing;
  const every = (test) => ids.length <= mostInspected && ids.every((id) => test(imageOf(id)));
  const { rating } = imageOf(ids[0]);
  const sameRating = every((image) => image.rating === rating) ? rating : 0;
  return html`
    <div class="action-bar" role="toolbar" aria-label=${words.grid.actions}>
      <strong>${words.grid.selected(ids.length)}</strong>
      ${commandButton('compare', { icon: 'compare', text: true })}
      ${commandButton('favorite', { icon: 'heart', pressed: every(({ isFavorite }) => isFavorite), className: 'favorite' })}
      ${starButtons(sameRating, (stars) => rate(stars, ids))}
      ${commandButton('reference', { icon: 'reference' })}
      ${ids.length === 1 ? ofOneButtons() : nothing}
      ${commandButton('job', { icon: 'jobs' })}
      ${commandButton('download', { icon: 'download' })}
      ${commandButton('remove', { icon: 'trash' })}
      ${commandButton('clear', { icon: 'close' })}
    </div>`;
}

export function gridView() {
  const { collection } = browser;
  const grid = layout();
  const { places, end, entry } = visiblePlaces(grid);
  if (width > 0) queueMicrotask(() => loadAhead(grid, end));
  return html`
    <h1 class="visually-hidden">${words.views.images}</h1>
    ${filterBar()}
    <div role="status">${pill(collection.freshIds.length)}</div>
    <div class="sheet" role="listbox" aria-multiselectable="true" aria-label=${words.views.images} aria-busy=${collection.isLoading}
      ?hidden=${collection.isEmpty} ${connected(attach)} ${css({ height: `${Math.ceil(collection.ids.length / grid.columns) * grid.row}px` })}
      @keydown=${moveByKey} @click=${click} @focusin=${focusIn}>
      ${width > 0 ? repeat(places, (place) => collection.ids[place], (place) => tile(place, grid, entry)) : nothing}
    </div>
    ${collection.isEmpty ? noImages() : more(collection, () => collection.more(), words.more, words.grid.all(collection.ids.length))}
    ${actionBar()}`;
}
