// The form on the left, what came of it on the right.

import { derivativeUrl } from '../core/api.js';
import { css, value } from '../core/dom.js';
import { hrefOf } from '../core/router.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import {
  chosenFlavor, chosenModel, defaultModelName, draft, loadOffers, newSeed, offers, submission, submitDraft,
} from '../generations/draft.js';
import { cancelGeneration, generations, isFinal, loadGenerations, page, retryGeneration } from '../generations/list.js';
import { compare } from '../images/actions.js';
import { imageOf, readRecord } from '../images/records.js';
import { iconButton, quietButton } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { empty, more } from '../parts/list.js';
import { isUnderWay, pickFiles, uploadReference, uploads } from '../uploads/uploads.js';
import { words } from '../words.js';
import { progress } from './upload.js';

const numbers = [1, 2, 3, 4];
const defaultRatio = '1 / 1';
const requested = new Set();

const put = (name, given) => {
  draft[name] = given;
  draft.save();
};
const take = (name) => (event) => put(name, event.target.value);

const errorOf = (name) => submission.error?.errors[name]?.join(' ');
const isInvalid = (name) => Boolean(errorOf(name));
const fieldError = (name) => (errorOf(name) ? html`<span class="field-error">${errorOf(name)}</span>` : nothing);

/** A choice; its first option leaves it to the flavor. */
const select = (name, label, options, otherwise, chosen = draft[name]) => html`
  <label class="field"><span>${label}</span>
    <select name=${name} ${value(chosen)} @change=${take(name)} aria-invalid=${isInvalid(name)}>
      <option value="" ?selected=${chosen === ''}>${words.generate.defaultOf(otherwise)}</option>
      ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === chosen}>${text}</option>`)}
    </select>${fieldError(name)}
  </label>`;

const plain = (names) => names.map((name) => [name, name]);

const description = () => html`
  <label class="field"><span>${words.generate.description}</span>
    <textarea name="character_description" rows="5" maxlength="4000" required placeholder=${words.generate.placeholder}
      ${value(draft.character_description)} aria-invalid=${isInvalid('character_description')}
      @input=${take('character_description')}></textarea>
    ${fieldError('character_description')}
  </label>`;

const removeReference = (id) => put('reference_image_ids', draft.reference_image_ids.filter((each) => each !== id));

function reference(id) {
  const image = imageOf(id);
  if (!image && !requested.has(id)) {
    requested.add(id);
    // Another error can pass: the next rendering asks again.
    readRecord(id).catch((error) => (error.status === 404 ? removeReference(id) : requested.delete(id)));
  }
  return html`
    <li>
      ${image ? html`<img src=${image.thumbUrl} alt=${words.generate.reference(image.description)} width="64" height="64">` : nothing}
      ${iconButton('close', words.generate.removeReference, () => removeReference(id))}
    </li>`;
}

function references(model) {
  const count = draft.reference_image_ids.length;
  const limit = model?.max_reference_images ?? 0;
  return html`
    <fieldset class="field references"><legend>${words.generate.references}</legend>
      <ul>
        ${repeat(draft.reference_image_ids, (id) => id, reference)}
        ${uploads.filter(isUnderWay).map((item) => html`<li>${progress(item)}</li>`)}
        <li>${iconButton('add', words.generate.addReference, () => pickFiles((files) => files.forEach(uploadReference)), { className: 'add' })}</li>
      </ul>
      <p class=${count > limit ? 'field-error' : 'hint'}>
        ${words.generate.referenceHint(count, limit, model?.requires_reference_image)} <a href="#/images">${words.generate.fromGrid}</a>
      </p>
      ${fieldError('reference_image_ids')}${fieldError('reference_image_id')}
    </fieldset>`;
}

const number = () => html`
  <fieldset class="field"><legend>${words.generate.number}</legend>
    <div class="segments wide">
      ${numbers.map((each) => html`
        <button type="button" aria-pressed=${draft.num_images === each} @click=${() => put('num_images', each)}>${each}</button>`)}
    </div>
  </fieldset>`;

const ratio = (model, flavor) => model?.aspect_ratios?.length === 0 ? nothing
  : select('aspect_ratio', words.generate.ratio, plain(model?.aspect_ratios ?? words.generate.commonRatios), flavor?.aspect_ratio,
    draft.choice('aspect_ratio', model));

const format = (model, flavor) => !model?.output_formats?.length ? nothing
  : select('output_format', words.generate.format, plain(model.output_formats), flavor?.output_format, draft.choice('output_format', model));

const seed = (model) => model && !model.takes_seed ? nothing : html`
  <label class="field"><span>${words.generate.seed}</span>
    <span class="with-button">
      <input name="seed" inputmode="numeric" pattern="[0-9]*" placeholder=${words.generate.randomSeed} ${value(String(draft.seed))}
        aria-invalid=${isInvalid('seed')} @input=${take('seed')}>
      ${iconButton('retry', words.generate.newSeed, () => put('seed', newSeed()))}
    </span>${fieldError('seed')}
  </label>`;

const negativePrompt = (model) => !model?.takes_negative_prompt ? nothing : html`
  <label class="field"><span>${words.generate.negative}</span>
    <input name="negative_prompt" ${value(draft.negative_prompt)} @input=${take('negative_prompt')}>${fieldError('negative_prompt')}
  </label>`;

const models = (flavor) =>
  select('model', words.generate.model, offers.models.map((each) => [each.name, words.generate.modelOption(each)]), defaultModelName(flavor));

const cost = (model) => !model ? nothing : html`
  <p class="cost" aria-live="polite">${model.is_placeholder
    ? html`<strong>${words.generate.placeholders}</strong><span>${words.generate.noModel}</span>`
    : html`<strong>${words.generate.cost(model.price_usd, draft.num_images)}</strong><span>${model.name}</span>`}</p>`;

/** Errors that belong to no field. */
function problems() {
  const { error } = submission;
  return html`
    ${error && Object.keys(error.errors).length === 0 ? html`<p class="banner error" role="alert">${words.problem(error)}</p>` : nothing}
    ${offers.error ? html`<p class="banner error">${words.problem(offers.error)}</p>` : nothing}`;
}

/** Shows the card of a generation that was just started: on a phone it lies below the form. */
function reveal(generation) {
  const card = generation && document.querySelector(`[data-id="${generation.id}"]`);
  card?.scrollIntoView({ block: 'nearest', behavior: matchMedia('(prefers-reduced-motion)').matches ? 'instant' : 'smooth' });
}

async function submit(event) {
  event.preventDefault();
  reveal(await submitDraft(chosenModel()));
}

const seldomChosen = ['model', 'output_format', 'seed', 'negative_prompt'];

/** Opened by hand or for what is set in it; it stays open when that is taken back, because the focus is in it. */
function toggleAll({ target }) {
  draft.showsAll = target.open;
  if (target.open) target.scrollIntoView({ block: 'nearest' });
}

function form() {
  const model = chosenModel();
  const flavor = chosenFlavor();
  return html`
    <form class="generate-form" aria-label=${words.views.generate} @submit=${submit}>
      <h1>${words.generate.title}</h1>
      ${description()}${references(model)}${number()}
      <div class="pair">
        ${select('config_flavor', words.generate.flavor, plain(offers.flavors.map(({ name }) => name)), flavor?.name)}
        ${ratio(model, flavor)}
      </div>
      <details ?open=${draft.showsAll || seldomChosen.some(isInvalid)} @toggle=${toggleAll}>
        <summary>${words.generate.more}</summary>
        ${models(flavor)}
        <div class="pair">${format(model, flavor)}${seed(model)}</div>
        ${negativePrompt(model)}
      </details>
      <div class="submit">
        ${problems()}${cost(model)}
        <button class="button primary" type="submit" aria-disabled=${submission.isSending} aria-keyshortcuts="Control+Enter">
          ${icon.generate}${submission.isSending ? words.generate.sending : words.generate.submit(draft.num_images)}
        </button>
      </div>
    </form>`;
}

function ratioOf(generation) {
  const [image] = generation.images;
  if (image) return `${image.width} / ${image.height}`;
  const ratio = /^(\d+):(\d+)$/.exec(generation.parameters_used.aspect_ratio ?? '');
  return ratio ? `${ratio[1]} / ${ratio[2]}` : defaultRatio;
}

/** The browser takes the smallest rendering that suffices for the size of the frame. */
function done(generation, slot, { id, width, height }) {
  const source = (name, side) => `${derivativeUrl(id, name)} ${Math.round((side * width) / Math.max(width, height))}w`;
  return html`
    <a class="slot done" href=${hrefOf('images', [id])} aria-label=${words.generate.imageOf(slot.index + 1, generation)}>
      <img loading="lazy" sizes="auto, 33vw" srcset=${`${source('thumb', 320)}, ${source('preview', 1024)}`} src=${derivativeUrl(id, 'thumb')}
        width=${width} height=${height} alt="" decoding="async">
    </a>`;
}

const failed = (generation, { index, state, error, detail }) => html`
  <div class=${`slot failed ${state}`} tabindex="0">
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

