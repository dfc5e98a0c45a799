// Short messages at the edge, and what a screen reader says without moving the focus. Errors stay until they are closed.

import { connected } from '../core/dom.js';
import { changed } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { words } from '../words.js';
import { iconButton } from './button.js';

const shortLife = 4000;
const pauseBeforeSaid = 100;
let toasts = [];
let lastId = 0;
let said = '';
let unsaid = [];

/** Says texts of the same moment together, after the region was empty: a text that repeats is said again, and a region that has just moved is known. */
export function announce(text) {
  if (unsaid.push(text) > 1) return;
  said = '';
  changed();
  setTimeout(() => {
    said = unsaid.join('. ');
    unsaid = [];
    changed();
  }, pauseBeforeSaid);
}

/** Shows a message; `until` is a time in ms, `action` has a label and what it runs. Returns an id for `dismiss`. */
export function toast(text, { kind = 'info', until, action } = {}) {
  const id = ++lastId;
  toasts = [...toasts.slice(-3), { id, text, kind, action, until }];
  if (kind !== 'error') setTimeout(() => dismiss(id), until ? until - Date.now() : shortLife);
  announce(text);
  return id;
}

export function dismiss(id) {
  toasts = toasts.filter((each) => each.id !== id);
  changed();
}

export const showError = (error) => toast(words.problem(error), { kind: 'error' });

/** Goes where it can be seen and pressed: what is outside of an open modal dialog is inert. */
export const messages = () => html`
  <div class="visually-hidden" role="status">${said}</div>
  <div class="toasts">
    ${repeat(
      toasts,
      (each) => each.id,
      (each) => html`
      <div class="toast ${each.kind}">
        <span>${each.text}</span>
        ${each.action ? html`<button class="link" @click=${each.action.run}>${each.action.label}</button>` : nothing}
        ${iconButton('close', words.close, () => dismiss(each.id))}
        ${each.until ? html`<i class="fuse" ${connected((fuse) => fuse.style.setProperty('--life', `${each.until - Date.now()}ms`))}></i>` : nothing}
      </div>`,
    )}
  </div>`;
