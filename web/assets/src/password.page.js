// The secret of a link stands behind #, which is sent to nobody: it goes into the
// form, and out of the address, so that it does not stay in the history.
const field = document.getElementById('f-secret');
const secret = decodeURIComponent(location.hash.slice(1));
if (field && /^[A-Za-z0-9_-]{16,128}$/.test(secret)) {
  field.value = secret;
  field.closest('.field').hidden = true;
  history.replaceState(null, '', location.pathname);
  document.getElementById('f-newPassword')?.focus();
}
