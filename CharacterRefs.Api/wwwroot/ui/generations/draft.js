// The form of the Generate view and what it offers. The form survives a reload, and so does a request whose response is still out: it is sent again with its
// key, and the service returns the generation that the first one started.

import { api, idempotencyKey } from '../core/api.js';
import { keep, recall } from '../core/storage.js';
import { changed } from '../core/store.js';
import { takeGeneration } from './list.js';

const draftName = 'draft';
const unansweredName = 'unanswered';
const largestSeed = 2 ** 31 - 1;
const empty = {
  character_description: '',
  config_flavor: '',
  model: '',
  aspect_ratio: '',
  output_format: '',
  negative_prompt: '',
  num_images: 4,
  seed: '',
  reference_image_ids: [],
};

export const newSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % largestSeed;

export const draft = {
  ...empty,
  ...recall(draftName, {}),
  showsAll: false, // also what is seldom chosen

  save() {
    keep(draftName, Object.fromEntries(Object.keys(empty).map((name) => [name, this[name]])));
    changed();
  },

  /** Takes the inputs of an image or of a generation, with a new seed. */
  takeFrom(source) {
    Object.assign(this, empty, {
      character_description: source.character_description ?? '',
      model: (source.model ?? source.model_used ?? '').replace(/^placeholder$/, ''), // no model made it
      config_flavor: source.config_flavor ?? '',
      ...Object.fromEntries(['aspect_ratio', 'output_format', 'negative_prompt'].map((name) => [name, source.parameters_used?.[name] ?? ''])),
      seed: newSeed(),
      num_images: source.num_images_requested ?? this.num_images,
      reference_image_ids: source.reference_image_ids ?? (source.reference_image_id ? [source.reference_image_id] : []),
      showsAll: true,
    });
    this.save();
  },

  /** A choice, or nothing where the model does not take it: what was chosen for another model is kept for that one. */
  choice(name, model) {
    const isTaken = {
      aspect_ratio: () => !model.aspect_ratios || model.aspect_ratios.includes(this.aspect_ratio),
      output_format: () => !model.output_formats || model.output_formats.includes(this.output_format),
      seed: () => model.takes_seed,
      negative_prompt: () => model.takes_negative_prompt,
    }[name];
    return model && isTaken && !isTaken() ? '' : this[name];
  },

  /** The request to a model; what is not set is left to the flavor. */
  bodyFor(model) {
    const members = {
      ...Object.fromEntries(Object.keys(empty).map((name) => [name, this.choice(name, model)])),
      include_base64: false,
    };
    if (members.seed !== '') members.seed = Number(members.seed);
    return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)));
  },
};

export const submission = { isSending: false, error: null };

/** Returns the generation, if there is one. */
async function sendOnce(request) {
  Object.assign(submission, { isSending: true, error: null });
  changed();
  let generation;
  try {
    generation = await api.generations.start(request.body, request.key);
    keep(unansweredName, null);
    // A blocking answer is possible only from a service that does not know `Prefer`; its generation is read by the list.
    if (generation.slots) takeGeneration(generation);
  } catch (error) {
    submission.error = error;
    // Without an answer nobody knows whether it started: the same key must go with the next try.
    if (error.isAnswer) keep(unansweredName, null);
  }
  submission.isSending = false;
  changed();
  return generation;
}

export async function submitDraft(model) {
  if (submission.isSending || draft.character_description.trim() === '') return;
  const body = draft.bodyFor(model);
  const unanswered = recall(unansweredName, null);
  const isSame = unanswered && JSON.stringify(unanswered.body) === JSON.stringify(body);
  const request = isSame ? unanswered : { body, key: idempotencyKey() };
  keep(unansweredName, request);
  return sendOnce(request);
}

/** After a reload in the middle of a request. */
export function resumeUnanswered() {
  const request = recall(unansweredName, null);
  if (request) sendOnce(request);
}

/** What may be asked for: models with their ratios, formats and prices, and flavors. Read when the form is first shown. */
export const offers = { models: [], flavors: [], isLoaded: false, error: null };
let isLoading = false;

export async function loadOffers() {
  if (offers.isLoaded || isLoading) return;
  isLoading = true;
  offers.error = null;
  try {
    const [models, flavors] = await Promise.all([api.models(), api.flavors()]);
    Object.assign(offers, { models: models.items, flavors: flavors.items, isLoaded: true });
  } catch (error) {
    offers.error = error;
  }
  isLoading = false;
  changed();
}

export const defaultModelName = (flavor) => flavor?.model ?? offers.models.find((model) => model.is_default)?.name;

export const chosenFlavor = () => offers.flavors.find(({ name }) => name === draft.config_flavor) ?? offers.flavors.find((flavor) => flavor.is_default);

/** The model that the request would use: the one of the form, else the flavor's, which with references can be another one. */
export function chosenModel() {
  const flavor = chosenFlavor();
  const name = draft.model || (draft.reference_image_ids.length > 0 && flavor?.reference_model) || flavor?.model;
  return offers.models.find((model) => model.name === name) ?? offers.models.find((model) => model.is_default) ?? offers.models[0];
}
