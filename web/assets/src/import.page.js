// A file that is chosen is read into the field, so that nobody has to paste it.
const picker = document.getElementById('import-file');
picker?.addEventListener('change', async () => {
  if (picker.files[0]) document.getElementById('f-organisation').value = await picker.files[0].text();
});
