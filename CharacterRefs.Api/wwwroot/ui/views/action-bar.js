// What can be done with the selected images.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { rate } from '../images/actions.js';
import * as browser from '../images/browser.js';
import { imageOf } from '../images/records.js';
import { commandButton, ofOneButtons, starButtons } from '../parts/button.js';
import { words } from '../words.js';

const mostInspected = 1000; // in each frame

export function actionBar() {
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
      ${commandButton('selectAll', { icon: 'check' })}${commandButton('clear', { icon: 'close' })}
    </div>`;
}
