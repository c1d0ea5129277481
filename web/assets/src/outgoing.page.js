// The form of an outgoing document: the keys of registering, and the notation that
// goes with the type.
import { keys } from './register-keys.js';

const form = () => document.getElementById('outgoing-form');

keys({ form, submit: () => form()?.querySelector('[name=then][value=next]').click(), takeOver: () => {} });

let suggested = ''; // what nobody typed

document.addEventListener('change', (e) => {
  if (e.target.form !== form() || e.target.name !== 'typeName') return;
  const notation = form().elements.codeNotation;
  const known = [...document.querySelectorAll('#known-types option')].find((x) => x.value === e.target.value.trim());
  if (!known || (notation.value && notation.value !== suggested)) return;
  notation.value = suggested = known.dataset.notation;
});

// Who types the whole notation behind the beginning that stood there meant it once.
// "TTr-TTr" is real: a submission of an inspectorate.
document.addEventListener('change', (e) => {
  if (e.target.form !== form() || e.target.name !== 'codeNotation' || !suggested || suggested.startsWith('TTr-')) return;
  if (e.target.value.startsWith(suggested + suggested)) e.target.value = e.target.value.slice(suggested.length);
});
