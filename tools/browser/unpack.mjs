// Unpacks the browser of the npm package, and the libraries that a bare machine
// lacks, into the folder that is named.
import { createReadStream, mkdirSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { createBrotliDecompress } from 'node:zlib';

const to = process.argv[2];
const bin = join(import.meta.dirname, 'node_modules/@sparticuz/chromium/bin');
const unpacked = (name) => buffer(createReadStream(join(bin, name)).pipe(createBrotliDecompress()));
mkdirSync(to, { recursive: true });
for (const name of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
  const done = spawnSync('tar', ['-x', '-C', to], { input: await unpacked(name) });
  if (done.status !== 0) throw new Error(`unpack ${name}: ${done.stderr}`);
}
await writeFile(join(to, 'chromium'), await unpacked('chromium.br'));
await chmod(join(to, 'chromium'), 0o755);
