// The state of the page. Views read it, actions change it; each change renders the page once, however many there are in one task.

const renderers = new Set();
let isScheduled = false;

export const state = {
  route: { view: 'images', ids: [], query: new URLSearchParams() },
  connection: 'connecting', // or 'live', 'lost'
  keyPrompt: null, // { wasRejected, resolve } while a key is needed
  isHelpOpen: false,
  jobDialog: null, // { ids } of the images that are to be added to a job
};

export function changed() {
  if (isScheduled) return;
  isScheduled = true;
  queueMicrotask(() => {
    isScheduled = false;
    for (const render of renderers) render();
  });
}

/** Assigns members of the state. */
export function set(members) {
  Object.assign(state, members);
  changed();
}

export function onChange(render) {
  renderers.add(render);
}
