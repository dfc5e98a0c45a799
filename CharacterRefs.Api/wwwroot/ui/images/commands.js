// One table of commands: the keys, the buttons and the list that `?` shows all come from it, so none of them can be wrong about another.

import { go, leave } from '../core/router.js';
import { set, state } from '../core/store.js';
import { words } from '../words.js';
import * as actions from './actions.js';
import { canUndo, undoDelete } from './bin.js';
import * as browser from './browser.js';
import { compareModes, flick, nextMode } from '../views/compare.js';
import { zoomCommands } from '../parts/zoom.js';

const inView =
  (...views) =>
  () =>
    views.includes(placeName());
export const placeName = () => (state.route.view === 'images' && state.route.ids.length === 1 ? 'look' : state.route.view);
const onImages = () => actions.targets().length > 0;
const onOne = () => actions.targets().length === 1;
const stars = [1, 2, 3, 4, 5];

const command = (id, keys, when, run) => ({ id, keys, when, run, label: words.commands[id] });

export const commands = [
  command('open', ['Enter'], inView('images'), () => actions.openImage()),
  command('select', ['Space'], inView('images'), () => browser.selection.activeId && browser.selection.toggle(browser.selection.activeId)),
  command('selectAll', ['Ctrl+a'], inView('images'), () => browser.selection.all()),
  command('compare', ['c'], inView('images'), () => actions.compare()),
  command('favorite', ['f'], onImages, () => actions.toggleFavorite()),
  ...stars.map((number) => ({
    ...command('rate', [String(number)], onImages, () => actions.rate(number)),
    id: `rate${number}`,
    label: words.commands.rate(number),
  })),
  command('unrate', ['0'], onImages, () => actions.describe(actions.targets(), { rating: 0 })),
  command('reference', ['r'], onImages, () => actions.useAsReference()),
  command('again', ['a'], onOne, () => actions.again()),
  command('job', ['j'], onImages, () => actions.chooseJob()),
  command('download', ['d'], onImages, () => actions.download()),
  command('copyPrompt', ['p'], onOne, () => actions.copyPrompt()),
  command('copySeed', ['s'], onOne, () => actions.copySeed()),
  command('remove', ['Delete', 'Backspace'], inView('images', 'look'), () => actions.remove()),
  command('undo', ['Ctrl+z', 'u'], canUndo, undoDelete),
  command('previous', ['ArrowLeft'], inView('look'), () => actions.stepImage(-1)),
  command('next', ['ArrowRight'], inView('look'), () => actions.stepImage(1)),
  command('info', ['i'], inView('look'), () => set({ isInfoHidden: !state.isInfoHidden })),
  command('mode', ['m'], () => inView('compare')() && compareModes().length > 1, nextMode),
  command('flick', ['x'], () => inView('compare')() && state.route.ids.length === 2, flick),
  command('paneLeft', ['ArrowLeft'], inView('compare'), () => actions.activatePane(Math.max(0, actions.comparedPane - 1))),
  command('paneRight', ['ArrowRight'], inView('compare'), () => actions.activatePane(Math.min(state.route.ids.length - 1, actions.comparedPane + 1))),
  ...zoomCommands.map(({ id, keys, run }) => command(id, keys, inView('look', 'compare'), run)),
  command(
    'clear',
    ['Escape'],
    () => placeName() === 'images' && browser.selection.ids.size > 0,
    () => browser.selection.clear(),
  ),
  command('back', ['Escape'], inView('compare'), () => leave('images')),
  command('search', ['/'], inView('images'), () => document.querySelector('#search')?.focus()),
  command(
    'generate',
    ['g'],
    () => placeName() !== 'generate',
    () => go('generate'),
  ),
  command('submit', ['Ctrl+Enter'], inView('generate'), () => document.querySelector('.generate-form').requestSubmit()),
  command(
    'help',
    ['?'],
    () => true,
    () => set({ isHelpOpen: true }),
  ),
];

export const commandOf = (id) => commands.find((each) => each.id === id);

/** Keys as a person reads them. */
const keyName = (key) => words.keys[key] ?? (key.length > 1 ? key : key.toUpperCase());
export const keyNames = (keys) => keys.map((key) => key.split(/(?<=.)\+/).map(keyName).join(' '));

/** Keys as aria-keyshortcuts wants them. */
export const ariaKeys = (keys) => keys.map((key) => key.replace('Ctrl', 'Control')).join(' ');

export const nameOf = (event) => {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.shiftKey && key.startsWith('Arrow')) return `Shift+${key}`;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
};

/** The command for a key, if it belongs to a command here and now. */
export function commandFor(event) {
  if (event.altKey) return null;
  const name = nameOf(event);
  return commands.find((each) => each.keys.includes(name) && each.when()) ?? null;
}
