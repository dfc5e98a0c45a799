// The small dialogs: key, keys, job.

import { modal } from '../core/dom.js';
import { set, state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { addToJob } from '../images/actions.js';
import { commands, keyNames } from '../images/commands.js';
import { jobList, loadJobs } from '../jobs/jobs.js';
import { iconButton } from '../parts/button.js';
import { messages } from '../parts/messages.js';
import { words } from '../words.js';

const jobPattern = String.raw`[A-Za-z0-9]([A-Za-z0-9._\-]{0,126}[A-Za-z0-9_\-])?`;

const keyDialog = (content) => html`
  <dialog class="small" aria-labelledby="key-title" ${modal()} @cancel=${(event) => event.preventDefault()}>
    <form @submit=${(event) => {
      event.preventDefault();
      const key = new FormData(event.target).get('key').trim();
      if (key) state.keyPrompt.resolve(key);
    }}>
      <h2 id="key-title">${words.key.title}</h2><p>${words.key.why}</p>
      ${state.keyPrompt.wasRejected ? html`<p class="field-error" role="alert">${words.key.rejected}</p>` : nothing}
      <label class="field"><span>${words.key.label}</span><input name="key" type="password" autocomplete="current-password" required autofocus></label>
      <button class="button primary">${words.key.submit}</button>
    </form>${content}
  </dialog>`;

const closeHelp = () => set({ isHelpOpen: false });
const helpDialog = (content) => html`
  <dialog class="help" aria-labelledby="help-title" ${modal()} @close=${closeHelp} @click=${(event) => event.target === event.currentTarget && closeHelp()}>
    <header><h2 id="help-title">${words.help.title}</h2>
      ${iconButton('close', words.close, closeHelp, { isFirst: true })}</header>
    <p>${words.help.movement}</p>
    <dl>${commands.map(({ label, keys }) => html`<div><dt>${keyNames(keys).map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${label}</dd></div>`)}</dl>${content}
  </dialog>`;

const closeDialog = () => set({ jobDialog: null });

async function submitJob(event) {
  event.preventDefault();
  const id = new FormData(event.target).get('job').trim();
  if (await addToJob(id, state.jobDialog.ids)) closeDialog();
}

const jobDialog = (content) => html`
  <dialog class="small" aria-labelledby="job-title" ${modal()} @close=${closeDialog}>
    <form @submit=${submitJob}>
      <h2 id="job-title">${words.jobs.addTitle(state.jobDialog.ids.length)}</h2><p>${words.jobs.addWhy}</p>
      <label class="field"><span>${words.jobs.id}</span>
        <input name="job" list="known-jobs" required pattern=${jobPattern} title=${words.jobs.idRule} autocomplete="off" autofocus @focus=${loadJobs}></label>
      <datalist id="known-jobs">${jobList.items.map(({ job_id: id }) => html`<option value=${id}></option>`)}</datalist>
      <p class="row">
        <button class="button primary">${words.jobs.add}</button>
        <button type="button" class="button" @click=${closeDialog}>${words.cancel}</button>
      </p>
    </form>${content}
  </dialog>`;

/** Those that are open, the one on top last. */
const open = () => [state.jobDialog && jobDialog, state.isHelpOpen && helpDialog, state.keyPrompt && keyDialog].filter(Boolean);

export const dialogs = () => open().map((dialog, i, { length }) => dialog(i === length - 1 ? messages() : nothing));

export const hasDialog = () => open().length > 0;
