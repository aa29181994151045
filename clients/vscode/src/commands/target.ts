import { l10n } from 'vscode';
import { choose } from '../quickpick/ask';
import type { NextVersion, TreeRow } from '../protocol';
import { BACK, type Position } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import {
  isBlocking,
  withoutIcons,
  withPlace,
  problemLocation,
  problemText,
  artifactSummary,
} from '../text/descriptions';
import { Explained } from '../text/failures';
import { repositoryKind } from '../text/repositories';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';

/** The target of a command, as far as it is known from where it was called. */
export interface Target {
  readonly repository: Repository;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly stage: string | undefined;
  readonly commit: string | undefined;
  readonly ref: string | undefined;
}

/** A target whose artifact is known. */
export type ArtifactTarget = Target & { readonly name: string };

/** The arguments that code lenses, code actions, hovers and pages give. */
export interface Named {
  readonly repo: string;
  readonly name?: string;
  readonly stage?: string;
  /** The stage that a card of a board is in: what is assigned from there is assigned to another one. */
  readonly from?: string;
  readonly version?: string;
  readonly commit?: string;
  /** A commit, branch or tag that is to be registered or assigned. */
  readonly ref?: string;
  readonly bump?: Bump;
  /** A link proposed it: in the last step nothing is chosen before the user chooses. */
  readonly isProposed?: boolean;
}

type Bump = NonNullable<NextVersion['bump']>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'repository' in value;

/** Whether a code lens, a code action, a hover or a page called the command, with arguments that name its target. */
export const isNamed = (value: unknown): value is Named =>
  typeof value === 'object' && value !== null && 'repo' in value && typeof value.repo === 'string';

/**
 * The target that the argument of a command names; undefined for a command of the palette.
 *
 * @throws {Explained} it names a repository that is not open: another one is never taken in its place
 */
export function targetOf(tools: Tools, argument: unknown): Target | undefined {
  if (isNode(argument)) return ofNode(argument);
  if (!isNamed(argument)) return undefined;
  const { repo, name, from, stage = from, version, commit } = argument;
  const repository = tools.repositories.at(repo);
  if (repository === undefined)
    throw new Explained(l10n.t('{0} is not open in this window. Open its folder first.', repo));
  return target(repository, {
    ...(name === undefined ? {} : { name }),
    ...(stage === undefined ? {} : { stage }),
    ...(version === undefined ? {} : { version }),
    ...(commit === undefined ? {} : { commit }),
  });
}

function target(repository: Repository, known: Partial<Omit<Target, 'repository'>> = {}): Target {
  return {
    repository,
    name: known.name,
    version: known.version,
    stage: known.stage,
    commit: known.commit,
    ref: known.ref,
  };
}

function ofNode(node: Node): Target {
  const { repository } = node;
  switch (node.kind) {
    case 'artifact':
      return target(repository, { name: node.name });
    case 'version': {
      const { version, commit, ref } = node.version;
      return target(repository, { name: node.name, version, commit, ref });
    }
    case 'held': {
      const { version, commit } = node.version;
      const { stage, ref } = node.held;
      return target(repository, { name: node.name, version, commit, stage, ref });
    }
    case 'stage':
      return target(repository, { stage: node.stage });
    case 'holder': {
      const version = repository.row(node.name)?.stages[node.stage]?.[0];
      return target(repository, { name: node.name, stage: node.stage, version });
    }
    case 'event': {
      const { artifact, version, stage, commit, ref } = node.event;
      return target(repository, {
        name: artifact,
        version: version ?? undefined,
        stage: stage ?? undefined,
        commit,
        ref,
      });
    }
    default:
      return target(repository);
  }
}

/** The repository that a command is about; asks where there are several that it can be about. */
export async function whichRepository(
  tools: Tools,
  argument: unknown,
  isEligible: (repository: Repository) => boolean = () => true,
): Promise<Repository | undefined> {
  const known = targetOf(tools, argument);
  if (known !== undefined) return known.repository;
  const open = tools.repositories.all;
  const eligible = open.filter(isEligible);
  // Where it is none of them, the command says why.
  const all = eligible.length > 0 ? eligible : open;
  if (all.length <= 1) return all[0] ?? refuse(tools);
  const chosen = await choose({
    title: l10n.t('Repository'),
    items: all.map((repository) => ({
      label: repository.label,
      description: [repositoryKind(repository), repository.root].filter(Boolean).join(' · '),
      repository,
    })),
  });
  return chosen === undefined || chosen === BACK ? undefined : chosen.repository;
}

