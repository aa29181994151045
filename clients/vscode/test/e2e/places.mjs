// Where the programs of an end-to-end run are. `make e2e` sets them up below .e2e/ and says so in E2E_RIG.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const EXTENSION = fileURLToPath(new URL('../..', import.meta.url));
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
export const RIG = process.env.E2E_RIG ?? path.join(ROOT, '.e2e');

export const NODE = path.join(RIG, 'node', 'node');
export const CODE_SERVER = path.join(RIG, 'code-server/node_modules/code-server/out/node/entry.js');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Holds nothing but the program gtod of the wheel that is in the .vsix. */
export const GTOD_BIN = path.join(RIG, 'bin');
export const GTOD = path.join(GTOD_BIN, 'gtod');
export const VSIX = path.join(EXTENSION, 'dist/gto-registry.vsix');
export const SHOTS = process.env.E2E_SHOTS ?? path.join(RIG, 'shots');

for (const place of [NODE, CODE_SERVER, CHROMIUM, GTOD, VSIX]) {
  if (!existsSync(place)) throw new Error(`${place} is not there; run: make e2e`);
}
