// The ward's page through a dead line: what somebody does is first kept in this
// browser, shown as not yet sent, and sent once the line is there, each thing once:
// it carries the key that it was given when it was pressed.
import { open } from './store.js';

const words = document.querySelector('#queue ul')?.dataset ?? {};
const account = words.reader; // and for whom he acts: the page may be older than the session of the browser
const pauses = [3, 10, 30, 60]; // seconds until the next try
const kept = 24 * 3600_000; // how long what was sent is still shown
let tries = 0;
let timer = null;

if ('serviceWorker' in navigator) navigator.serviceWorker.register(document.body.dataset.worker, { scope: '/ward' }).catch(() => {});

document.addEventListener('submit', async (e) => {
  const form = e.target;
  if (!form.matches('[data-queue]')) return;
  e.preventDefault();
  const data = new FormData(form);
  if (e.submitter?.name) data.set(e.submitter.name, e.submitter.value);
  const entry = {
    key: data.get('key'), account, act: data.get('act'), share: data.get('share'), text: data.get('text') ?? '',
    files: data.getAll('file').filter((f) => f.size), subject: form.dataset.subject,
    what: (e.submitter ?? form.querySelector('button')).dataset.says, at: Date.now(), state: 'waiting',
  };
  if (entry.act !== 'acknowledged' && !entry.text.trim() && !entry.files.length) { form.querySelector('textarea').focus(); return; }
  await put(entry);
  form.reset(); // the queue has it: the list may be loaded anew
  form.querySelectorAll('button').forEach((b) => { b.disabled = true; });
  await show();
  flush();
});

// Logging out clears the browser: what was not sent yet would be lost.
let unsent = 0;
document.addEventListener('submit', (e) => {
  if (e.target.getAttribute('action') === '/logout' && unsent && !confirm(words.leave)) e.preventDefault();
});

document.getElementById('queue')?.addEventListener('click', async (e) => {
  const button = e.target.closest('button[data-key]');
  if (!button) return;
  const entry = (await mine()).find((x) => x.key === button.dataset.key);
  if (button.dataset.do === 'drop') await (await open()).delete('queue', button.dataset.key);
  else if (entry) await put({ ...entry, state: 'waiting', says: '' });
  await show();
  flush();
});

const put = async (entry) => (await open()).put('queue', entry);
const mine = async () => (await (await open()).all('queue')).filter((x) => x.account === account).sort((a, b) => a.at - b.at);

// flush sends what waits, the oldest first; one tab of the browser does so at a time.
async function flush() {
  clearTimeout(timer);
  const lock = navigator.locks ? (f) => navigator.locks.request('congvan-ward', f) : (f) => f();
  const whole = await lock(async () => {
    for (const entry of await mine()) {
      if (entry.state !== 'waiting') continue;
      if (!(await send(entry))) return false;
    }
    return true;
  });
  tries = whole ? 0 : tries + 1;
  if (!whole) timer = setTimeout(flush, pauses[Math.min(tries, pauses.length) - 1] * 1000);
}

// send says whether the next one may be tried.
async function send(entry) {
  const form = new FormData();
  for (const name of ['account', 'key', 'act', 'share', 'text']) form.append(name, entry[name]);
  for (const file of entry.files) form.append('file', file, file.name);
  await show(entry.key);
  let reply = null;
  try {
    const answer = await fetch('/ward', { method: 'POST', body: form, headers: { 'X-Queued': '1' }, redirect: 'manual' });
    reply = answer.ok ? await answer.json() : { again: true, login: answer.type === 'opaqueredirect' };
  } catch { reply = { again: true }; }
  if (reply.login) await put({ ...entry, login: true });
  if (reply.again) { await show(); return false; }
  await put({ ...entry, files: [], text: '', login: false, state: reply.done ? 'sent' : 'refused', says: reply.says, sentAt: Date.now() });
  await show();
  stale(false);
  document.dispatchEvent(new CustomEvent('look', { detail: {} }));
  return true;
}

async function show(sending) {
  const box = document.getElementById('queue');
  const list = box?.querySelector('ul');
  if (!list) return;
  const store = await open();
  const entries = [];
  for (const x of await mine()) {
    if (x.state === 'sent' && Date.now() - x.sentAt > kept) await store.delete('queue', x.key);
    else entries.push(x);
  }
  unsent = entries.filter((x) => x.state === 'waiting').length;
  box.hidden = !entries.length;
  list.replaceChildren(...entries.reverse().map((x) => line(x, x.key === sending)));
  mark(entries);
}

function line(x, sending) {
  const li = document.createElement('li');
  li.className = `share queue-${x.state}`;
  const add = (tag, text, className) => { const el = document.createElement(tag); el.textContent = text; if (className) el.className = className; li.append(el); return el; };
  add('strong', `${x.what}: ${x.subject}`);
  const state = sending ? words.sending : x.state === 'sent' ? words.sent : x.state === 'refused' ? words.refused : x.login ? words.login : words.waiting;
  const files = x.files.length ? ` · ${x.files.map((f) => f.name).join(', ')}` : '';
  add('span', `${state} · ${new Date(x.sentAt ?? x.at).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' })}${x.says ? ` · ${x.says}` : ''}${files}`, 'share-facts queue-state');
  if (x.state === 'waiting' || x.state === 'refused') {
    for (const [what, text] of [['again', words.again], ['drop', words.drop]]) {
      const b = add('button', text, 'btn btn-sm');
      b.type = 'button';
      b.dataset.key = x.key;
      b.dataset.do = what;
    }
  }
  return li;
}

// mark shows on the list what was pressed here: a page out of the store does not know.
function mark(entries) {
  for (const x of entries) {
    if (x.state === 'refused') continue;
    const pressed = x.act === 'acknowledged' ? '.ward-tap' : x.state === 'waiting' ? 'form button' : null; // what was confirmed can be reported
    const item = document.querySelector(`[data-share="${CSS.escape(x.share)}"]`);
    if (item && pressed) item.querySelectorAll(pressed).forEach((b) => { b.disabled = true; });
  }
}

// stale says that the page comes out of the store, and from when it is.
function stale(is) {
  const box = document.getElementById('stale');
  if (!box) return;
  box.hidden = !is;
  const made = new Date(box.dataset.made).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' });
  box.querySelector('span').textContent = words.stale.replace('%s', made);
}

navigator.serviceWorker?.addEventListener('message', (e) => { if (e.data?.kind === 'stored') stale(true); });
document.addEventListener('look', () => show());
document.body.addEventListener('htmx:afterSettle', () => show());
addEventListener('online', () => { stale(false); tries = 0; flush(); document.dispatchEvent(new CustomEvent('look', { detail: {} })); });
addEventListener('offline', () => stale(true));
if (!navigator.onLine) stale(true);
show().then(flush);