function cardButtons(generation) {
  const images = generation.images.map(({ id }) => id);
  const isRunning = !isFinal(generation);
  const canRetry = !isRunning && generation.slots.some(({ state }) => state === 'failed' || state === 'canceled');
  return html`
    ${images.length > 1 ? quietButton('compare', words.commands.compare, () => compare(images)) : nothing}
    ${isRunning
      ? quietButton('close', words.generate.cancel, () => cancelGeneration(generation.id), { isDisabled: generation.status === 'canceling' })
      : quietButton('flip', words.generate.again, () => again(generation))}
    ${canRetry ? quietButton('retry', words.generate.retry, async () => reveal(await retryGeneration(generation.id))) : nothing}`;
}

/** One generation: a frame for each image from the first moment, filled as they land. */
const generationCard = (generation) => html`
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
      <div class="row">${cardButtons(generation)}</div>
    </header>
    <div class="slots">${generation.slots.map((slot) => frame(generation, slot))}</div>
  </article>`;

function results() {
  const list = generations();
  if (list.length === 0 && page.isLoaded) return empty(words.generate.empty, words.generate.emptyHint);
  return html`
    ${repeat(list, ({ id }) => id, generationCard)}
    ${more(page, loadGenerations, words.generate.older)}`;
}

export function enterGenerate() {
  draft.showsAll ||= seldomChosen.some((name) => draft[name] !== '');
  loadOffers();
  if (!page.isLoaded) loadGenerations();
}

export const generateView = () => html`
  <div class="generate">
    ${form()}
    <section class="generations" aria-label=${words.generate.results}>${results()}</section>
  </div>`;
