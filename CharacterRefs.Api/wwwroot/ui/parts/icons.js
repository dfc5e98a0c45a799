// Line icons on a 20 × 20 grid.

import { html, svg } from '../vendor/lit-html/lit-html.js';

const draw = (shape) => html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${shape}</svg>`;
const line = (path) => draw(svg`<path d=${path} />`);

export const icon = {
  add: line('M10 4v12M4 10h12'),
  archive: line('M3 4h14v4H3zM4.5 8v8h11V8M8 11h4'),
  check: line('m4 10.5 4 4 8-9'),
  close: line('m5 5 10 10M15 5 5 15'),
  compare: line('M3 4h6v12H3zM11 4h6v12h-6z'),
  copy: line('M7 7h9v9H7zM13 7V4H4v9h3'),
  download: line('M10 3v10m-4-4 4 4 4-4M4 16.5h12'),
  fit: line('M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4'),
  flip: line('M4 7h11l-3-3M16 13H5l3 3'),
  generate: line('M9 3.5 10.6 8 15 9.5 10.6 11 9 15.5 7.4 11 3 9.5 7.4 8zM15.5 2.5v4M13.5 4.5h4M15.5 13.5v3M14 15h3'),
  heart: line('M10 16.5S3 12.4 3 7.8A3.6 3.6 0 0 1 10 6.4a3.6 3.6 0 0 1 7 1.4c0 4.6-7 8.7-7 8.7Z'),
  help: line('M7.2 7.6A2.9 2.9 0 0 1 10 5.2c1.6 0 2.9 1.1 2.9 2.6 0 2-2.9 2.2-2.9 4.2M10 15v.3'),
  images: line('M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z'),
  info: line('M10 9v6M10 5.6v.3M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z'),
  jobs: line('M3 6.5h14V16H3zM7.5 6.5V4h5v2.5M3 10.5h14'),
  minus: line('M4 10h12'),
  next: line('m7.5 4 6 6-6 6'),
  panDown: line('M10 3v14m-5-5 5 5 5-5'),
  panLeft: line('M17 10H3m5-5-5 5 5 5'),
  panRight: line('M3 10h14m-5-5 5 5-5 5'),
  panUp: line('M10 17V3m-5 5 5-5 5 5'),
  previous: line('m12.5 4-6 6 6 6'),
  reference: line('M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M12.8 7.8v.2'),
  retry: line('M15.5 8A6 6 0 1 0 16 11.5M16 3.5V8h-4.5'),
  search: line('M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4'),
  seed: line('M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13'),
  star: line('m10 2.8 2.2 4.7 5.1.6-3.8 3.5 1 5.1-4.5-2.5-4.5 2.5 1-5.1L2.7 8.1l5.1-.6z'),
  status: line('M2.5 10.5h3.6L8.4 4l3.4 12 2.2-5.5h3.5'),
  text: line('M4 5h12M4 10h12M4 15h7'),
  trash: line('M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5 6.3 17h7.4l.8-11.5M8.5 8.5v5.5M11.5 8.5v5.5'),
  undo: line('M8 4 4 8l4 4M4 8h8a4 4 0 0 1 0 8H8'),
  upload: line('M10 13.5v-10m-4 4 4-4 4 4M4 16.5h12'),
  zoomIn: line('M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4M9 6.8v4.4M6.8 9h4.4'),
};
