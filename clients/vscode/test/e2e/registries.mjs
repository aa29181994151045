// Git repositories to look at, made with git.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

export const DAY = 24 * 3600;

export class Registry {
  #now = Math.floor(Date.now() / 1000) - 40 * DAY;

  constructor(folder, { bare = false } = {}) {
    this.folder = folder;
    fs.mkdirSync(folder, { recursive: true });
    this.git('init', '-q', ...(bare ? ['--bare'] : []), '-b', 'main');
    if (!bare) {
      this.git('config', 'user.name', 'Ann');
      this.git('config', 'user.email', 'ann@example.com');
    }
  }

  git(...args) {
    const date = `${this.#now} +0000`;
    const env = {
      ...process.env,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  write(files) {
    for (const [name, text] of Object.entries(files)) {
      const place = path.join(this.folder, name);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, text);
    }
  }

  commit(subject, files) {
    this.#now += 5 * DAY;
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', subject);
    return this.git('rev-parse', 'HEAD');
  }

  tag(name, message = `About ${name}`, rev = 'HEAD') {
    this.#now += DAY;
    this.git('tag', '-a', '-m', message, name, rev);
  }

  tags() {
    return this.git('tag', '--list').split('\n').filter(Boolean);
  }

  /** What a tag is on, and what its object says. */
  tagged(name) {
    const [commit, tagger, message] = this.git(
      'for-each-ref',
      `refs/tags/${name}`,
      '--format=%(*objectname)%00%(taggername)%00%(contents:subject)',
    ).split('\0');
    return { commit, tagger, message };
  }
}

const ANNOTATIONS = `churn:
  type: model
  path: models/churn.pkl
  description: Who is about to leave
train-set:
  type: dataset
  path: data/train.csv
`;

/** Three versions of churn, in dev and prod; a deprecated artifact; a dataset that is only described. */
export function demo(folder) {
  const registry = new Registry(folder);
  registry.commit('Add the first model', {
    'artifacts.yaml': ANNOTATIONS,
    'models/churn.pkl': 'weights 1\n',
    'data/train.csv': 'a,b\n1,2\n',
    '.gto': 'stages: [dev, staging, prod]\n',
  });
  registry.tag('churn@v2.9.0', 'Registering artifact churn version v2.9.0');
  registry.tag('churn#prod#1', 'Assigning stage prod to artifact churn version v2.9.0');
  registry.tag('old-model@v0.1.0');
  registry.commit('Train on more data', { 'models/churn.pkl': 'weights 2\n' });
  registry.tag('churn@v3.0.0', 'Registering artifact churn version v3.0.0');
  registry.tag('churn#prod#2', 'Assigning stage prod to artifact churn version v3.0.0');
  registry.tag('old-model@deprecated');
  registry.commit('Tune the threshold', { 'models/churn.pkl': 'weights 3\n' });
  registry.tag('churn@v3.1.0', 'Registering artifact churn version v3.1.0');
  registry.tag('churn#dev#3', 'Assigning stage dev to artifact churn version v3.1.0');
  registry.commit('Fix the tokenizer', { 'models/churn.pkl': 'weights 4\n' });
  return registry;
}

const EVIDENCE = {
  'dvc.yaml':
    'metrics: [metrics.json]\nparams: [params.yaml]\nplots:\n  - roc.csv:\n      x: fpr\n      y: tpr\n  - loss.csv:\n      x: epoch\n      y: loss\n  - classes.csv:\n      x: actual\n      y: predicted\n      template: confusion\n',
  '.gto': 'stages: [dev, staging, prod]\n',
  'artifacts.yaml': ANNOTATIONS,
};

/** What training left behind: the higher `quality`, the better. */
export function trained(quality, epochs) {
  const csv = (head, rows) => `${[head, ...rows.map((row) => row.join())].join('\n')}\n`;
  const steps = Array.from({ length: 21 }, (_, step) => step / 20);
  const loss = (epoch) => Math.exp(-epoch / (12 - 8 * quality)) + 0.1 * (1 - quality);
  const classes = ['leaves', 'stays'];
  const guesses = Array.from({ length: 60 }, (_, at) => [
    classes[at % 2],
    classes[(at * 7) % 60 < 60 * quality ? at % 2 : (at + 1) % 2],
  ]);
  return {
    'models/churn.pkl': `weights ${quality}\n`,
    'metrics.json': `${JSON.stringify({ auc: quality, train: { loss: loss(epochs), rows: 12_000 }, f1: quality - 0.08 }, null, 1)}\n`,
    'params.yaml': `train:\n  epochs: ${epochs}\n  lr: 0.001\n  model: gradient boosting\n`,
    'roc.csv': csv(
      'fpr,tpr',
      steps.map((fpr) => [fpr, Math.min(1, fpr ** (1.2 - quality)).toFixed(4)]),
    ),
    'loss.csv': csv(
      'epoch,loss',
      Array.from({ length: epochs }, (_, epoch) => [epoch, loss(epoch).toFixed(4)]),
    ),
    'classes.csv': csv('actual,predicted', guesses),
  };
}

/** Versions of churn with metrics, params and plots: the one before the latest is in prod. */
export function measured(folder) {
  const registry = new Registry(folder);
  const versions = [
    ['v1.0.0', 0.842, 10],
    ['v2.0.0', 0.871, 20],
    ['v2.1.0', 0.868, 24],
    ['v3.0.0', 0.909, 30],
    ['v3.1.0', 0.921, 40],
  ];
  for (const [version, quality, epochs] of versions) {
    registry.commit(`Train ${version}`, { ...EVIDENCE, ...trained(quality, epochs) });
    registry.tag(`churn@${version}`, `Registering artifact churn version ${version}`);
    if (version === 'v3.0.0') registry.tag('churn#prod#1', 'Into production');
  }
  registry.tag('churn#dev#2', 'To be tried');
  return registry;
}

/** Adds a bare remote to a registry, which has all of its tags. */
export function withRemote(registry, folder) {
  const remote = new Registry(folder, { bare: true });
  registry.git('remote', 'add', 'origin', folder);
  registry.git('push', '-q', 'origin', 'main', '--tags');
  return remote;
}

export function monorepo(folder) {
  const registry = new Registry(folder);
  registry.commit('Start', {
    'search/dvc.yaml': 'artifacts:\n  ranker:\n    path: ranker.pkl\n    type: model\n',
    'search/ranker.pkl': '1\n',
    'audio/dvc.yaml': 'artifacts:\n  asr:\n    path: asr.pkl\n    type: model\n',
    'audio/asr.pkl': '1\n',
    'artifacts.yaml': 'shared:\n  type: dataset\n  path: audio/asr.pkl\n',
  });
  registry.tag('search=ranker@v1.0.0');
  registry.tag('search=ranker#prod#1');
  return registry;
}

/** An artifacts.yaml that is another tool's, as Charmed Kubernetes has it. */
export function foreign(folder) {
  const registry = new Registry(folder);
  registry.commit('Not of GTO', {
    'artifacts.yaml': 'version: 1\nrepos:\n  - name: x\n    charms: [a, b]\n',
  });
  return registry;
}

/** Ten thousand tags in one go: of 25 artifacts, one has 400 versions and the others share the rest. */
export function large(folder) {
  const registry = new Registry(folder);
  registry.write({ 'new-file.txt': 'not committed\n' });
  const stream = [];
  let at = Math.floor(Date.now() / 1000) - 100 * DAY;
  const who = () => `Ann <ann@example.com> ${(at += 60)} +0000`;
  const data = (text) => `data ${text.length}\n${text}\n`;
  const names = Array.from({ length: 25 }, (_, index) => `art-${String(index).padStart(2, '0')}`);
  let tags = 0;
  let mark = 0;
  const tag = (name) => {
    tags += 1;
    stream.push(`tag ${name}\nfrom :${mark}\ntagger ${who()}\n${data(name)}`);
  };
  for (let version = 0; tags < 10_000; version++) {
    for (const name of version < 400 ? names : names.slice(1)) {
      if (tags >= 10_000) break;
      mark += 1;
      stream.push(
        `commit refs/heads/main\nmark :${mark}\ncommitter ${who()}\n${data(`${name} ${version}`)}M 100644 inline ${name}.pkl\n${data(`${name} ${version}`)}`,
      );
      tag(`${name}@v0.${version}.0`);
      if (version % 4 === 0 && tags < 10_000)
        tag(`${name}#${['dev', 'staging', 'prod'][(version / 4) % 3]}#${version + 1}`);
    }
  }
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input: stream.join('') });
  registry.git('reset', '-q');
  registry.git('checkout', '-q', '-f', 'main');
  registry.git('pack-refs', '--all');
  if (registry.tags().length !== 10_000) throw new Error(`${registry.tags().length} tags`);
  registry.versions = registry.tags().filter((name) => name.startsWith('art-00@')).length;
  return registry;
}

/** Serves a bare repository over HTTP to whoever says `ann` and `secret`; answers its address and how to end it. */
export async function behindPassword(remote) {
  remote.git('config', 'http.receivepack', 'true');
  const wanted = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  const server = http.createServer((request, response) => {
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="registry"' }).end();
      return;
    }
    const url = new URL(request.url, 'http://localhost');
    const env = {
      ...process.env,
      GIT_PROJECT_ROOT: path.dirname(remote.folder),
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_USER: 'ann',
    };
    const backend = spawn('git', ['http-backend'], { env });
    request.pipe(backend.stdin);
    const chunks = [];
    backend.stdout.on('data', (chunk) => chunks.push(chunk));
    backend.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      let status = 200;
      for (const line of all.subarray(0, end).toString().split('\r\n')) {
        const [name, value] = line.split(/: (.*)/);
        if (name === 'Status') status = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.writeHead(status).end(all.subarray(end + 4));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/${path.basename(remote.folder)}`;
  return { url, close: () => server.close() };
}
