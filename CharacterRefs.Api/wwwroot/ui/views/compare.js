// Two to four images with one zoom: side by side, and for two a slider and a flicker.

import { connected, css } from '../core/dom.js';
import { go } from '../core/router.js';
import { changed, state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { activatePane, comparedPane, rate, toggleFavorite } from '../images/actions.js';
import { imageOf, readRecord } from '../images/records.js';
import { commandButton, iconButton, ofOneButtons, starButtons, zoomButtons } from '../parts/button.js';
import { more } from '../parts/list.js';
import { zoom, zoomPane } from '../parts/zoom.js';
import { words } from '../words.js';

const letters = 'ABCD';
const heightOfBars = { all: 200, each: 60 }; // about

let mode = 'side';
let split = 0.5; // of the slider
let entered = '';
let error = null; // of a record that could not be read

export const compareModes = () => (state.route.ids.length === 2 ? ['side', 'slider', 'flicker'] : ['side']);
const currentMode = () => (compareModes().includes(mode) ? mode : 'side');

function setMode(name) {
  mode = name;
  changed();
}

export function nextMode() {
  const modes = compareModes();
  setMode(modes[(modes.indexOf(currentMode()) + 1) % modes.length]);
}

/** Shows the other one of two, in place. There is no automatic change: it would flash. */
export function flick() {
  activatePane(1 - comparedPane);
  setMode('flicker');
}

export function enterCompare() {
  const key = state.route.ids.join();
  if (entered !== key) zoom.fit();
  entered = key;
  if (comparedPane >= state.route.ids.length) activatePane(0);
  read();
}

/** Reads the records that are not known yet. What is gone leaves the comparison; another error can pass. */
function read() {
  error = null;
  changed();
  const key = entered;
  const fail = (id) => (problem) => {
    if (key !== entered) return;
    if (problem.status === 404) return drop(id);
    error = problem;
    changed();
  };
  for (const id of state.route.ids) if (!imageOf(id)) readRecord(id).catch(fail(id));
}

export const leaveCompare = () => {
  entered = '';
};

function drop(id) {
  const ids = state.route.ids.filter((each) => each !== id);
  if (ids.length === 0) go('images', [], { replace: true });
  else go('compare', ids, { replace: true });
}

const label = (image, index) => html`
  <div class="pane-bar">
    <button class="letter" aria-label=${words.compare.pane(letters[index])} aria-pressed=${index === comparedPane}
      @click=${() => activatePane(index)}>${letters[index]}</button>
    <span class="title">${image.description || words.grid.untitled}</span>
    ${image.seed === null ? nothing : html`<span class="facts">${words.grid.seed(image.seed)}</span>`}
    ${iconButton('heart', words.commands.favorite, () => toggleFavorite([image.id]), { pressed: image.isFavorite, className: 'favorite' })}
    ${starButtons(image.rating, (stars) => rate(stars, [image.id]))}
    ${iconButton('close', words.compare.drop, () => drop(image.id))}
  </div>`;

/** As many columns as show the images largest; in doubt more of them. */
function columnsFor(images) {
  const ratio = Math.max(...images.map(({ width, height }) => width / height));
  const size = (columns) => {
    const height = (innerHeight - heightOfBars.all) / Math.ceil(images.length / columns) - heightOfBars.each;
    return Math.min(innerWidth / columns / ratio, height) * (1 + columns / 20);
  };
  return images.map((_, i) => i + 1).reduce((best, columns) => (size(columns) >= size(best) ? columns : best));
}

const side = (images) => html`
  <div class="panes" ${css({ '--panes': String(columnsFor(images)) })}>
    ${repeat(images, ({ id }) => id, (image, index) => html`
      <section class=${index === comparedPane ? 'compared active' : 'compared'} aria-label=${words.compare.pane(letters[index])}
        aria-current=${index === comparedPane} @pointerdown=${() => activatePane(index)} @focusin=${() => activatePane(index)}>
        ${zoomPane(image)}${label(image, index)}
      </section>`)}
  </div>`;

function splitAt(part) {
  split = Math.min(1, Math.max(0, part));
  changed();
}

/** The line between two images follows the pointer. */
function makeDraggable(handle) {
  const move = (event) => {
    const box = handle.parentElement.getBoundingClientRect();
    splitAt((event.clientX - box.left) / box.width);
  };
  handle.onpointerdown = (event) => {
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = move;
  };
  handle.onlostpointercapture = () => (handle.onpointermove = null);
}

/** The bars of two images that lie on each other; the active one is what the keys act on, and what the flicker shows. */
const labels = (images) => html`
  <div class="labels">${images.map((image, index) => html`
    <div class=${index === comparedPane ? 'shown' : ''} @pointerdown=${() => activatePane(index)}>${label(image, index)}</div>`)}</div>`;

const slider = ([a, b]) => html`
  <div class="over" ${css({ '--split': `${split * 100}%` })}>
    ${zoomPane(a)}${zoomPane(b, 'upper')}
    <div class="divider" ${connected(makeDraggable)}></div>
    <input class="split" type="range" min="0" max="100" .value=${String(Math.round(split * 100))} aria-label=${words.compare.split}
      @input=${(event) => splitAt(event.target.value / 100)}>
  </div>
  ${labels([a, b])}`;

const flicker = (images) => html`
  <div class="over">${images.map((image, index) => zoomPane(image, index === comparedPane ? '' : 'off'))}</div>
  ${labels(images)}`;

const modeButtons = (current) => html`
  <div class="segments" role="group" aria-label=${words.compare.mode}>
    ${compareModes().map((name) => html`<button aria-pressed=${name === current} @click=${() => setMode(name)}>${words.compare.modes[name]}</button>`)}
  </div>`;

export function compareView() {
  const images = state.route.ids.map(imageOf);
  const name = currentMode();
  return html`
    <div class="compare">
      <header class="compare-bar">
        <h1>${words.compare.title(images.length)}</h1>
        ${compareModes().length > 1 ? modeButtons(name) : nothing}
        ${name === 'flicker' ? commandButton('flick', { icon: 'flip', text: true }) : nothing}
        <div class="row">
          ${zoomButtons()}
          <i class="rule"></i>
          ${commandButton('reference', { icon: 'reference' })}${ofOneButtons()}${commandButton('job', { icon: 'jobs' })}
          ${commandButton('download', { icon: 'download' })}${commandButton('back', { icon: 'close' })}
        </div>
      </header>
      ${images.some((image) => !image) ? more({ error, isLoading: !error }, read) : { side, slider, flicker }[name](images)}
    </div>`;
}
