// What an operator wants to know at a glance, read again every few seconds while the view is open.

import { api, currentKey, forgetKey } from '../core/api.js';
import { hrefOf } from '../core/router.js';
import { changed, state } from '../core/store.js';
import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { generations, isFinal } from '../generations/list.js';
import { quietButton } from '../parts/button.js';
import { words } from '../words.js';

const pause = 10_000;
let status = {};
let timer = 0;

export async function readStatus() {
  clearTimeout(timer);
  const names = ['health', 'configuration', 'usage', 'uploads'];
  const results = await Promise.allSettled(names.map((name) => api[name]()));
  status = Object.fromEntries(names.map((name, i) => [name, results[i].value]));
  status.error = results.find(({ reason }) => reason)?.reason;
  changed();
  if (state.route.view === 'status') timer = setTimeout(readStatus, pause);
}

const panel = (title, value, content, className = '') => html`
  <section class="panel"><h2>${title}</h2><p class=${`big ${className}`}>${value}</p>${content}</section>`;

const facts = (pairs) => html`
  <dl class="facts-list">${pairs.filter(Boolean).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

const healthName = (name) => words.health[name] ?? name;

const health = ({ status: overall, checks }) => panel(words.status.health, healthName(overall), facts(
  Object.entries(checks).map(([name, check]) => [
    words.checks[name] ?? name, html`<span class=${`status ${check.status}`}>${healthName(check.status)}</span> ${check.detail}`,
  ]),
), overall);

const upload = ({ image_id: id, created_at: createdAt, attempts, last_error: error }) => html`
  <li>
    <a href=${hrefOf('images', [id])}>${words.age(createdAt)}</a>${attempts > 0 ? words.status.attempts(attempts) : nothing}
    <em>${error}</em>
  </li>`;

const pending = ({ count, items }) => panel(words.status.pending, words.number(count), html`
  <p class="hint">${count === 0 ? words.status.noPending : count > items.length ? words.status.oldest(items.length) : nothing}</p>
  <ul class="paths">${items.map(upload)}</ul>`);

function budget({ days, total_cost_usd: total }) {
  const limit = Number(status.configuration?.settings.BUDGET_USD_PER_DAY) || null;
  const today = new Date().toISOString().slice(0, 10);
  const spent = days.filter(({ day }) => day === today).reduce((sum, { cost_usd: cost }) => sum + (cost ?? 0), 0);
  return panel(words.status.budgetTitle, words.money(spent), html`
    <p class="hint">${limit ? words.status.budget(limit) : words.status.noBudget}</p>
    ${limit ? html`<meter min="0" max=${limit} .value=${spent} aria-label=${words.status.budgetTitle}></meter>` : nothing}
    ${facts([[words.status.month, words.money(total)]])}`);
}

function running(limit) {
  const open = generations().filter((generation) => !isFinal(generation));
  const waiting = open.flatMap(({ slots }) => slots).filter((slot) => slot.state === 'queued');
  return panel(words.status.generations, words.number(open.length), html`
    <p class="hint">${words.status.waiting(waiting.length)}</p>
    ${limit ? facts([
      [words.status.rateLimit, words.status.rate(limit.requests_per_second)],
      [words.status.limited, words.number(limit.waiting)],
      limit.rejected_until && [words.status.rejectedUntil, words.status.clock(limit.rejected_until)],
    ]) : nothing}`);
}

const service = ({ version, image_generator: generator, STORAGE_BACKEND: backend, STORAGE_BUCKET: bucket, SERVE_FROM_CLOUD: isFromStore }) =>
  panel(words.status.service, words.connection[state.connection], facts([
    [words.status.version, words.status.shortVersion(version)],
    [words.status.generator, generator],
    [words.status.storage, bucket ? `${backend}, ${bucket}` : backend],
    [words.status.serving, isFromStore ? words.status.fromStore : words.status.fromDisk],
  ]), state.connection === 'lost' ? 'unhealthy' : '');

export const statusView = () => html`
  <div class="page">
    <h1>${words.views.status}</h1>
    ${status.error ? html`<p class="banner error" role="alert">${words.problem(status.error)}</p>` : nothing}
    <div class="panels">
      ${status.health ? health(status.health) : nothing}
      ${status.uploads ? pending(status.uploads) : nothing}
      ${status.usage ? budget(status.usage) : nothing}
      ${running(status.usage?.rate_limit)}
      ${status.configuration ? service(status.configuration) : nothing}
    </div>
    <p class="row">
      <button class="button" @click=${readStatus}>${words.status.refresh}</button>
      ${currentKey() ? quietButton(null, words.key.forget, forgetKey) : nothing}
      <a class="button quiet" href="/swagger">${words.status.api}</a>
    </p>
  </div>`;
