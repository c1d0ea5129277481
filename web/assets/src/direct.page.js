// Giving a direction, by keyboard and in place: without it every button asks
// the server, and the form does the same.
import { fold } from './keys.js';

const form = document.querySelector('[data-direct]');
const rows = [...form.querySelectorAll('[data-row]')];
const radios = (row) => [...row.querySelectorAll('input[type=radio]')];
const role = (row) => radios(row).find((r) => r.checked)?.value ?? '';
const changed = () => form.dispatchEvent(new Event('change', { bubbles: true }));

function show(row) {
  row.classList.toggle('aimed', role(row) !== '');
  row.classList.toggle('aim-told', role(row) === 'inform' || !row.querySelector('.aim-due'));
}

function set(row, value) {
  const to = radios(row).find((r) => r.value === value);
  if (!to) return false;
  to.checked = true;
  if (value === 'lead') leadOnly(row);
  show(row);
  return true;
}

// Exactly one leads: choosing another takes it from the one before.
function leadOnly(row) {
  for (const other of rows) if (other !== row && role(other) === 'lead') set(other, '');
}

form.addEventListener('change', (e) => {
  const row = e.target.closest?.('[data-row]');
  if (!row || e.target.type !== 'radio') return;
  if (e.target.value === 'lead') leadOnly(row);
  show(row);
});

form.addEventListener('click', (e) => {
  const button = e.target.closest('button[name=all]');
  if (!button) return;
  e.preventDefault();
  const value = button.value.slice(button.value.indexOf('.') + 1);
  for (const row of button.closest('[data-group]').querySelectorAll('[data-row]')) {
    if (role(row) !== 'lead' && !row.hidden) set(row, value);
  }
  changed();
});

const letters = { c: 'lead', p: 'coordinate', t: 'execute', b: 'inform', k: '' };
form.addEventListener('keydown', (e) => {
  if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.altKey || e.metaKey || e.target.type !== 'radio') return;
  const row = e.target.closest('[data-row]');
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    e.preventDefault();
    const seen = rows.filter((r) => !r.hidden);
    const next = seen[seen.indexOf(row) + (e.key === 'ArrowDown' ? 1 : -1)];
    if (next) (radios(next).find((r) => r.checked) ?? radios(next)[0]).focus();
    return;
  }
  const value = letters[e.key.toLowerCase()];
  if (value === undefined || !set(row, value)) return;
  e.preventDefault();
  radios(row).find((r) => r.checked).focus();
  changed();
});

const filter = form.querySelector('[data-filter]');
filter.addEventListener('input', (e) => {
  e.stopPropagation(); // the forecast does not depend on it
  const wanted = fold(filter.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    const name = fold(row.querySelector('.aim-name').textContent);
    row.hidden = !wanted.every((word) => name.includes(word));
    if (!row.hidden) found++;
  }
  const said = form.querySelector('[data-found]');
  said.textContent = wanted.length ? `${found} ${said.dataset.found}` : '';
});
filter.addEventListener('change', (e) => e.stopPropagation());
filter.addEventListener('keydown', (e) => {
  if (e.isComposing || e.key !== 'Enter') return;
  e.preventDefault();
  const first = rows.find((r) => !r.hidden);
  (first && (radios(first).find((r) => r.checked) ?? radios(first)[0]))?.focus();
});
