// The page on which documents are registered: files sent in pieces, what they say
// put into the fields, twins looked for, a draft for a lost line, and keys.
import { fold } from './keys.js';
import { drafts } from './register-draft.js';
import { keys } from './register-keys.js';
import { pause, sendFile } from './register-upload.js';

const page = () => document.getElementById('register');
const form = () => document.getElementById('register-form');
const part = { headers: { 'HX-Request': 'true' } };
const parse = (text) => new DOMParser().parseFromString(text, 'text/html');

let draft;
let underWay = Promise.resolve(); // the files on their way, one after the other

function start() {
  draft = drafts(page, form);
  draft.offer();
  arrange();

  const look = debounce(lookForTwins, 350);
  document.addEventListener('input', (e) => {
    if (e.target.form !== form()) return;
    if (e.target.type !== 'file') { e.target.dataset.typed = 'true'; draft.save(); }
    markSource(e.target.name);
    if (['issuer', 'codeNumber', 'codeNotation'].includes(e.target.name)) look();
    if (e.target.name === 'channel') arrange();
  });
  document.addEventListener('change', (e) => {
    if (e.target.id === 'f-file') { take(e.target.files); e.target.value = ''; }
  });
  for (const kind of ['dragover', 'drop']) {
    document.addEventListener(kind, (e) => {
      if (!e.dataTransfer?.types.includes('Files')) return;
      e.preventDefault();
      form().classList.toggle('dropping', kind === 'dragover');
      if (kind === 'drop') take(e.dataTransfer.files);
    });
  }
  document.addEventListener('dragleave', (e) => { if (!e.relatedTarget) form().classList.remove('dropping'); });
  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('#register-form button[name=take], #register-form button[name=drop]');
    if (!button) return;
    e.preventDefault();
    if (button.name === 'take') takeOver(button.value);
    else drop(button.value);
  });
  document.addEventListener('submit', (e) => {
    if (e.target.action.endsWith('/logout')) draft.clear();
    if (e.target !== form()) return;
    e.preventDefault();
    submit(e.submitter?.value ?? 'next');
  });
  keys({ form, submit, takeOver });
  document.documentElement.dataset.registers = 'ready';
}

function take(files) {
  for (const file of files) underWay = underWay.then(() => bring(file));
}

// bring sends one file and shows what it says; the next one waits for it.
async function bring(file) {
  try {
    const id = await sendFile(file, document.getElementById('under-way'));
    while (id && !uploads().includes(id)) await showFiles([...uploads(), id], true).catch(() => pause(3000));
  } catch (refusal) {
    if (refusal.code === 'state-secret') wipe(refusal.message);
  }
}

async function drop(id) {
  await fetch(`/api/v1/uploads/${id}`, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => {});
  await showFiles(uploads().filter((x) => x !== id), false);
}

async function showFiles(ids, fill) {
  const query = ids.map((id) => `upload=${encodeURIComponent(id)}`).join('&');
  const response = await fetch(`/register/files?${query}`, part);
  const answer = parse(await response.text());
  if (!response.ok || !answer.getElementById('came')) throw new Error('no answer');
  document.getElementById('came').replaceWith(answer.getElementById('came'));
  for (const place of document.querySelectorAll('[id^=source-]')) place.textContent = '';
  for (const found of answer.querySelectorAll('#found [data-for]')) {
    document.getElementById(`source-${found.dataset.for}`)?.replaceChildren(...found.children);
    if (fill) fillIn(found.dataset.for);
    markSource(found.dataset.for);
  }
  if (fill) { arrange(); lookForTwins(); draft.save(); attend(); }
}

// wipe forgets everything of a state secret: fields, files and the draft.
function wipe(sentence) {
  draft.clear();
  for (const id of uploads()) fetch(`/api/v1/uploads/${id}`, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).catch(() => {});
  for (const field of form().querySelectorAll('input:not([type=hidden]):not([type=radio]), textarea')) { field.value = field.type === 'checkbox' ? field.value : ''; field.checked = false; }
  for (const kept of form().querySelectorAll('input[name^="kept-"]')) kept.remove();
  for (const place of document.querySelectorAll('[id^=source-], #came, #twins')) place.textContent = '';
  refuse(sentence);
}

