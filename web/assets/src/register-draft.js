// A draft of the registration form in this browser, one for each account: what was
// typed, and the key of the sending, so that what may have got through is done
// once. No file and no declaration is in it. Logging out removes it.
const texts = ['issuer', 'codeNumber', 'codeNotation', 'issuedOn', 'typeName', 'subject', 'urgency', 'replyBy', 'field', 'channel', 'arrivedAt', 'senderAddress', 'duplicateReason'];

export function drafts(page, form) {
  const name = `congvan-register:${page().dataset.account}`;
  let timer = null;
  let found = read(name);

  const keep = () => {
    clearTimeout(timer);
    const fields = Object.fromEntries(texts.map((x) => [x, form().elements[x]?.value ?? '']));
    if (!fields.subject && !fields.codeNumber && !fields.codeNotation) return;
    try { localStorage.setItem(name, JSON.stringify({ at: Date.now(), key: form().elements.key.value, fields })); } catch { /* no room: the page works without */ }
  };
  const clear = () => {
    clearTimeout(timer);
    found = null;
    try { localStorage.removeItem(name); } catch { /* as above */ }
    const offer = document.getElementById('draft');
    if (offer) offer.hidden = true;
  };

  document.addEventListener('click', (e) => {
    const wish = e.target.closest?.('[data-draft]')?.dataset.draft;
    if (wish === 'restore' && found) restore(form(), found);
    if (wish) document.getElementById('draft').hidden = true;
    if (wish === 'drop') clear();
  });

  return {
    keep,
    clear,
    save() { clearTimeout(timer); timer = setTimeout(keep, 300); },
    offer() {
      if (page().dataset.wiped) { clear(); return; }
      if (!found || document.getElementById('fault')) return;
      const place = document.getElementById('draft');
      place.querySelector('time').textContent = new Date(found.at).toLocaleString('vi-VN', { dateStyle: 'short', timeStyle: 'short' });
      place.querySelector('[data-draft-about]').textContent = [found.fields.codeNumber && `${found.fields.codeNumber}/${found.fields.codeNotation}`, found.fields.subject].filter(Boolean).join(' · ').slice(0, 90);
      place.hidden = false;
    },
  };
}

function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(name));
    return draft?.fields && Date.now() - draft.at < 7 * 24 * 3600_000 ? draft : null;
  } catch { return null; }
}

function restore(form, draft) {
  for (const x of texts) if (form.elements[x] && draft.fields[x] !== undefined) form.elements[x].value = draft.fields[x];
  form.elements.key.value = draft.key;
  form.elements.issuer.dispatchEvent(new Event('input', { bubbles: true }));
  form.elements.channel.forEach((x) => x.checked && x.dispatchEvent(new Event('input', { bubbles: true })));
  form.elements.subject.focus();
}
