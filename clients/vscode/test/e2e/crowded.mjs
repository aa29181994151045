// A registry that is too large to be looked through.
import { execFileSync } from 'node:child_process';
import { DAY, Registry } from './registries.mjs';

const FOLDERS = [
  'ads',
  'audio',
  'forecast',
  'fraud',
  'maps',
  'pricing',
  'ranking',
  'search',
  'services/churn/models',
  'text',
  'vision',
  'vision/medical',
];

/**
 * 300 artifacts in 12 folders: of each 25, 20 are in prod, of which 5 have a newer version. Every fifth is a dataset, and
 * every third has the label `gpu`.
 */
export function crowded(folder) {
  const registry = new Registry(folder);
  const names = Array.from({ length: 25 }, (_, at) => `model-${String(at).padStart(2, '0')}`);
  const described = names.map((name, at) =>
    [
      `  ${name}:`,
      `    path: ${name}.pkl`,
      `    type: ${at % 5 === 0 ? 'dataset' : 'model'}`,
      ...(at % 3 === 0 ? ['    labels: [gpu]'] : []),
    ].join('\n'),
  );
  const files = FOLDERS.map((dir) => [
    [`${dir}/dvc.yaml`, `artifacts:\n${described.join('\n')}\n`],
    ...names.map((name) => [`${dir}/${name}.pkl`, '1\n']),
  ]);
  const commits = ['1', '2'].map((weights) =>
    registry.commit(`Train ${weights}`, {
      ...Object.fromEntries(files.flat()),
      'weights.txt': weights,
      '.gto': 'stages: [dev, staging, prod]\n',
    }),
  );
  // After the commits, and before all that a scenario adds by itself.
  let at = Math.floor(Date.now() / 1000) - 30 * DAY;
  const tag = (name, commit) => {
    const text = `About ${name}`;
    return `tag ${name}\nfrom ${commit}\ntagger Ann <ann@example.com> ${(at += 60)} +0000\ndata ${text.length}\n${text}\n`;
  };
  const tags = FOLDERS.flatMap((dir) =>
    names.flatMap((name, index) => [
      tag(`${dir}=${name}@v1.0.0`, commits[0]),
      ...(index < 20 ? [tag(`${dir}=${name}#prod#1`, commits[0])] : []),
      ...(index < 5 ? [tag(`${dir}=${name}@v2.0.0`, commits[1])] : []),
    ]),
  );
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input: tags.join('') });
  registry.git('pack-refs', '--all');
  return registry;
}
