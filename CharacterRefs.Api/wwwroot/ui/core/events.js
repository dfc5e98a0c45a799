// Server-sent events through fetch, because EventSource cannot send the API key.

import { send } from './api.js';
import { set } from './store.js';

const firstPause = 500;
const longestPause = 15_000;

/** Splits a stream of text into events: { type, id, data }. */
export class EventParser {
  #rest = '';

  /** Returns the events that this piece of text completes. */
  read(text) {
    const blocks = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop();
    return blocks.map(EventParser.#parse).filter((event) => event.data !== '');
  }

  static #parse(block) {
    const event = { type: 'message', id: null, data: '' };
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const value = line.slice(colon + 1).replace(/^ /, '');
      const field = line.slice(0, colon);
      if (field === 'event') event.type = value;
      else if (field === 'id') event.id = value;
      else if (field === 'data') event.data += (event.data && '\n') + value;
    }
    return event;
  }
}

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
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const event of parser.read(value)) {
          lastId = event.id ?? lastId;
          if (event.type !== 'ping') onEvent(event.type, JSON.parse(event.data));
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
