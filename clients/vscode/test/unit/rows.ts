import type { BoardCard } from '../../src/panels/messages';
import type {
  HistoryRow,
  MetricsResult,
  Problem,
  TreeRow,
  VersionRow,
  VersionValues,
} from '../../src/protocol';
import { KnownMetrics } from '../../src/registry/metrics';
import type { Repository } from '../../src/registry/repository';
import { stageLooks } from '../../src/registry/stageLooks';

const STAGES = ['dev', 'staging', 'prod'];
const LOOKS = stageLooks(
  STAGES.map((name) => ({ name, isAllowed: true })),
  'prod',
  { icons: {}, colors: {} },
);

/** As much of a repository with one artifact as its rows are drawn from. */
export function repositoryOf(row: TreeRow | undefined): Repository {
  const byImportance = (stages: readonly string[]): readonly string[] =>
    [...stages].sort((one, other) => STAGES.indexOf(one) - STAGES.indexOf(other));
  return {
    root: '/repo',
    label: 'repo',
    place: '',
    mainStage: 'prod',
    row: () => row,
    inStage: () => (row === undefined ? [] : [row]),
    heldStages: () => byImportance(Object.keys(row?.stages ?? {})),
    byImportance,
    stageLook: (stage: string) => LOOKS.get(stage),
    metrics: new KnownMetrics(),
  } as unknown as Repository;
}

/** An artifact as the daemon tells it. */
export function artifact(told: Partial<TreeRow> = {}): TreeRow {
  return {
    name: 'churn',
    dir: '',
    label: 'churn',
    type: 'model',
    description: '',
    latest: 'v3.1.0',
    stages: { prod: ['v3.0.0'], dev: ['v3.1.0'] },
    since: { prod: '2026-05-31T12:00:00+00:00', dev: '2026-05-31T12:00:00+00:00' },
    earlier: ['prod'],
    registered: true,
    deprecated: false,
    annotated_in: ['artifacts.yaml'],
    tags: 4,
    comparable: true,
    problems: [],
    ...told,
  };
}

/** A version as the daemon tells it. */
export function version(told: Partial<VersionRow> = {}): VersionRow {
  return {
    version: 'v3.1.0',
    label: 'v3.1.0',
    ref: 'churn@v3.1.0',
    commit: 'c'.repeat(40),
    subject: 'Tune the threshold',
    created_at: new Date(Date.now() - 3 * 24 * 3600_000).toISOString(),
    author: 'Ann',
    author_email: 'ann@example.com',
    message: 'Registering artifact churn version v3.1.0',
    registered: true,
    active: true,
    latest: true,
    path: 'models/churn.pkl',
    stages: [],
    events: [],
    ...told,
  };
}

/** An event as the daemon tells it. */
export function event(told: Partial<HistoryRow> = {}): HistoryRow {
  return {
    timestamp: new Date(Date.now() - 3600_000).toISOString(),
    artifact: 'churn',
    event: 'assignment',
    priority: 5,
    version: 'v3.1.0',
    stage: 'prod',
    commit: 'c'.repeat(40),
    author: 'Ann',
    author_email: 'ann@example.com',
    message: 'm',
    ref: 'churn#prod#4',
    ...told,
  };
}

/** The metrics of a version as the daemon tells them: `auc`, and what model it is. */
export function values(
  told: Partial<VersionValues> = {},
  auc: unknown = 0.934,
  model: unknown = null,
): VersionValues {
  const version = told.version ?? 'v3.1.0';
  return {
    artifact: 'churn',
    version,
    label: version,
    ref: `churn@${version}`,
    commit: 'c'.repeat(40),
    created_at: '2026-05-31T12:00:00+00:00',
    active: true,
    stages: [],
    values: { 'metrics.json:auc': auc, 'metrics.json:Model': model },
    changes: {},
    ...told,
  };
}

/** The answer about metrics with these versions, greatest first. */
export function metrics(...versions: readonly VersionValues[]): MetricsResult {
  return {
    clock: '1',
    problems: [],
    keys: ['metrics.json:auc', 'metrics.json:Model'],
    short: { 'metrics.json:auc': 'auc', 'metrics.json:Model': 'Model' },
    headline: ['metrics.json:auc'],
    versions,
    total: versions.length,
  };
}

/** A stage that a version is in, as the daemon tells it. */
export const held = {
  stage: 'prod',
  ref: 'churn#prod#1',
  since: '2026-05-31T12:00:00+00:00',
  author: 'Ann',
  author_email: 'ann@example.com',
  message: '*not* <b>bold</b>',
  holds: true,
};

/** What keeps everybody from acting. */
export const wrong: Problem = {
  code: 'wrong-config',
  severity: 'error',
  message: 'The file is not YAML.',
  hint: 'Mend it.',
  path: '.gto',
  range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
};

/** A card of a board. */
export function card(told: Partial<BoardCard> = {}): BoardCard {
  const { version = 'v3.0.0' } = told;
  return {
    name: 'churn',
    type: 'model',
    stage: 'prod',
    version,
    label: version ?? '',
    can: { rollBack: true, compare: true, compareStage: true },
    newer: null,
    ref: null,
    author: null,
    since: null,
    signature: null,
    verdict: null,
    violations: [],
    unpushed: 0,
    isDeprecated: false,
    hasProblems: false,
    ...told,
  };
}
