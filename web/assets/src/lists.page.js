// Lists: pick a whole page, pick a run with Shift, count what is picked.
const picks = () => [...document.querySelectorAll('input[name=pick][data-pick]')];
let last = null;

document.addEventListener('click', (e) => {
  const box = e.target.closest?.('input[name=pick][data-pick]');
  if (!box) return;
  const all = picks();
  if (e.shiftKey && last && all.includes(last)) {
    const from = Math.min(all.indexOf(last), all.indexOf(box));
    const to = Math.max(all.indexOf(last), all.indexOf(box));
    for (const x of all.slice(from, to + 1)) x.checked = box.checked;
  }
  last = box;
});

document.addEventListener('change', (e) => {
  if (e.target.matches('[data-pick-all]')) for (const x of picks()) x.checked = e.target.checked;
  const place = document.querySelector('[data-picked]');
  const n = picks().filter((x) => x.checked).length;
  if (place) place.textContent = n ? `${place.dataset.picked} ${n}` : '';
});

document.addEventListener('click', (e) => { if (e.target.closest?.('[data-print]')) print(); });
