// The ward's page from the store when the line is dead. It keeps one page, the
// last one that came, and what that page loads; who logs out takes it along.
const pages = 'congvan-ward';
const patience = 4000; // ms that a thin line may take before the stored page is shown

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (e.request.mode === 'navigate' && url.pathname === '/ward') e.respondWith(page(e));
  else if (url.pathname.startsWith('/assets/')) e.respondWith(asset(e.request));
});

async function page(e) {
  const cache = await caches.open(pages);
  const fresh = fetch(e.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await cache.put('/ward', answer.clone());
    else if (answer.type === 'opaqueredirect' || answer.redirected) await caches.delete(pages); // logged out
    return answer;
  });
  const stored = await cache.match('/ward');
  if (!stored) return fresh;
  const late = new Promise((resolve) => { setTimeout(resolve, patience); });
  const answer = await Promise.race([fresh.catch(() => null), late]);
  if (answer) return answer;
  e.waitUntil(fresh.catch(() => null));
  tell(e.resultingClientId);
  return stored;
}

// tell lets the page know that it is an old one, as soon as it listens.
async function tell(id) {
  for (let i = 0; i < 20; i++) {
    const client = await self.clients.get(id);
    client?.postMessage({ kind: 'stored' });
    await new Promise((resolve) => { setTimeout(resolve, 250); });
    if (i > 4 && client) return;
  }
}

// asset: what carries the hash of its content never changes.
async function asset(request) {
  const cache = await caches.open(pages);
  const stored = await cache.match(request);
  if (stored) return stored;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
