// The list of jobs, and one job with its images, its files and the long operations on them.

import { api } from '../core/api.js';
import { go, hrefOf } from '../core/router.js';
import { state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { repeat } from '../vendor/lit-html/directives/repeat.js';
import { compare, mostCompared, save } from '../images/actions.js';
import { imageOf } from '../images/records.js';
import { jobList, jobOf, loadJobs, operations, readJob, readJobs, removeFromJob, runOperation } from '../jobs/jobs.js';
import { iconButton, quietButton } from '../parts/button.js';
import { icon } from '../parts/icons.js';
import { empty, more } from '../parts/list.js';
import { words } from '../words.js';

const openFindings = ['failed', 'missing', 'corrupt', 'refused'];

export function enterJobs() {
  const [id] = state.route.ids;
  if (id) readJob(id);
  else readJobs();
}

function open(event) {
  event.preventDefault();
  const id = new FormData(event.target).get('job').trim();
  if (id) go('jobs', [id]);
}

const openForm = () => html`
  <form class="open-job" @submit=${open}>
    <label class="field"><span>${words.jobs.open}</span>
      <span class="with-button">
        <input name="job" required autocomplete="off" placeholder=${words.jobs.idExample}>
        <button class="button">${words.commands.open}</button>
      </span>
    </label>
  </form>`;

const row = (job) => html`
  <li>
    <a class="job-row" href=${hrefOf('jobs', [job.job_id])}>
      <strong>${job.job_id}</strong>
      <span>${words.jobs.counts(job)}</span>
      <span class=${`status ${job.complete === false ? 'partial' : 'succeeded'}`}>${words.jobs.complete(job.complete)}</span>
      <time>${words.time(job.updated_at)}</time>
    </a>
  </li>`;

function rows() {
  if (jobList.items.length === 0 && jobList.isDone) return empty(words.jobs.empty, words.jobs.emptyHint);
  return html`<ul class="rows">${repeat(jobList.items, ({ job_id: id }) => id, row)}</ul>`;
}

const banner = (error) => (error ? html`<p class="banner error" role="alert">${words.problem(error)}</p>` : nothing);

const jobsPage = () => html`
  <div class="page">
    <h1>${words.views.jobs}</h1>
    ${openForm()}${rows()}${more(jobList, loadJobs)}
  </div>`;

const jobImage = (jobId) => ({ image_id: id, url, width, height }) => {
  const image = imageOf(id);
  return html`
    <li>
      <a href=${hrefOf('images', [id])}>
        <img src=${image?.thumbUrl ?? url} width=${width} height=${height} alt=${image?.description || id} decoding="async" loading="lazy">
      </a>
      ${iconButton('close', words.jobs.removeImage, () => removeFromJob(jobId, id))}
    </li>`;
};

const finding = (each) => (typeof each === 'string' ? each
  : html`${each.path ?? each.url ?? each.image_id}${each.detail ? html` <em>${each.detail}</em>` : nothing}`);

/** Every list of paths and failures in a result, by its own name. */
const findings = (value) => Object.entries(value).filter(([, list]) => Array.isArray(list) && list.length > 0).map(([name, list]) => html`
  <details ?open=${openFindings.includes(name)}>
    <summary>${words.jobs.findings[name] ?? name}, ${list.length}</summary>
    <ul class="paths">${list.map((each) => html`<li>${finding(each)}</li>`)}</ul>
  </details>`);

const result = ({ name, value, error }) => error
  ? html`<p class="banner error" role="alert">${words.jobs.operationFailed(name)} ${words.problem(error)}</p>`
  : html`<section class="banner" role="status"><strong>${words.jobs.ended(name)}</strong>${findings(value)}</section>`;

const progress = (job) => {
  const event = job.progress;
  const name = event?.operation ?? job.running;
  return name
    ? html`
      <div class="banner"><strong>${words.jobs.running[name]}</strong> ${event ? words.jobs.progress(event) : nothing}
        <progress max="1" value=${event?.bytes ? event.bytes_done / event.bytes : nothing} aria-label=${words.jobs.running[name]}></progress></div>`
    : nothing;
};

const operation = (job) => (name) => html`
  <button class="button" aria-disabled=${job.running !== null} aria-busy=${job.running === name} @click=${() => runOperation(job.id, name)}>
    ${words.jobs.operations[name]}
  </button>`;

function images(job) {
  const ids = job.images.map(({ image_id: id }) => id);
  return html`
    <section>
      <div class="row"><h2>${words.jobs.images(ids.length)}</h2>
        ${ids.length > 1 ? quietButton('compare', words.commands.compare, () => compare(ids.slice(0, mostCompared))) : nothing}</div>
      ${ids.length === 0 ? html`<p class="hint">${words.jobs.noImages}</p>`
        : html`<ul class="job-images">${repeat(job.images, ({ image_id: id }) => id, jobImage(job.id))}</ul>`}
    </section>`;
}

const fileRow = (file) => html`
  <tr>
    <td>${file.url ? html`<a href=${file.url}>${file.path}</a>` : file.path} <small>${file.content_type}</small></td>
    <td>${words.bytes(file.size_bytes)}</td>
    <td>${words.time(file.stored_at)}</td>
  </tr>`;

const files = ({ files: set }) => html`
  <section>
    <h2>${words.jobs.files(set?.file_count ?? 0)}</h2>
    ${set ? html`
      <div class="table" tabindex="0" role="region" aria-label=${words.jobs.filesTable}>
        <table>
          <thead><tr>${words.jobs.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${set.files.map(fileRow)}</tbody>
        </table>
      </div>` : html`<p class="hint">${words.jobs.noFiles}</p>`}
  </section>`;

function saveLink(event) {
  event.preventDefault();
  save([event.currentTarget.href]);
}

const archive = (job) => html`<a class="button" href=${api.jobs.archiveUrl(job.id)} @click=${saveLink}>${icon.archive}${words.jobs.archive}</a>`;

function jobPage(id) {
  const job = jobOf(id);
  return html`
    <div class="page">
      <div><a href="#/jobs">${words.views.jobs}</a><h1>${id}</h1></div>
      <div class="row">${Object.keys(operations).map(operation(job))}${job.files ? archive(job) : nothing}</div>
      ${progress(job)}
      ${job.result ? result(job.result) : nothing}
      ${banner(job.error)}
      ${job.images ? html`${images(job)}${files(job)}` : html`<p class="foot">${job.error ? '' : words.loading}</p>`}
    </div>`;
}

export const jobsView = () => (state.route.ids[0] ? jobPage(state.route.ids[0]) : jobsPage());
