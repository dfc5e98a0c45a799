// Server-sent events through fetch, because EventSource cannot send the API key.

import { send } from './api.js';
import { set } from './store.js';

const firstPause = 500;
const longestPause = 15_000;

/** The fields of an event; the data of this service is one line. */
const fieldsOf = (text) => Object.fromEntries([...text.matchAll(/^(\w+): ?([^\n]*)/gm)].map(([, name, value]) => [name, value]));

/**
 * Follows a stream for as long as the tab is visible. A browser opens six connections to a host; streams of hidden tabs would use them up.
 * `onEvent(type, data)` gets each event, `onConnect(wasLost)` runs after every connection: what happened before it is to be read by ordinary calls.
 */
export function follow(path, { onConnect, onEvent }) {
  let attempt = 0;
  let lastId = null;
  let abort = null;
  let timer = 0;

  async function connect() {
    abort = new AbortController();
    const { signal } = abort;
    try {
      const response = await send('GET', path, { signal, headers: { Accept: 'text/event-stream', ...(lastId && { 'Last-Event-ID': lastId }) } });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      set({ connection: 'live' });
      onConnect(attempt > 0);
      attempt = 0;
      let rest = '';
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const { event, id, data } of events.map(fieldsOf)) {
          lastId = id ?? lastId;
          if (event && event !== 'ping') onEvent(event, JSON.parse(data));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      console.debug(`The stream of events ended: ${error.message}`);
    }
    if (signal.aborted) return;
    set({ connection: 'lost' });
    const pause = Math.min(longestPause, firstPause * 2 ** attempt++);
    timer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
  }

  function followVisibility() {
    clearTimeout(timer);
    abort?.abort();
    if (document.visibilityState === 'visible') connect();
  }

  document.addEventListener('visibilitychange', followVisibility);
  addEventListener('online', followVisibility);
  followVisibility();
}
