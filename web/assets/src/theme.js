// Before anything is painted: who chose no colours gets those of the machine.
const root = document.documentElement;
if (!root.dataset.bsTheme) {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = () => { root.dataset.bsTheme = dark.matches ? 'dark' : 'light'; };
  follow();
  dark.addEventListener('change', follow);
}
root.classList.add('js');
