// What may be asked for: models with their ratios, formats and prices, and flavors. Read when the form is first shown.

import { api } from '../core/api.js';
import { changed } from '../core/store.js';
import { draft } from './draft.js';

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
