// Keys. None of them works while a text is composed (Telex, VNI), nor, but for
// those with Ctrl, while one is typed.
let composing = false;
addEventListener('compositionstart', () => { composing = true; });
addEventListener('compositionend', () => { composing = false; });

export const busy = (e) => composing || e.isComposing || e.keyCode === 229;
export const typing = (e) => busy(e) || e.target.matches?.('input, textarea, select, [contenteditable]');

// fold lets words be found by what is typed without diacritics.
export const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();

export function keys() {
  if (!document.body.dataset.reader) return;
  const button = document.querySelector('[data-palette]');
  if (button) { button.hidden = false; button.addEventListener('click', palette); }
  addEventListener('keydown', (e) => {
    if (busy(e)) return;
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k') { e.preventDefault(); palette(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector('dialog[open]')) return;
    if (e.key === '?') { e.preventDefault(); document.querySelector('[data-keys]')?.click(); }
    if (e.key === '/') { const q = document.querySelector('main input[type=search]') ?? document.querySelector('input[type=search]'); if (q) { e.preventDefault(); q.focus(); } }
  });
}

// palette goes anywhere by a few letters: to a page of the menu, to something that
// may be done here, to what a search finds.
function palette() {
  const dialog = document.getElementById('dialog');
  if (!dialog?.showModal || dialog.open) return;
  const words = document.body.dataset;
  const choices = [...document.querySelectorAll('.page-acts a[href], .page-acts button, .acts a[href], .side a[href]')]
    .map((el) => ({ el, text: el.textContent.trim().replace(/\s+/g, ' ') })).filter((c) => c.text);
  dialog.innerHTML = '<div class="dialog-head"><h2 id="dialog-title"></h2></div><div class="card-body"><input class="form-control" id="palette" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"><ul class="palette-list" id="palette-list" role="listbox"></ul></div>';
  dialog.querySelector('h2').textContent = words.paletteTitle;
  const input = dialog.querySelector('input');
  const list = dialog.querySelector('ul');
  input.setAttribute('aria-labelledby', 'dialog-title');
  list.setAttribute('aria-labelledby', 'dialog-title');
  let at = 0;
  let shown = [];
  const draw = () => {
    const typed = fold(input.value.trim()).split(/\s+/).filter(Boolean);
    shown = choices.filter((c) => typed.every((w) => fold(c.text).includes(w)));
    if (input.value.trim()) shown.push({ text: `${words.paletteSearch}: ${input.value.trim()}`, go: `/search?q=${encodeURIComponent(input.value.trim())}` });
    at = Math.max(0, Math.min(at, shown.length - 1));
    list.replaceChildren(...shown.map((c, i) => {
      const li = document.createElement('li');
      li.id = `palette-${i}`;
      li.setAttribute('role', 'option');
      li.setAttribute('aria-selected', i === at);
      li.textContent = c.text;
      li.addEventListener('click', () => take(c));
      return li;
    }));
    input.setAttribute('aria-activedescendant', shown.length ? `palette-${at}` : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const take = (c) => { dialog.close(); if (c.go) location.assign(c.go); else c.el.click(); };
  input.addEventListener('input', () => { at = 0; draw(); });
  input.addEventListener('keydown', (e) => {
    if (busy(e)) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); at += e.key === 'ArrowDown' ? 1 : -1; draw(); }
    if (e.key === 'Enter' && shown[at]) { e.preventDefault(); take(shown[at]); }
  });
  draw();
  dialog.showModal();
  input.focus();
}
