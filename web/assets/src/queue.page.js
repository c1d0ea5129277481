// Deciding by keyboard. The letters press what is on the page; what decides asks
// again in its dialog.
import { typing } from './keys.js';

addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (e.target.type !== 'checkbox' && typing(e)) return;
  const key = { ArrowRight: 'j', ArrowLeft: 'k' }[e.key] ?? e.key.toLowerCase();
  if (key === '?') {
    const help = document.getElementById('queue-keys');
    help.open = !help.open;
    if (help.open) help.querySelector('summary').focus();
  } else if (key === 'x') {
    document.querySelector('[data-here]')?.click();
  } else if (/^[a-z]$/.test(key)) {
    const button = document.querySelector(`[data-act-key="${key}"]`);
    if (!button) return;
    e.preventDefault();
    button.click();
  }
});

const count = () => {
  const place = document.querySelector('[data-picked]');
  if (place) place.textContent = document.querySelectorAll('input[data-pick]:checked').length || '';
};
addEventListener('change', count);
addEventListener('pageshow', count);
document.querySelector('[data-print]')?.addEventListener('click', () => print());
document.querySelector('.queue-here')?.scrollIntoView({ block: 'nearest' });

// A list that is loaded anew stays where it was.
let scrolled = 0;
document.body.addEventListener('htmx:beforeSwap', () => { scrolled = document.querySelector('.queue-entries')?.scrollTop ?? 0; });
document.body.addEventListener('htmx:afterSettle', () => { const list = document.querySelector('.queue-entries'); if (list) list.scrollTop = scrolled; count(); });
