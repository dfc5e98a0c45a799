import { keep, recall } from '../core/storage.js';
import { changed } from '../core/store.js';

const name = 'tile-size';
const widths = { s: 8, m: 13, l: 20 }; // rem

let size = recall(name, 'm');

export const tileSizeName = () => size;

/** CSS pixels per rem: the type is larger on very large screens, and the images with it. */
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** In CSS pixels; a phone has at least two columns whatever the size. */
export const leastTileWidth = () => widths[size] * rem();

export function setTileSize(chosen) {
  size = chosen;
  keep(name, chosen);
  changed();
}
