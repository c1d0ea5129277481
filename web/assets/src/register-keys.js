// Keys of the forms of a clerk: Enter moves on, Ctrl+Enter registers, F2 takes
// over what the file says. None of them while Telex or VNI composes.
import { busy } from './keys.js';

export function keys({ form, submit, takeOver }) {
  document.addEventListener('keydown', (e) => {
    if (busy(e) || e.target.form !== form() || e.altKey || e.metaKey) return;
    if (e.key === 'Enter' && e.ctrlKey) { stop(e); submit(e.shiftKey ? 'present' : 'next'); return; }
    if (e.ctrlKey) return;
    const field = e.target;
    if (e.key === 'F2') { stop(e); takeOver(field.name); return; }
    if (e.key === 'Enter' && !e.shiftKey && movesOn(field)) { stop(e); next(form(), field); return; }
    if (e.key === '/' && field.name === 'codeNumber' && field.value.trim()) { stop(e); next(form(), field); return; }
    if (field.type === 'radio') choose(e, form(), field);
  });
  document.addEventListener('focusout', (e) => {
    if (e.target.form !== form() || !('day' in e.target.dataset)) return;
    const day = shownDay(e.target.value, form().closest('[data-today]').dataset.today);
    if (day && day !== e.target.value) { e.target.value = day; e.target.dispatchEvent(new Event('input', { bubbles: true })); }
  });
}

const stop = (e) => { e.preventDefault(); e.stopPropagation(); };
const movesOn = (field) => (field.tagName === 'INPUT' && field.type !== 'file') || (field.tagName === 'TEXTAREA' && !('lines' in field.dataset)) || field.tagName === 'SELECT';

function next(form, field) {
  const stops = [...form.querySelectorAll('input:not([type=hidden]):not([type=file]), textarea, select, button:not([tabindex="-1"])')]
    .filter((x) => x.offsetParent && !x.closest('[id^=source-]') && (x.type !== 'radio' || x.checked || x === field));
  const to = stops[stops.indexOf(field) + 1];
  to?.focus();
  if (to?.select && to.type !== 'checkbox' && to.type !== 'radio') to.select();
}

function choose(e, form, field) {
  const wanted = [...form.elements[field.name]].find((x) => x.dataset.key === e.key);
  if (!wanted) return;
  stop(e);
  wanted.checked = true;
  wanted.focus();
  wanted.dispatchEvent(new Event('input', { bubbles: true }));
}

// shownDay reads a day as people type it (5/2, 05-02-26, 05022026) and writes it
// 05/02/2026; empty for what is none. today is written so, too.
export function shownDay(typed, today) {
  const text = typed.trim();
  const m = /^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?$/.exec(text) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (!m) return '';
  const year = m[3] ? (m[3].length === 2 ? `20${m[3]}` : m[3]) : today.slice(6);
  const at = new Date(Date.UTC(+year, +m[2] - 1, +m[1]));
  if (at.getUTCMonth() !== +m[2] - 1 || at.getUTCDate() !== +m[1]) return '';
  return `${m[1].padStart(2, '0')}/${m[2].padStart(2, '0')}/${year}`;
}
