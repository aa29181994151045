// The registry of a company, made with git.
import { execFileSync } from 'node:child_process';
import { Registry } from './registries.mjs';

const DAY = 24 * 3600;

/**
 * 300 artifacts in 12 folders, most of them in some stage: the registry of a company. One has a name of 170 characters,
 * and one is by somebody whose name is written from right to left.
 */
export function company(folder) {
  const registry = new Registry(folder);
  const stream = [];
  let at = Math.floor(Date.now() / 1000) - 200 * DAY;
  let who = 'Ann';
  const signed = () => `${who} <${who === 'Ann' ? 'ann' : 'noa'}@example.com> ${(at += 600)} +0000`;
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const folders = 'audio billing churn fraud growth maps pricing search speech support vision web';
  const names = folders
    .split(' ')
    .flatMap((dir) =>
      Array.from({ length: 25 }, (_, index) => `${dir}=model-${String(index).padStart(2, '0')}`),
    );
  names[3] = `audio=${'very-long-name-'.repeat(12)}`.slice(0, 170).replace(/-$/, 'x');
  let mark = 0;
  const tag = (name) =>
    stream.push(`tag ${name}\nfrom :${mark}\ntagger ${signed()}\n${data(`About ${name}`)}`);
  for (let version = 1; version <= 4; version++) {
    mark += 1;
    const weights = names.map((name) => {
      const file = `${name.replace('=', '/')}.pkl`;
      return `M 100644 inline ${file}\n${data(`${name} ${version}`)}`;
    });
    if (version === 1)
      weights.push(`M 100644 inline .gto\n${data('stages: [dev, staging, canary, prod]\n')}`);
    stream.push(
      `commit refs/heads/main\nmark :${mark}\ncommitter ${signed()}\n${data(`Train ${version}`)}${weights.join('')}`,
    );
    for (const [index, name] of names.entries()) {
      who = index === 4 ? 'נועה כהן' : 'Ann';
      tag(`${name}@v${version}.0.0`);
      // One in five is in no stage.
      if (index % 5 === 4) continue;
      if (version === 4) tag(`${name}#${['dev', 'staging', 'canary'][index % 3]}#8`);
      if (version === 2 && index % 2 === 0) tag(`${name}#prod#4`);
    }
  }
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input: stream.join('') });
  registry.git('reset', '-q', '--hard', 'main');
  registry.names = names;
  return registry;
}
