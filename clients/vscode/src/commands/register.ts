import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { NextVersion, RegisterParams } from '../protocol';
import { chooseOrEnter, Entered } from '../quickpick/enter';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import { gitRepository, type GitCommit } from '../registry/git';
import type { Repository } from '../registry/repository';
import { isOfName, refusalOf } from '../text/failures';
import { ago } from '../text/time';
import type { Tools } from '../tools';
import { confirm } from './confirm';
import { checkConfiguration, isNamed, targetOf, whichRepository } from './target';
import { withPlace, withoutIcons, artifactSummary } from '../text/descriptions';

/** How many commits of the branch are offered. */
const COMMITS = 30;

interface State {
  name: string;
  ref: string;
  /** What was typed in place of a commit of the list. */
  typedRef?: string;
  next: (Pick<NextVersion, 'bump'> & Partial<NextVersion>) | undefined;
  version: string | undefined;
}

/** `gto.registerVersion`: artifact, commit, version, then the tag as it will be. What the caller says is not asked. */
export async function registerVersion(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  await checkConfiguration(repository);
  const name = targetOf(tools, argument)?.name;
  const { ref, bump } = isNamed(argument) ? argument : {};
  const state: State = {
    name: name ?? '',
    ref: ref ?? 'HEAD',
    next: bump === undefined ? undefined : { bump },
    version: undefined,
  };
  const title = (): string =>
    state.name ? l10n.t('Register version of {0}', state.name) : l10n.t('Register version');
  const heading = (): string => withPlace(repository, title());
  const steps: Step[] = [];
  if (name === undefined) steps.push((at) => askName(tools, repository, state, heading(), at));
  // Who names a commit wants the next version there, by a bump that they may name too.
  if (ref === undefined)
    steps.push(
      (at) => askCommit(tools, repository, state, heading(), at),
      (at) => askVersion(tools, repository, state, heading(), at),
    );
  steps.push((at) => confirm(tools, repository, 'gto/register', params(state), title(), at));
  await throughSteps(steps);
}

function params({
  name,
  ref,
  next,
  version,
}: State): Omit<RegisterParams, 'repo'> & { name: string } {
  if (version !== undefined) return { name, ref, version };
  return next?.bump ? { name, ref, bump: next.bump } : { name, ref };
}

type At = Parameters<Step>[0];

async function askName(
  tools: Tools,
  repository: Repository,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const isNew = state.name !== '' && repository.row(state.name) === undefined;
  const chosen = await chooseOrEnter(
    {
      title,
      at,
      placeholder: l10n.t('Artifact'),
      items: repository.all.map((row) => ({
        label: row.name,
        description: artifactSummary(row, repository.mainStage),
      })),
      active: (item) => item.label === state.name,
    },
    {
      label: l10n.t('Enter a new name…'),
      offer: (typed) => l10n.t('New artifact {0}', typed),
      prompt: l10n.t('Name of the artifact, such as churn or search:ranker'),
      value: isNew ? state.name : '',
      wrong: (value) => wrongName(tools, repository, value.trim(), state.ref),
    },
  );
  if (chosen === undefined || chosen === BACK) return chosen;
  state.name = chosen instanceof Entered ? chosen.text : chosen.label;
  return 'next';
}

/** The error in the name of an artifact, while it is typed. */
function wrongName(
  tools: Tools,
  repository: Repository,
  name: string,
  ref: string,
): Promise<string | undefined> | string {
  if (name === '') return l10n.t('Enter a name.');
  const { root: repo } = repository;
  return refusalOf(
    tools.connection.ask('gto/register', { repo, name, ref, dry_run: true }),
    isOfName,
  );
}

interface CommitItem extends QuickPickItem {
  readonly ref?: string;
  readonly taken?: boolean;
}

