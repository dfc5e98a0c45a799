// The jobs that the service knows.

import { api } from '../core/api.js';
import { changed } from '../core/store.js';

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
  Object.assign(jobList, { items: [], cursor: null, isDone: false });
  return loadJobs();
}
