// A link with data-dialog opens its page's form in a dialog; the form is sent
// from there, and shown again there when it was refused.
export function dialogs(htmx) {
  const dialog = document.getElementById('dialog');
  if (!dialog?.showModal) return;
  document.addEventListener('click', (e) => {
    const link = e.target.closest('a[data-dialog]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) {
      if (dialog.open && dialog.contains(e.target.closest('[data-close]'))) {
        e.preventDefault();
        dialog.close();
      }
      return;
    }
    e.preventDefault();
    open(htmx, dialog, link.href);
  });
  dialog.addEventListener('submit', (e) => {
    if (e.defaultPrevented || e.target.method !== 'post' || e.target.enctype === 'multipart/form-data') return;
    e.preventDefault();
    const values = Object.fromEntries([...new Set(new FormData(e.target).keys())].map((k) => { const all = new FormData(e.target).getAll(k); return [k, all.length > 1 ? all : all[0]]; }));
    if (e.submitter?.name) values[e.submitter.name] = e.submitter.value;
    htmx.ajax('POST', e.target.action, { target: dialog, swap: 'innerHTML', values, source: e.target });
  });
  // It is told late that a dialog was closed: another may be open by then.
  dialog.addEventListener('close', () => { if (!dialog.open) dialog.innerHTML = ''; });
}

async function open(htmx, dialog, href) {
  await htmx.ajax('GET', href, { target: dialog, swap: 'innerHTML' });
  if (!dialog.open) dialog.showModal();
  // The first field; where there is none, the button that does what is asked.
  for (const wanted of ['[autofocus]', 'input:not([type=hidden]), textarea, select', 'form .btn-primary', 'button']) {
    const found = dialog.querySelector(wanted);
    if (found) {
      found.focus();
      break;
    }
  }
}