async function askCommit(
  tools: Tools,
  repository: Repository,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const chosen = await chooseOrEnter<CommitItem>(
    {
      title,
      at,
      placeholder: l10n.t('Commit'),
      items: commitItems(tools, repository, state.name),
      active: (item) => item.ref === state.ref && item.taken !== true,
      isInert: (item) => item.taken === true,
    },
    {
      label: l10n.t('Enter a commit, branch or tag…'),
      offer: (typed) => l10n.t('Commit, branch or tag {0}', typed),
      prompt: l10n.t('Commit, branch or tag'),
      value: state.ref === state.typedRef ? state.ref : '',
      wrong: (rev) => refusalOf(tools.connection.ask('gto/at', { repo: repository.root, rev })),
    },
  );
  if (chosen === undefined || chosen === BACK) return chosen;
  if (chosen instanceof Entered) state.ref = state.typedRef = chosen.text;
  else state.ref = chosen.ref ?? 'HEAD';
  return 'next';
}

/** The commits of this branch; those that carry a version of the artifact say which, and cannot be chosen. */
async function commitItems(
  tools: Tools,
  repository: Repository,
  name: string,
): Promise<CommitItem[]> {
  const [head, log, versions] = await Promise.all([
    tools.connection.ask('gto/at', { repo: repository.root }),
    gitRepository(repository.root)?.log({ maxEntries: COMMITS }) ?? [],
    repository.row(name) ? repository.artifact(name).then((artifact) => artifact.versions) : [],
  ]);
  const taken = new Map(
    versions.filter((row) => row.registered && row.active).map((row) => [row.commit, row.version]),
  );
  const [first, ...others] = log.length > 0 ? log : [{ hash: head.commit, message: '' }];
  const items = first === undefined ? [] : [item(first, 'HEAD', taken, true)];
  if (others.length > 0) {
    items.push({ label: l10n.t('Earlier commits'), kind: QuickPickItemKind.Separator });
    items.push(...others.map((commit) => item(commit, commit.hash, taken, false)));
  }
  return items;
}

function item(
  commit: GitCommit,
  ref: string,
  taken: ReadonlyMap<string, string>,
  isHead: boolean,
): CommitItem {
  const subject = withoutIcons(commit.message.split('\n', 1)[0] ?? '');
  const short = commit.hash.slice(0, 7);
  const version = taken.get(commit.hash);
  const when = commit.commitDate === undefined ? '' : ago(commit.commitDate.toISOString());
  const description = [isHead ? short : '', when].filter(Boolean).join(' · ');
  const label = isHead ? `HEAD — ${subject || short}` : `${short} ${subject}`;
  if (version === undefined) return { label, description, ref };
  const already = l10n.t('already {0}', version);
  return { label, description: `${description} · $(warning) ${already}`, ref, taken: true };
}

async function askVersion(
  tools: Tools,
  repository: Repository,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const { name, ref } = state;
  const chosen = await chooseOrEnter<QuickPickItem & { readonly next?: NextVersion }>(
    {
      title,
      at,
      placeholder: l10n.t('Version'),
      items: nextVersions(repository, name).then((next) =>
        next.map((each) => ({
          label: each.version,
          description: each.bump ?? (repository.row(name) ? l10n.t('first version') : ''),
          next: each,
        })),
      ),
      active: (item) => item.next?.version === state.next?.version,
    },
    {
      label: l10n.t('Enter a version…'),
      offer: (typed) => l10n.t('Version {0}', typed),
      prompt: l10n.t('Version, such as v1.2.3 or v1.2.3-rc.1'),
      placeholder: 'v1.2.3',
      value: state.version ?? '',
      wrong: (version) =>
        refusalOf(
          tools.connection.ask('gto/register', {
            repo: repository.root,
            name,
            ref,
            version,
            dry_run: true,
          }),
        ),
    },
  );
  if (chosen === undefined || chosen === BACK) return chosen;
  if (chosen instanceof Entered) {
    state.version = chosen.text;
    state.next = undefined;
  } else {
    state.version = undefined;
    state.next = chosen.next;
  }
  return 'next';
}

async function nextVersions(repository: Repository, name: string): Promise<readonly NextVersion[]> {
  if (repository.row(name)) return (await repository.artifact(name)).next;
  // It is not known yet, so the daemon has no answer for it; it names the first version itself.
  return [{ version: l10n.t('First version'), bump: null }];
}
