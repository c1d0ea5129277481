// Keys. None of them works while a text is composed (Telex, VNI), nor, but for
// those with Ctrl, while one is typed.
let composing = false;
addEventListener('compositionstart', () => { composing = true; });
addEventListener('compositionend', () => { composing = false; });

export const typing = (e) => composing || e.isComposing || e.keyCode === 229 || e.target.matches?.('input, textarea, select, [contenteditable]');

// fold lets words be found by what is typed without diacritics.
export const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();

export function keys() {}