async function submit(then) {
  const sent = form();
  if (sent.dataset.busy) return;
  if (!sent.checkValidity()) { sent.querySelector('input:invalid, textarea:invalid').focus(); sent.reportValidity(); return; }
  sent.dataset.busy = 'true';
  await underWay;
  const body = new URLSearchParams([...new FormData(sent)].filter(([, value]) => typeof value === 'string'));
  body.delete('then');
  body.set('then', then);
  document.getElementById('offline').hidden = true;
  try {
    await answered(await fetch(sent.action, { method: 'POST', body, ...part, signal: timeout(20_000) }));
  } catch {
    draft.keep();
    document.getElementById('offline').hidden = false;
    document.getElementById('offline').scrollIntoView({ block: 'nearest' });
  } finally {
    delete sent.dataset.busy;
  }
}

async function answered(response) {
  const to = response.headers.get('HX-Redirect');
  if (to) {
    if (to.startsWith('/login')) draft.keep();
    else draft.clear();
    location.assign(to);
    return;
  }
  const answer = parse(await response.text());
  const fresh = answer.getElementById('register');
  if (!fresh) { refuse(answer.body.textContent.trim()); return; }
  page().replaceWith(fresh);
  if (fresh.dataset.wiped) draft.clear();
  arrange();
  const bad = form().querySelector('.field-bad input, .field-bad select, .field-bad textarea, #twins-reason:not([hidden]) input');
  (bad ?? form().querySelector('[autofocus]'))?.focus();
  document.getElementById('fault')?.scrollIntoView({ block: 'nearest' });
}

const uploads = () => [...form().querySelectorAll('input[name=upload]')].map((x) => x.value);

// refuse shows a sentence above the form.
function refuse(sentence) {
  document.getElementById('fault')?.remove();
  const place = Object.assign(document.createElement('div'), { className: 'alert alert-danger', id: 'fault', role: 'alert', textContent: sentence });
  form().before(place);
  place.scrollIntoView({ block: 'nearest' });
}

// arrange shows what belongs to how the document came.
function arrange() {
  form().querySelector('.reg-senderAddress').hidden = form().elements.channel.value !== 'electronic';
}

const sourceOf = (name) => document.querySelector(`#source-${CSS.escape(name)} .source`);

// fillIn puts a suggestion into a field that nobody typed into.
function fillIn(name) {
  const source = sourceOf(name);
  const field = form().elements[name];
  if (!source || !field || !('fits' in source.dataset)) return;
  const kept = form().elements[`kept-${name}`]?.value ?? '';
  if (field.value === '' || field.value === kept) field.value = source.dataset.value;
}

function markSource(name) {
  const source = sourceOf(name);
  if (source) source.classList.toggle('source-taken', fold(form().elements[name].value) === fold(source.dataset.value));
}

function takeOver(name) {
  const source = sourceOf(name);
  if (!source) return;
  const field = form().elements[name];
  field.value = source.dataset.value;
  (field.length ? [...field].find((x) => x.checked) : field).dispatchEvent(new Event('input', { bubbles: true }));
  (field.length ? [...field].find((x) => x.checked) : field).focus();
}

// attend goes to the first field that wants to be looked at, unless somebody types.
function attend() {
  if (document.activeElement?.dataset.typed && document.activeElement.form === form()) return;
  const wanted = [...form().querySelectorAll('[data-field]')].find((x) => x.querySelector('.source-look') || x.querySelector('[required]')?.value === '');
  const to = wanted?.querySelector('input, textarea') ?? document.getElementById('f-secrecy');
  to.focus({ preventScroll: getComputedStyle(to.closest('.reg-acts') ?? to).position === 'sticky' }); // in sight already
}

let asking = null;
async function lookForTwins() {
  const { issuer, codeNumber, codeNotation } = form().elements;
  asking?.abort();
  asking = new AbortController();
  const place = document.getElementById('twins');
  let found = null;
  if (codeNumber.value.trim() && issuer.value.trim()) {
    const query = new URLSearchParams({ issuer: issuer.value, codeNumber: codeNumber.value, codeNotation: codeNotation.value });
    try {
      const answer = await fetch(`/register/twins?${query}`, { ...part, signal: asking.signal });
      if (answer.ok) found = parse(await answer.text()).getElementById('twins');
    } catch { return; }
  }
  if (place.innerHTML !== (found?.innerHTML ?? '')) place.innerHTML = found?.innerHTML ?? '';
  document.getElementById('twins-reason').hidden = !(found && found.dataset.count !== '0') && !form().elements.duplicateReason.value;
}

function debounce(f, pause) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(f, pause); };
}

function timeout(after) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), after);
  return stop.signal;
}

if (form()) start();
