import type {
  HistoryRow,
  MetricsResult,
  TreeRow,
  VersionRow,
  VersionValues,
} from '../../src/protocol';

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
    registered: true,
    deprecated: false,
    annotated_in: ['artifacts.yaml'],
    tags: 4,
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
