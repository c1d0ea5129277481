// Live: one tab of a browser listens to the stream for all of them, so that open
// tabs do not use up the connections that a browser has. The stream never says
// what happened; who hears it looks again.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('congvan') : null;
const every = 30_000; // without a stream, look as often as this

export function live(htmx) {
  document.addEventListener('htmx:beforeSwap', (e) => {
    if (e.detail.target.matches('[data-live]') && e.detail.requestConfig.verb === 'get' && inUse(e.detail.target)) e.detail.shouldSwap = false;
  });
  if (!document.body.dataset.reader) return;
  let pending = null;
  const look = (about) => {
    clearTimeout(pending);
    pending = setTimeout(() => document.dispatchEvent(new CustomEvent('look', { detail: about })), 300);
  };
  channel?.addEventListener('message', (e) => { e.data.kind === 'state' ? show(e.data.on) : look(e.data); });
  document.addEventListener('look', (e) => refresh(htmx, e.detail));
  const tell = (message) => channel?.postMessage(message);

  const listen = () => new Promise(() => { // for as long as the tab lives
    let timer = null;
    const source = new EventSource('/api/v1/events');
    const poll = (on) => { clearInterval(timer); timer = on ? setInterval(() => { look({}); tell({}); }, every) : null; };
    source.addEventListener('open', () => { poll(false); show(true); tell({ kind: 'state', on: true }); });
    source.addEventListener('error', () => { poll(true); show(false); tell({ kind: 'state', on: false }); });
    for (const kind of ['act', 'look-again']) {
      source.addEventListener(kind, (e) => { const about = JSON.parse(e.data); look(about); tell(about); });
    }
  });
  if (navigator.locks) navigator.locks.request('congvan-live', listen);
  else listen();
  addEventListener('online', () => look({}));
}

function show(on) {
  const place = document.getElementById('live');
  if (!place) return;
  place.hidden = on;
  place.classList.toggle('live-off', !on);
  place.querySelector('.live-text').textContent = on ? '' : document.documentElement.lang === 'en' ? 'no live updates' : 'mất cập nhật trực tiếp';
}

// inUse says that somebody types in a part, has typed there, or has chosen what to
// act on: it stays as it is, also if that began while the newer one was on its way.
function inUse(part) {
  if (part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return true;
  if (part.querySelector('input:checked[data-pick]')) return true;
  return [...part.querySelectorAll('textarea, input:not([type=hidden], [type=checkbox], [type=radio])')].some((f) => f.value !== f.defaultValue);
}

// refresh loads anew each part that names where it comes from (data-live) and,
// if it is about one document (data-document), only when that one moved.
function refresh(htmx, about) {
  for (const part of document.querySelectorAll('[data-live]')) {
    if (inUse(part)) continue;
    if (part.dataset.document && about?.documentId && about.documentId !== part.dataset.document) continue;
    const open = [...part.querySelectorAll('details[open][id]')].map((d) => d.id); // what was opened stays open
    htmx.ajax('GET', part.dataset.live, { target: part, select: `#${part.id}`, swap: 'outerHTML' })
      .then(() => { for (const id of open) document.getElementById(id)?.setAttribute('open', ''); });
  }
}
