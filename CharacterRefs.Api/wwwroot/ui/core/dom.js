// Small directives for what templates cannot say under a policy without inline styles.

import { Directive, directive } from '../vendor/lit-html/directive.js';
import { noChange } from '../vendor/lit-html/lit-html.js';

/** Sets custom properties and styles through the CSSOM; a style attribute would be blocked. */
export const css = directive(
  class extends Directive {
    render() {
      return noChange;
    }

    update(part, [styles]) {
      for (const [name, value] of Object.entries(styles)) part.element.style.setProperty(name, value);
      return noChange;
    }
  },
);

/** The value of a field, also when the person has changed it since it was rendered last. */
export const value = directive(
  class extends Directive {
    render() {
      return noChange;
    }

    update({ element }, [wanted]) {
      if (element.value !== wanted) element.value = wanted;
      return noChange;
    }
  },
);

/** Calls `connect(element)` once, when the element is first rendered and in the document. */
export const connected = directive(
  class extends Directive {
    #element = null;

    render() {
      return noChange;
    }

    update(part, [connect]) {
      if (this.#element !== part.element) {
        this.#element = part.element;
        queueMicrotask(() => part.element.isConnected && connect(part.element));
      }
      return noChange;
    }
  },
);

/** Opens a <dialog> as modal: focus stays inside, everything else is inert, Esc closes it; then the focus goes back, unless the view moves it itself. */
export const modal = (returnsFocus = true) =>
  connected((dialog) => {
    if (dialog.open) return;
    if (returnsFocus) opener = document.activeElement;
    dialog.addEventListener('close', () => (opener = null)); // the browser has returned it
    dialog.showModal();
  });

let opener = null;

/** What had the focus before the latest dialog took it; once. */
export function takeOpener() {
  const element = opener;
  opener = null;
  return element?.isConnected ? element : null;
}

/** Whether keys belong to what is being typed. */
export const isTyping = (event) =>
  event.target instanceof Element && event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null;
