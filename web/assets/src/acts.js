// Beside a text whose length is told stands how long it is by now. A page that is
// made for paper prints itself.
export function acts() {
  addEventListener('input', (e) => { if (e.target.matches?.('[data-count]')) count(e.target); });
  addEventListener('focusin', (e) => { if (e.target.matches?.('[data-count]')) count(e.target); });
  addEventListener('click', (e) => { if (e.target.closest?.('[data-print]')) print(); });
  addEventListener('click', (e) => { // a list of acts closes when one looks elsewhere
    for (const open of document.querySelectorAll('.more-acts[open]')) if (!open.contains(e.target)) open.open = false;
  });
}

function count(area) {
  let place = area.nextElementSibling;
  if (!place?.classList.contains('count')) {
    place = Object.assign(document.createElement('span'), { className: 'count' });
    place.setAttribute('aria-hidden', 'true');
    area.after(place);
  }
  const n = [...area.value.trim()].length;
  place.textContent = `${n}/${area.maxLength}`;
  place.classList.toggle('count-bad', area.minLength > 0 && n > 0 && n < area.minLength);
}
