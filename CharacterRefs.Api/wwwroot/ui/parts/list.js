// What a list shows besides its items.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { words } from '../words.js';

const sheet = html`<div class="empty-sheet" aria-hidden="true"><i></i><i></i><i></i><i></i></div>`;

/** What a view shows when there is nothing to show, and what to do about it. */
export const empty = (title, hint, actions = nothing) => html`
  <div class="empty">
    ${sheet}
    <h2>${title}</h2>
    <p>${hint}</p>
    ${actions}
  </div>`;

/** The end of a list { isLoading, isDone, error }: the button stays while a page loads, so that it keeps the focus. */
export const more = (list, load, label = words.more, end = nothing) => html`
  <p class="foot">
    ${list.error ? html`<span class="error" role="alert">${words.problem(list.error)}</span>` : nothing}
    ${list.isDone ? end : html`
      <button class="button" aria-disabled=${list.isLoading} @click=${() => list.isLoading || load()}>${list.isLoading ? words.loading : list.error ? words.retry : label}</button>`}
  </p>`;
