// Starts the page: routes, keys, events, and one render for everything.

import { askForImage, openImages } from './core/api.js';
import { isTyping, takeOpener } from './core/dom.js';
import { follow } from './core/events.js';
import { hrefOf, startRouter } from './core/router.js';
import { onChange, state } from './core/store.js';
import { resumeUnanswered } from './generations/draft.js';
import { catchUp, takeGeneration } from './generations/list.js';
import { restoreBin } from './images/bin.js';
import * as browser from './images/browser.js';
import { commandFor, nameOf, placeName } from './images/commands.js';
import { commandButton } from './parts/button.js';
import { icon } from './parts/icons.js';
import { messages } from './parts/messages.js';
import { forgetProgress, takeProgress } from './jobs/jobs.js';
import { acceptFiles, resumeReferences } from './uploads/uploads.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';
import { compareView, enterCompare, leaveCompare } from './views/compare.js';
import { dialogs, hasDialog } from './views/dialogs.js';
import { enterGenerate, generateView } from './views/generate.js';
import { entryTile, afterGridRender, focusActive, gridView } from './views/grid.js';
import { enterJobs, jobsView } from './views/jobs.js';
import { enterLook, leaveLook, lookView } from './views/look.js';
import { readStatus, statusView } from './views/status.js';
import { uploadView } from './views/upload.js';
import { words } from './words.js';

/** What each view shows, and what it does when it becomes the current one. */
const views = {
  images: { show: gridView, enter: browser.followFilter },
  generate: { show: generateView, enter: enterGenerate },
  upload: { show: uploadView },
  jobs: { show: jobsView, enter: enterJobs },
  status: { show: statusView, enter: readStatus },
  compare: { show: compareView, enter: enterCompare, leave: leaveCompare },
};
const inNavigation = ['images', 'generate', 'upload', 'jobs', 'status'];

const mostAttempts = 3; // to load an image
const pauseBeforeAttempt = 2000;

const root = document.getElementById('app');
const scrollTops = new Map(); // of each view, for Back
let current = { view: null, place: null, key: null };

const link = (view) => html`
  <a href=${hrefOf(view)} aria-current=${state.route.view === view ? 'page' : nothing}>${icon[view]}<span>${words.views[view]}</span></a>`;

const connection = (name) => html`
  <span class=${`connection ${name}`} title=${words.connection[name]}><span class="visually-hidden">${words.connection[name]}</span></span>`;

const dropHint = () => html`<div class="dropping">${state.route.view === 'generate' ? words.dropReference : words.dropHere}</div>`;

const frame = (content) => html`
  <header class="top">
    <a class="brand" href=${hrefOf('images')}><i class="brand-mark" aria-hidden="true"></i>${words.title}</a>
    <nav aria-label=${words.navigation}>${inNavigation.map(link)}</nav>
    ${connection(state.connection)}
    ${commandButton('help', { icon: 'help' })}
  </header>
  <main id="main" tabindex="-1">${content}</main>
  ${placeName() === 'look' ? lookView(state.route.ids[0]) : hasDialog() ? nothing : messages()}
  ${dialogs()}
  ${state.isDropping ? dropHint() : nothing}`;

/** Runs what belongs to a change of place, before it is shown. */
function enter(place) {
  const view = views[state.route.view];
  const key = `${state.route.view}/${state.route.ids}?${state.route.query}`;
  if (key === current.key) return view;
  const before = current;
  current = { view, place, key };
  if (before.view !== view) {
    before.view?.leave?.();
    if (before.place) scrollTops.set(before.view, scrollY);
  }
  if (place === 'look') enterLook(state.route.ids[0]);
  else if (before.place === 'look') leaveLook();
  view.enter?.();
  document.title = place === 'images' ? words.title : `${words.views[state.route.view]} · ${words.title}`;
  // After the render: the place of the view as it was, and the focus where the person is.
  queueMicrotask(() => {
    if (before.view !== view) scrollTo({ top: scrollTops.get(view) ?? 0 });
    if (place === 'images' && browser.selection.activeId) focusActive();
    else if (before.view && before.view !== view && place !== 'look') document.getElementById('main').focus({ preventScroll: true });
  });
  return view;
}

function renderPage() {
  const view = enter(placeName());
  const { dataset } = document.documentElement; // for the style sheet
  dataset.place = placeName();
  if (dataset.place === 'images' && browser.selection.ids.size > 0) dataset.selects = '';
  else delete dataset.selects;
  const focused = document.activeElement;
  render(frame(view.show()), root);
  // An element that was moved in the document or removed from it has lost the focus.
  if (focused !== document.activeElement) {
    const place = placeName() === 'images' && !hasDialog() ? entryTile() : null;
    (focused.isConnected ? focused : (takeOpener() ?? place ?? document.getElementById('main'))).focus({ preventScroll: true });
  }
  afterGridRender();
}

function runKey(event) {
  if (event.defaultPrevented || hasDialog()) return;
  // An arrow enters the grid, where nothing has the focus yet.
  if (placeName() === 'images' && !event.altKey && /^Arrow/.test(nameOf(event)) && event.target.matches('body, main') && entryTile()) {
    event.preventDefault();
    return focusActive();
  }
  const command = commandFor(event);
  if (!command || (isTyping(event) && command.id !== 'submit')) return;
  // Enter and Space press the button that has the focus.
  if (['Enter', 'Space'].includes(command.keys[0]) && event.target.closest('a, button, summary')) return;
  event.preventDefault();
  command.run();
  if (placeName() === 'images' && ['remove', 'undo', 'select'].includes(command.id)) focusActive();
}

function takeEvent(type, data) {
  if (type === 'generation') takeGeneration(data);
  else if (type === 'job') takeProgress(data);
  else browser.imagesArrived();
}

function onConnect(wasLost) {
  forgetProgress();
  catchUp();
  if (!wasLost) return;
  // What could not be loaded meanwhile.
  if (browser.collection.error) browser.collection.more();
  current.view.enter?.();
  for (const image of document.images) if (image.complete && !image.naturalWidth) image.src = image.src;
}

/** A busy service renders a derivative later, and a session can be renewed. */
function loadAgain({ target: image }) {
  if (!(image instanceof HTMLImageElement) || image.dataset.attempts > mostAttempts || image.src.startsWith('blob:')) return;
  image.dataset.attempts = Number(image.dataset.attempts ?? 1) + 1;
  const load = () => (image.src = image.src);
  setTimeout(() => image.isConnected && askForImage(image.src).then(load, load), pauseBeforeAttempt * image.dataset.attempts);
}

onChange(renderPage);
addEventListener('keydown', runKey);
addEventListener('error', loadAgain, true);
addEventListener('pagehide', () => document.activeElement.blur()); // a note that is being written is saved
acceptFiles();
startRouter();
restoreBin();
resumeUnanswered();
resumeReferences();
await openImages();
follow('/events', { onConnect, onEvent: takeEvent });
