// What must survive a reload of this tab: drafts, requests whose response is still out, the bin, files on their way. Storage may be full or forbidden; the page
// works without it.

export function recall(name, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch (error) {
    console.warn(`Cannot keep ${name} over a reload: ${error.message}`);
  }
}

const day = 86_400_000; // in milliseconds

/** Runs a request to the store of files, for which the storage of a session has no room; undefined where there is no such store. */
const withFiles = (request) =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('files');
    opening.onupgradeneeded = () => opening.result.createObjectStore('files');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('files', 'readwrite');
      const running = request(transaction.objectStore('files'));
      transaction.oncomplete = () => resolve(running.result);
      transaction.onabort = () => reject(transaction.error);
    };
  }).catch((error) => console.warn(`Cannot keep files over a reload: ${error.message}`));

/** Keys are times in milliseconds: what closed tabs have left is deleted after a day. */
export const keepFile = (key, file) => withFiles((files) => (files.delete(IDBKeyRange.upperBound(key - day)), files.put(file, key)));
export const recallFile = (key) => withFiles((files) => files.get(key));
export const dropFile = (key) => withFiles((files) => files.delete(key));
