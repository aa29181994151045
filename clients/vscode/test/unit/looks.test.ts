import assert from 'node:assert/strict';
import test from 'node:test';
import { RowMarks } from '../../src/features/rowMarks';
import type { Problem, Signature, TreeRow } from '../../src/protocol';
import { itemOf } from '../../src/views/items';
import type { Node } from '../../src/views/nodes';
import { artifact, event, held, repositoryOf, version, wrong } from './rows';
import { workspace } from './vscode';

const common = { repository: repositoryOf(artifact()), parent: undefined };
const ariaLabel = (node: Node): string => itemOf(node).accessibilityInformation?.label ?? '';

/** The icon of a row, its colour, and the texts from the left. */
function seen(node: Node): readonly [string, string | undefined, string, string] {
  const { iconPath, label, description } = itemOf(node);
  const { id, color } = iconPath as { id: string; color?: { id: string } };
  const words = typeof label === 'object' ? label.label : (label ?? '');
  return [id, color?.id, words, String(description ?? '')];
}

const drawn = (told: Partial<TreeRow>): ReturnType<typeof seen> =>
  seen({
    ...common,
    repository: repositoryOf(artifact(told)),
    kind: 'artifact',
    id: '3',
    name: 'churn',
  });

test('the row of an artifact begins with the most important stage, which is its icon too', () => {
  const stages = { dev: ['v3.1.0'], prod: ['v3.0.0'] };
  const long = 'a-name-that-no-sidebar-has-room-for-'.repeat(5);
  assert.deepEqual(drawn({ stages, name: long }), [
    'rocket',
    'charts.green',
    `prod  ${long}`,
    'v3.0.0 · latest v3.1.0 · dev v3.1.0',
  ]);
  const dev = drawn({ stages: { dev: ['v3.1.0'] } });
  assert.deepEqual(dev, ['beaker', 'charts.blue', 'dev  churn', 'v3.1.0']);
  assert.deepEqual(drawn({ stages: {} }), ['package', undefined, 'churn', 'v3.1.0']);
  assert.equal(drawn({ stages, deprecated: true })[0], 'archive');
});

test('an event of a stage begins with that, and then has the artifact', () => {
  const row = (told: object): readonly string[] =>
    seen({ ...common, kind: 'event', id: '8', event: event(told) }).slice(2) as string[];
  const [assigned, how] = row({ stage: 'prod' });
  assert.equal(assigned, '→ prod  churn');
  assert.match(how ?? '', /^v3\.1\.0 · Ann · /);
  const [taken, why] = row({ stage: 'prod', event: 'unassignment' });
  assert.equal(taken, '← prod  churn');
  assert.match(why ?? '', /^v3\.1\.0 removed · Ann · /);
  assert.equal(row({ stage: null, event: 'registration' })[0], 'churn v3.1.0 registered');
  workspace.settings = { 'views.stageFirst': false };
  assert.equal(row({ stage: 'prod' })[0], 'churn v3.1.0 → prod');
  workspace.settings = {};
});

test('the name comes first where the user wants it there', () => {
  workspace.settings = { 'views.stageFirst': false };
  const stages = { dev: ['v3.1.0'], prod: ['v3.0.0'] };
  assert.deepEqual(drawn({ stages }).slice(2), [
    'churn',
    'prod v3.0.0 · latest v3.1.0 · dev v3.1.0',
  ]);
  workspace.settings = {};
});

test('a name that is written from right to left does not carry the stage along', () => {
  const [, , label] = drawn({ name: 'דגם', stages: { prod: ['v1.0.0'] } });
  const told = event({ author: 'נועה <b>', event: 'registration', stage: null });
  const [, , , made] = seen({ ...common, kind: 'event', id: '8', event: told });
  assert.match(made, /^\u2068נועה <b>\u2069 · /);
  assert.equal(label, 'prod  \u2068דגם\u2069');
});

test('stages look the same in all three views', () => {
  const looks = (stage: string): (readonly unknown[])[] => {
    const one = { ...held, stage };
    const row = version({ stages: [one] });
    const nodes: Node[] = [
      { ...common, kind: 'version', hasEarlier: true, id: '4', name: 'churn', version: row },
      { ...common, kind: 'held', id: '5', name: 'churn', version: row, held: one },
      { ...common, kind: 'stage', id: '6', stage, isAllowed: true },
      { ...common, kind: 'event', id: '8', event: event({ stage }) },
    ];
    return nodes.map((node) => seen(node).slice(0, 2));
  };
  for (const look of looks('prod')) assert.deepEqual(look, ['rocket', 'charts.green']);
  for (const look of looks('dev')) assert.deepEqual(look, ['beaker', 'charts.blue']);
});

test('a row is marked for warnings as well as errors, in shape and colour, with what is wrong', () => {
  const marks = new RowMarks();
  const markOf = (problems: readonly Problem[]): unknown => {
    const one = repositoryOf(artifact({ problems: [...problems] }));
    const node: Node = { ...common, repository: one, kind: 'artifact', id: '3', name: 'churn' };
    const { resourceUri } = itemOf(node);
    const mark = resourceUri && marks.provideFileDecoration(resourceUri);
    return mark && [mark.badge, mark.tooltip, (mark.color as { id: string }).id];
  };
  const warning: Problem = { ...wrong, severity: 'warning', message: 'The file is missing.' };
  assert.deepEqual(markOf([warning]), [
    '!',
    'The file is missing. Mend it.',
    'list.warningForeground',
  ]);
  assert.deepEqual(markOf([warning, wrong]), [
    '!!',
    'The file is missing. Mend it.\nThe file is not YAML. Mend it.',
    'list.errorForeground',
  ]);
  assert.equal(markOf([{ ...warning, severity: 'info' }]), undefined);
  const spoken = artifact({ problems: [warning] });
  const one = repositoryOf(spoken);
  const node: Node = { ...common, repository: one, kind: 'artifact', id: '3', name: 'churn' };
  assert.match(ariaLabel(node), /has warnings/);
  marks.dispose();
});

test('a version is marked where a signature of one of its tags is wrong', () => {
  const signature = { format: null, principal: null, key: null, reason: null, status: 'bad' };
  const events = [event({ signature: signature as Signature })];
  const node: Node = {
    ...common,
    kind: 'version',
    hasEarlier: true,
    id: '4',
    name: 'churn',
    version: version({ events }),
  };
  assert.match(itemOf(node).resourceUri?.query ?? '', /bad signature/);
  assert.match(ariaLabel(node), /bad signature/);
});
