import { ariaKeys, commandOf, keyNames } from '../images/commands.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { words } from '../words.js';
import { icon as icons } from './icons.js';

/** A button for a command, with its key in the tooltip. Only the icon is visible unless `text` is set. */
export function commandButton(id, { icon, text = false, pressed, className = '' } = {}) {
  const command = commandOf(id);
  const title = `${command.label} (${keyNames(command.keys)[0]})`;
  return html`
    <button type="button" class=${`${text ? 'button' : 'icon-button'} ${className}`} title=${title} aria-label=${text ? nothing : command.label}
      aria-keyshortcuts=${ariaKeys(command.keys)} aria-pressed=${pressed ?? nothing} aria-disabled=${!command.when()}
      @click=${() => command.when() && command.run()}>
      ${icons[icon]}${text ? command.label : ''}
    </button>`;
}

/** A button that is only an icon. */
export const iconButton = (icon, label, run, { pressed, className = '', isFirst = false } = {}) => html`
  <button type="button" class=${`icon-button ${className}`} title=${label} aria-label=${label} aria-pressed=${pressed ?? nothing}
    ?autofocus=${isFirst} @click=${run}>
    ${icons[icon]}
  </button>`;

/** A button without a border. */
export const quietButton = (icon, label, run, { isDisabled = false } = {}) => html`
  <button type="button" class="button quiet" aria-disabled=${isDisabled} @click=${run}>${icon ? icons[icon] : nothing}${label}</button>`;

/** What can be done with one image. */
export const ofOneButtons = () => html`
  ${commandButton('again', { icon: 'generate' })}${commandButton('copyPrompt', { icon: 'text' })}${commandButton('copySeed', { icon: 'seed' })}`;

export const zoomButtons = () => html`
  ${commandButton('actualSize', { icon: 'fit' })}${commandButton('zoomOut', { icon: 'minus' })}${commandButton('zoomIn', { icon: 'zoomIn' })}
  ${['panLeft', 'panUp', 'panDown', 'panRight'].map((id) => commandButton(id, { icon: id }))}`;

/** Five buttons; `choose(stars)` is called with the one that was pressed. The one of the rating takes it back, as its key does. */
export const starButtons = (rating, choose) => html`
  <span class="stars" role="group" aria-label=${words.rating(rating)}>
    ${[1, 2, 3, 4, 5].map(
      (stars) => html`
      <button type="button" class=${stars <= rating ? 'icon-button on' : 'icon-button'}
        title=${stars === rating ? `${words.commands.unrate} (0)` : `${words.commands.rate(stars)} (${stars})`}
        aria-label=${words.commands.rate(stars)} aria-pressed=${stars === rating} aria-keyshortcuts=${ariaKeys(commandOf(`rate${stars}`).keys)}
        @click=${() => choose(stars)}>${icons.star}</button>`,
    )}
  </span>`;