function refuse(tools: Tools): never {
  const reason = tools.repositories.refusal ?? l10n.t('No Git repository is open.');
  throw new Explained(
    tools.connection.isOpen ? reason : l10n.t('The GTO server is not connected.'),
  );
}

/**
 * Refuses at once what the daemon would refuse at the end of a wizard.
 *
 * @throws {Explained} with the daemon's words
 */
export async function checkConfiguration(repository: Repository): Promise<void> {
  // It may have been fixed without a notification so far.
  if (repository.problems.some(isBlocking)) await repository.refresh();
  const problem = repository.problems.find(isBlocking);
  if (problem === undefined) return;
  const words = [problemLocation(problem), problemText(problem)].filter(Boolean).join(': ');
  throw new Explained(withPlace(repository, words));
}

/**
 * Refuses what needs files that are checked out.
 *
 * @throws {Explained} it is a bare repository
 */
export function checkFiles(repository: Repository): void {
  if (!repository.isBare) return;
  const words = l10n.t(
    'This is a bare repository: it has tags, but no files. Open a clone of it to see or change files.',
  );
  throw new Explained(withPlace(repository, words));
}

/** The artifact that a command is about; asks for what is not known. */
export async function whichArtifact(
  tools: Tools,
  argument: unknown,
  title: string,
  isEligible: (row: TreeRow) => boolean = () => true,
): Promise<ArtifactTarget | undefined> {
  const known = await whichTarget(tools, argument);
  if (known === undefined) return undefined;
  const name = known.name ?? (await askArtifact(known.repository, title, isEligible));
  return name === undefined || name === BACK ? undefined : { ...known, name };
}

/** What a command is about, as far as its argument says; the repository is asked for where there are several. */
export async function whichTarget(tools: Tools, argument: unknown): Promise<Target | undefined> {
  const known = targetOf(tools, argument);
  if (known !== undefined) return known;
  const repository = await whichRepository(tools, argument);
  return repository && target(repository);
}

/** Lets the user choose an artifact. */
export async function askArtifact(
  repository: Repository,
  title: string,
  isEligible: (row: TreeRow) => boolean,
  { at, before }: { readonly at?: Position; readonly before?: string | undefined } = {},
): Promise<string | typeof BACK | undefined> {
  const rows = repository.all.filter(isEligible);
  if (rows.length === 0) {
    const words = l10n.t('There is no artifact that this applies to.');
    throw new Explained(withPlace(repository, words));
  }
  const chosen = await choose({
    title: withPlace(repository, title),
    ...(at ? { at } : {}),
    placeholder: l10n.t('Artifact'),
    items: rows.map((row) => ({
      label: row.name,
      description: artifactSummary(row, repository.mainStage),
    })),
    active: ({ label }) => label === before,
  });
  return chosen === undefined || chosen === BACK ? chosen : chosen.label;
}

/** The version of an artifact that a command is about; asks for what is not known. */
export async function whichVersion(
  tools: Tools,
  argument: unknown,
  title: string,
  isEligible: (row: TreeRow) => boolean = (row) => row.registered,
): Promise<(ArtifactTarget & { readonly version: string }) | undefined> {
  const artifact = await whichArtifact(tools, argument, title, isEligible);
  if (artifact === undefined) return undefined;
  if (artifact.version !== undefined) return { ...artifact, version: artifact.version };
  const chosen = await chooseVersion(artifact, title);
  return chosen && { ...artifact, ...chosen };
}

/** Lets the user choose one of an artifact's versions. */
export async function chooseVersion(
  { repository, name }: Pick<ArtifactTarget, 'repository' | 'name'>,
  title: string,
  leftOut?: string,
): Promise<
  { readonly version: string; readonly commit: string; readonly ref: string } | undefined
> {
  const items = repository.artifact(name).then(({ versions }) =>
    versions
      .filter((row) => row.version !== leftOut)
      .map((row) => ({
        label: row.label,
        description: row.stages.map((held) => held.stage).join(', '),
        detail: withoutIcons(row.subject ?? ''),
        row,
      })),
  );
  const chosen = await choose({
    title: withPlace(repository, title),
    placeholder: l10n.t('Version'),
    items,
  });
  return chosen === undefined || chosen === BACK ? undefined : chosen.row;
}
