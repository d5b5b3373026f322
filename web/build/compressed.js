import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Above this many bytes the best compression takes longer than all the rest of the build. */
const LARGE = 1 << 20;

/** Puts a .br and a .gz beside each file of the build, so that the server compresses nothing. */
export function compressed() {
  let folder;
  return {
    name: 'compressed',
    configResolved: config => { folder = join(config.root, config.build.outDir); },
    closeBundle: () => compressFolder(folder),
  };
}

async function compressFolder(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      await compressFolder(path);
    else if (/\.(html|js|mjs|css|svg|wasm|webmanifest)$/.test(entry.name))
      await compressFile(path, (await stat(path)).size);
  }
}

async function compressFile(path, size) {
  const content = await readFile(path);
  const quality = size > LARGE ? 9 : constants.BROTLI_MAX_QUALITY;
  await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: size } })
      .then(bytes => writeFile(`${path}.br`, bytes)),
    promisify(gzip)(content, { level: 9 }).then(bytes => writeFile(`${path}.gz`, bytes)),
  ]);
}
