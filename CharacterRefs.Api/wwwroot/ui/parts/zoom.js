// Zoom and pan for one image, or for several in step. The view is a point of the image, in fractions of its size, and a factor over "fits the pane";
// so panes and images of different sizes show the same part.

import { connected } from '../core/dom.js';
import { html } from '../vendor/lit-html/lit-html.js';

const most = 32;
const wheelStep = 1.0015;
const keyStep = 1.25;
const panStep = 0.1; // of the pane
const pixelated = 3; // device pixels per image pixel from which edges are shown sharp

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export class Zoom {
  factor = 1;
  x = 0.5;
  y = 0.5;

  #panes = new Set();
  #pointers = new Map();

  get isFit() {
    return this.factor === 1;
  }

  fit() {
    Object.assign(this, { factor: 1, x: 0.5, y: 0.5 });
    this.#apply();
  }

  /** One pixel of the image is one pixel of the screen, around a point of the image. */
  actualSize(x = this.x, y = this.y) {
    const [pane] = this.#shown();
    if (!pane) return;
    Object.assign(this, { factor: clamp(1 / (pane.fitScale * devicePixelRatio), 1 / 8, most), x, y });
    this.#apply();
  }

  toggle(x, y) {
    if (this.isFit) this.actualSize(x, y);
    else this.fit();
  }

  by(step, pane, clientX, clientY) {
    const before = pane?.pointAt(clientX, clientY);
    this.factor = clamp(this.factor * step, Math.min(1, this.factor), most);
    if (before) {
      // The point under the pointer stays under it.
      const after = pane.pointAt(clientX, clientY);
      this.x += before.x - after.x;
      this.y += before.y - after.y;
    }
    this.#apply();
  }

  in = () => this.by(keyStep);
  out = () => this.by(1 / keyStep);

  /** Moves what is seen by steps to the right and down. */
  panBy(right, down) {
    const [pane] = this.#shown();
    if (!pane) return;
    const scale = pane.fitScale * this.factor;
    this.x += (right * panStep * pane.element.clientWidth) / scale / pane.width;
    this.y += (down * panStep * pane.element.clientHeight) / scale / pane.height;
    this.#apply();
  }

  /** The pane around an image: <div class="pane"><img></div>. */
  attach(element) {
    const pane = new Pane(element, this);
    this.#panes.add(pane);
    const resize = new ResizeObserver(() => pane.apply());
    resize.observe(element);
    pane.image.addEventListener('load', () => pane.apply());
    element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.by(wheelStep ** -event.deltaY, pane, event.clientX, event.clientY);
      },
      { passive: false },
    );
    element.addEventListener('dblclick', (event) => {
      const { x, y } = pane.pointAt(event.clientX, event.clientY);
      this.toggle(x, y);
    });
    element.addEventListener('pointerdown', (event) => this.#press(event, element));
    element.addEventListener('pointermove', (event) => this.#move(event, pane));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) element.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    pane.apply();
  }

  #press(event, element) {
    if (event.button !== 0 || event.target.closest('button, input, a')) return;
    element.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
  }

  #move(event, pane) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    this.#pointers.set(event.pointerId, event);
    const others = [...this.#pointers.values()].filter((each) => each.pointerId !== event.pointerId);
    if (others.length === 1) {
      const distance = (each) => Math.hypot(each.clientX - others[0].clientX, each.clientY - others[0].clientY) || 1;
      this.by(distance(event) / distance(last), pane, others[0].clientX, others[0].clientY);
    } else if (others.length === 0) {
      const scale = pane.fitScale * this.factor;
      this.x -= (event.clientX - last.clientX) / scale / pane.width;
      this.y -= (event.clientY - last.clientY) / scale / pane.height;
      this.#apply();
    }
  }

  #apply() {
    for (const pane of this.#shown()) pane.keepInside();
    for (const pane of this.#panes) pane.apply();
  }

  /** Without the panes of other views and of images that were there before. */
  #shown() {
    for (const pane of this.#panes) if (!pane.element.isConnected) this.#panes.delete(pane);
    return [...this.#panes];
  }
}

class Pane {
  constructor(element, zoom) {
    this.element = element;
    this.zoom = zoom;
    this.image = element.querySelector('img');
  }

  get width() {
    return this.image.naturalWidth || Number(this.image.getAttribute('width')) || 1;
  }

  get height() {
    return this.image.naturalHeight || Number(this.image.getAttribute('height')) || 1;
  }

  get fitScale() {
    return Math.min(this.element.clientWidth / this.width, this.element.clientHeight / this.height) || 1;
  }

  pointAt(clientX, clientY) {
    const box = this.element.getBoundingClientRect();
    const scale = this.fitScale * this.zoom.factor;
    return {
      x: this.zoom.x + (clientX - box.left - box.width / 2) / scale / this.width,
      y: this.zoom.y + (clientY - box.top - box.height / 2) / scale / this.height,
    };
  }

  /** An image that is larger than the pane covers it, a smaller one is centred. */
  keepInside() {
    const scale = this.fitScale * this.zoom.factor;
    const side = (length, room) => Math.min(0.5, room / length / scale / 2);
    const x = side(this.width, this.element.clientWidth);
    const y = side(this.height, this.element.clientHeight);
    this.zoom.x = clamp(this.zoom.x, x, 1 - x);
    this.zoom.y = clamp(this.zoom.y, y, 1 - y);
  }

  apply() {
    const { element, image, zoom } = this;
    const scale = this.fitScale * zoom.factor;
    const left = element.clientWidth / 2 - zoom.x * this.width * scale;
    const top = element.clientHeight / 2 - zoom.y * this.height * scale;
    image.style.width = `${this.width}px`;
    image.style.height = `${this.height}px`;
    image.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    image.style.imageRendering = scale * devicePixelRatio >= pixelated ? 'pixelated' : 'auto';
    element.dataset.factor = zoom.factor.toFixed(3);
    element.classList.toggle('can-pan', !zoom.isFit);
  }
}

/** The view of the lightbox and of the comparison; kept while stepping from image to image, so that the same detail can be compared. */
export const zoom = new Zoom();

export const zoomCommands = [
  { id: 'actualSize', keys: ['z'], run: () => zoom.toggle() },
  { id: 'zoomIn', keys: ['+', '='], run: () => zoom.in() },
  { id: 'zoomOut', keys: ['-'], run: () => zoom.out() },
  { id: 'panLeft', keys: ['Shift+ArrowLeft'], run: () => zoom.panBy(-1, 0) },
  { id: 'panRight', keys: ['Shift+ArrowRight'], run: () => zoom.panBy(1, 0) },
  { id: 'panUp', keys: ['Shift+ArrowUp'], run: () => zoom.panBy(0, -1) },
  { id: 'panDown', keys: ['Shift+ArrowDown'], run: () => zoom.panBy(0, 1) },
];

/** A pane that takes part in the shared zoom. */
export const zoomPane = (image, className = '') => html`
  <div class=${`pane ${className}`} ${connected((element) => zoom.attach(element))}>
    <img src=${image.contentUrl} width=${image.width} height=${image.height} alt=${image.description} draggable="false" decoding="async">
  </div>`;
