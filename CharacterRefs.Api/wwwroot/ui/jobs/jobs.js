// The jobs that the service knows, and of each its images, its stored files, and the long operations on them. An operation runs on when another view is
// opened; its result waits here.

import { api } from '../core/api.js';
import { changed } from '../core/store.js';
import { learn } from '../images/records.js';
import { announce, showError } from '../parts/messages.js';
import { words } from '../words.js';

export const jobList = { items: [], cursor: null, isLoading: false, isDone: false, error: null };

export async function loadJobs() {
  if (jobList.isLoading || jobList.isDone) return;
  jobList.isLoading = true;
  jobList.error = null;
  changed();
  try {
    const page = await api.jobs.list({ cursor: jobList.cursor });
    jobList.items.push(...page.items);
    jobList.cursor = page.next_cursor;
    jobList.isDone = !page.next_cursor;
  } catch (error) {
    jobList.error = error;
  }
  jobList.isLoading = false;
  changed();
}

/** Reads the list from the start. */
export function readJobs() {
  if (!jobList.isLoading) Object.assign(jobList, { items: [], cursor: null, isDone: false });
  return loadJobs();
}

const jobs = new Map();

/** { id, images, files, error, running: name of the operation of this tab, progress: event of whichever runs, result: { name, value } } */
export function jobOf(id) {
  if (!jobs.has(id)) jobs.set(id, { id, images: null, files: null, error: null, running: null, progress: null, result: null });
  return jobs.get(id);
}

const orNothing = (promise) =>
  promise.catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });

/** Reads the records of all images, for their thumbs and descriptions. */
async function learnImages(jobId) {
  let cursor = null;
  do {
    const page = await api.images.list({ job_id: jobId, limit: 100, cursor });
    page.items.forEach(learn);
    cursor = page.next_cursor;
  } while (cursor);
}

export async function readJob(id) {
  const job = jobOf(id);
  job.error = null;
  try {
    const [images, files] = await Promise.all([orNothing(api.jobs.images(id)), orNothing(api.jobs.files(id)), orNothing(learnImages(id))]);
    Object.assign(job, { images: images?.items ?? [], files });
  } catch (error) {
    job.error = error;
  }
  changed();
}

export const operations = {
  persist: api.jobs.persist,
  verify: (id) => api.jobs.verify(id, 'hash'),
  repair: api.jobs.repair,
  restore: api.jobs.restore,
};

export async function runOperation(id, name) {
  const job = jobOf(id);
  if (job.running) return;
  Object.assign(job, { running: name, result: null });
  changed();
  try {
    job.result = { name, value: await operations[name](id) };
    announce(words.jobs.ended(name));
    await readJob(id);
  } catch (error) {
    job.result = { name, error };
  }
  Object.assign(job, { running: null, progress: null });
  changed();
}

/** An operation went on or ended, in this tab or elsewhere. */
export function takeProgress(event) {
  const job = jobOf(event.job_id);
  const isEnded = event.state === 'ended';
  job.progress = isEnded ? null : event;
  if (isEnded && !job.running && job.images) readJob(job.id);
  changed();
}

/** Events were missed: what ran may have ended. */
export function forgetProgress() {
  for (const job of jobs.values()) job.progress = null;
}

export async function removeFromJob(id, imageId) {
  try {
    await api.jobs.removeImage(id, imageId);
    await readJob(id);
  } catch (error) {
    showError(error);
  }
}
