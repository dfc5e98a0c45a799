// Deep links: everything that is on the screen is in the fragment of the URL, and Back leads to what was there before.
//   #/images?query=robot     #/images/{id}?query=robot     #/compare/{id},{id}     #/generate     #/jobs/{job}

import { set } from './store.js';

const home = 'images';

/** The fewest and the most ids in the URL of each view. */
const views = { images: [0, 1], generate: [0, 0], upload: [0, 0], jobs: [0, 1], status: [0, 0], compare: [1, 4] };

/** The place that a fragment names; null when there is none. */
function parse(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [view, list] = (path || home).split('/');
  try {
    const ids = list ? list.split(',').map(decodeURIComponent) : [];
    const [fewest, most] = Object.hasOwn(views, view) ? views[view] : [];
    return ids.length >= fewest && ids.length <= most ? { view, ids, query: new URLSearchParams(query) } : null;
  } catch {
    return null; // a % that encodes nothing
  }
}

export function hrefOf(view, ids = [], query = new URLSearchParams()) {
  const path = ids.length ? `#/${view}/${ids.map(encodeURIComponent).join(',')}` : `#/${view}`;
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Goes to a view. `replace` is for steps that Back should skip, such as the next image of a lightbox. */
export function go(view, ids = [], { query, replace = false } = {}) {
  const href = hrefOf(view, ids, query);
  if (replace) history.replaceState(history.state, '', href);
  else history.pushState({ isInner: true }, '', href);
  set({ route: parse(href) });
}

/** Leaves a view that lies over another one: back to it if the page came from there, else to it as a new place. */
export function leave(view, ids, query) {
  if (history.state?.isInner) history.back();
  else go(view, ids, { query, replace: true });
}

export function startRouter() {
  const read = (isInner) => {
    // An entry without a state is new: a link of the page, or the one that the page was opened with.
    if (history.state === null) history.replaceState({ isInner }, '');
    if (!parse(location.hash)) history.replaceState(history.state, '', hrefOf(home));
    set({ route: parse(location.hash) });
  };
  addEventListener('popstate', () => read(true));
  read(false);
}
