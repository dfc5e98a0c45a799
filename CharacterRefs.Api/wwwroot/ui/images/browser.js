// Which images the page is looking at: the collection of the current filter, and its selection.

import { state, changed } from '../core/store.js';
import { Collection } from './collection.js';
import { Selection } from './selection.js';

const filterNames = ['query', 'origin', 'job_id', 'tag', 'favorite', 'min_rating'];
const lookPause = 400;

let filterText = null;
let lookTimer = 0;

export let collection = new Collection({});
export let selection = new Selection(collection);

/** Query of the URL that keeps only what filters. */
export const filterQuery = () => new URLSearchParams([...state.route.query].filter(([name, value]) => filterNames.includes(name) && value));

/** Follows the filter in the URL. */
export function followFilter() {
  const query = filterQuery();
  if (query.toString() === filterText) return;
  filterText = query.toString();
  collection = new Collection(Object.fromEntries(query));
  selection = new Selection(collection);
  collection.more();
}

/** Reads the images of the filter again. */
export function restart() {
  filterText = null;
  if (state.route.view === 'images') followFilter();
}

/** Something was added: look once it is quiet for a moment. */
export function imagesArrived() {
  if (filterText === null) return;
  clearTimeout(lookTimer);
  lookTimer = setTimeout(() => collection.look().catch((error) => console.debug(`Cannot look for new images: ${error.message}`)), lookPause);
}

export function showArrived() {
  const [first] = collection.freshIds;
  collection.showFresh();
  scrollTo({ top: 0 });
  if (first) selection.moveTo(first);
  changed();
}
