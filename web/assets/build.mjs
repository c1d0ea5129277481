// Builds what browsers load into dist/: the style sheet and that of the leaders' pages, one script, the script
// of the head, the service worker of the ward's page, and the icons in use. Names
// carry the hash of their content, so that they are kept for ever;
// dist/manifest.json says which is which.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { PurgeCSS } from 'purgecss';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const web = join(here, '..');
const dist = join(here, 'dist');
const target = ['chrome90', 'firefox90', 'safari15'];

function walk(dir, wanted) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (name === 'node_modules' || name === 'dist') return [];
    return statSync(path).isDirectory() ? walk(path, wanted) : wanted(name) ? [path] : [];
  });
}

const sources = walk(web, (name) => (/\.(templ|js)$/.test(name) || (name.endsWith('.go') && !name.endsWith('_templ.go'))));
const text = sources.map((path) => readFileSync(path, 'utf8')).join('\n');

// The tables of the leaders' pages, which nobody else has to load: leads.css.
const leading = ['monthly.css', 'oversight.css', 'statistics.css', 'stuck.css'];

async function styleOfLeaders() {
  const own = leading.map((name) => readFileSync(join(here, 'src', name), 'utf8')).join('\n');
  return (await esbuild.transform(own, { loader: 'css', minify: true, target })).code;
}

// What is used of Tabler is what a source names; the rest stays out.
async function style() {
  const [used] = await new PurgeCSS().purge({
    content: sources.map((path) => ({ raw: readFileSync(path, 'utf8'), extension: 'html' })),
    css: [{ raw: readFileSync(join(here, 'node_modules/@tabler/core/dist/css/tabler.css'), 'utf8') }],
    safelist: { standard: ['show', 'active', 'disabled', 'collapsing', 'dialog'], greedy: [/data-bs-theme/] },
    defaultExtractor: (content) => content.match(/[\w-/:]+(?<!:)/g) ?? [],
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  const ours = readdirSync(join(here, 'src')).filter((name) => name.endsWith('.css') && name !== 'app.css' && !leading.includes(name)).sort();
  const own = ['app.css', ...ours].map((name) => readFileSync(join(here, 'src', name), 'utf8')).join('\n');
  const built = await esbuild.transform(`${used.css}\n${own}`, { loader: 'css', minify: true, target });
  return built.code;
}

async function script(name) {
  const built = await esbuild.build({ entryPoints: [join(here, 'src', name)], bundle: true, minify: true, write: false, target, nodePaths: [join(here, 'node_modules')], format: 'iife', supported: { destructuring: true } }); // all have it; Safari 14 errs in a corner that nothing here is in
  return built.outputFiles[0].text;
}

// An icon is used where a source has its name in quotes, alone. Some words are
// names of icons by chance: a few hundred bytes too many, and none missing.
function icons() {
  const folder = join(here, 'node_modules/@tabler/icons/icons/outline');
  const known = new Set(readdirSync(folder).map((name) => name.replace('.svg', '')));
  const used = new Set([...text.matchAll(/"([a-z0-9]+(?:-[a-z0-9]+)*)"/g)].map((m) => m[1]).filter((name) => known.has(name)));
  const symbols = [...used].sort().map((name) => {
    const svg = readFileSync(join(folder, `${name}.svg`), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).replace(/\s+/g, ' ').replace(/<path stroke="none"[^>]*\/> ?/, '').trim();
    return `<symbol id="icon-${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, '.gitignore'), '*\n!.gitignore\n');
const manifest = {};
const sizes = {};
function put(name, content, plain = false) {
  const [stem, extension] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.'))];
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const file = plain ? name : `${stem}-${hash}${extension}`;
  writeFileSync(join(dist, file), content);
  writeFileSync(join(dist, `${file}.gz`), gzipSync(content, { level: 9 }));
  manifest[name] = file;
  sizes[name] = gzipSync(content, { level: 9 }).length;
}

put('app.css', await style());
put('leads.css', await styleOfLeaders());
put('app.js', await script('app.js'));
put('theme.js', await script('theme.js'));
put('icons.svg', icons());
// The scripts of single pages.
for (const name of readdirSync(join(here, 'src')).filter((n) => n.endsWith('.page.js'))) put(name, await script(name));
if (readdirSync(join(here, 'src')).includes('worker.js')) put('worker.js', await script('worker.js'), true);
put('favicon.svg', readFileSync(join(here, 'src/favicon.svg'), 'utf8'));
writeFileSync(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2));
console.log(Object.entries(sizes).map(([name, size]) => `  ${name} ${(size / 1000).toFixed(1)} kB`).join('\n'));
