// What must survive a reload of this tab: drafts, requests whose response is still out, the bin. Storage may be full or forbidden; the page works without it.

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
