import { html } from '../vendor/lit-html/lit-html.js';
import { ariaKeys, commandOf } from '../images/commands.js';
import { words } from '../words.js';
import { icon } from './icons.js';

/** Five buttons; `choose(stars)` is called with the one that was pressed. The one of the rating takes it back, as its key does. */
export const starButtons = (rating, choose) => html`
  <span class="stars" role="group" aria-label=${words.rating(rating)}>
    ${[1, 2, 3, 4, 5].map(
      (stars) => html`
      <button type="button" class=${stars <= rating ? 'icon-button on' : 'icon-button'} title=${stars === rating ? `${words.commands.unrate} (0)` : `${words.commands.rate(stars)} (${stars})`}
        aria-label=${words.commands.rate(stars)} aria-pressed=${stars === rating} aria-keyshortcuts=${ariaKeys(commandOf(`rate${stars}`).keys)}
        @click=${() => choose(stars)}>${icon.star}</button>`,
    )}
  </span>`;
