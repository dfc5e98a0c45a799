// One generation: a frame for each image from the first moment, filled as they land.

import { previewUrl } from '../core/api.js';
import { css } from '../core/dom.js';
import { hrefOf } from '../core/router.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { draft } from '../generations/draft.js';
import { cancelGeneration, isFinal, retryGeneration } from '../generations/list.js';
import { compare } from '../images/actions.js';
import { quietButton } from '../parts/button.js';
import { words } from '../words.js';

const defaultRatio = '1 / 1';

function ratioOf(generation) {
  const [image] = generation.images;
  if (image) return `${image.width} / ${image.height}`;
  const ratio = /^(\d+):(\d+)$/.exec(generation.parameters_used.aspect_ratio ?? '');
  return ratio ? `${ratio[1]} / ${ratio[2]}` : defaultRatio;
}

const done = (generation, slot, image) => html`
  <a class="slot done" href=${hrefOf('images', [image.id])} aria-label=${words.generate.imageOf(slot.index + 1, generation)}>
    <img src=${previewUrl(image.id)} width=${image.width} height=${image.height} alt="" decoding="async">
  </a>`;

const failed = (generation, { index, state, error, detail }) => html`
  <div class=${`slot failed ${state}`}>
    <strong>${words.errors[error] ?? error}</strong><span>${detail}</span>
    ${generation.failures.find((failure) => failure.index === index)?.paid ? html`<em>${words.generate.paid}</em>` : nothing}
  </div>`;

const waiting = ({ state, seed, rate_limit_wait_seconds: wait }) => html`
  <div class=${`slot waiting ${state}`}>
    <span>${words.slotStates[state] ?? state}</span>
    ${wait ? html`<small>${words.generate.rateLimit(wait)}</small>` : nothing}
    ${Number.isInteger(seed) ? html`<small class="seed">${words.grid.seed(seed)}</small>` : nothing}
  </div>`;

function frame(generation, slot) {
  const image = generation.images.find(({ id }) => id === slot.image_id);
  if (image) return done(generation, slot, image);
  return slot.error ? failed(generation, slot) : waiting(slot);
}

function again(generation) {
  draft.takeFrom(generation);
  document.querySelector('[name=character_description]')?.focus();
  scrollTo({ top: 0 });
}

function buttons(generation) {
  const images = generation.images.map(({ id }) => id);
  const isRunning = !isFinal(generation);
  const canRetry = !isRunning && generation.slots.some(({ state }) => state === 'failed' || state === 'canceled');
  return html`
    ${images.length > 1 ? quietButton('compare', words.commands.compare, () => compare(images)) : nothing}
    ${isRunning
      ? quietButton('close', words.generate.cancel, () => cancelGeneration(generation.id), { isDisabled: generation.status === 'canceling' })
      : quietButton('flip', words.generate.again, () => again(generation))}
    ${canRetry ? quietButton('retry', words.generate.retry, () => retryGeneration(generation.id)) : nothing}`;
}

export const generationCard = (generation) => html`
  <article class="generation" aria-busy=${!isFinal(generation)} aria-label=${generation.character_description} data-id=${generation.id}
    ${css({ '--ratio': ratioOf(generation), '--count': String(generation.slots.length) })}>
    <header>
      <div>
        <h2>${generation.character_description}</h2>
        <p class="facts">
          <span class=${`status ${generation.status}`}>${words.statuses[generation.status] ?? generation.status}</span>
          <span>${words.generate.count(generation.images.length, generation.num_images_requested)}</span>
          <span>${generation.model_used}</span>
          <time datetime=${generation.created_at}>${words.time(generation.created_at)}</time>
        </p>
      </div>
      <div class="row">${buttons(generation)}</div>
    </header>
    <div class="slots">${generation.slots.map((slot) => frame(generation, slot))}</div>
  </article>`;
