import { commands, l10n, Uri, window, workspace, type Uri as Address } from 'vscode';
import { hostOf, isSameRepository, readLink, refOf, repositoryOf, type Link } from '../links/link';
import { choose, write } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { withPlace, versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { assignStage } from './assign';
import { revealStage, revealVersion } from './reveal';

const noLink = (): string => l10n.t('This is no link to an artifact.');

/** `gto.openLink`: a link that was copied, where it cannot be clicked. */
export async function openLink(tools: Tools): Promise<void> {
  const written = await write({
    title: l10n.t('Open Link'),
    prompt: l10n.t('A link that Copy Link or Propose Version for Stage made'),
    wrong: (value) => (readWritten(value) === undefined ? noLink() : undefined),
  });
  const uri = typeof written === 'string' ? readWritten(written) : undefined;
  if (uri !== undefined) await openAddress(tools, uri);
}

function readWritten(text: string): Address | undefined {
  try {
    const uri = Uri.parse(text.trim(), true);
    return uri.authority.toLowerCase() === 'gtod.gto-registry' && readLink(uri) ? uri : undefined;
  } catch {
    return undefined; // it is no address at all
  }
}

/**
 * Shows what a link is about. Whoever made it is unknown: it chooses what is looked at, in a clone that is open here,
 * and nothing else happens before a person says so.
 */
export async function openAddress(tools: Tools, address: Address): Promise<void> {
  const link = readLink(address);
  if (link === undefined) throw new Explained(noLink());
  await tools.repositories.settled(tools.server.started());
  const repository = await whichClone(tools, link);
  if (repository === undefined || !(await isTrusted(link))) return;
  if (!(await isHere(repository, link))) return;
  if (link.name === '') await revealStage(tools, repository, link.stage ?? '');
  else if (link.does === 'open')
    await revealVersion(tools, repository, link.name, shownBy(repository, link));
  else await propose(tools, repository, link);
}

/** The version that a link shows: a stage stands for what it holds. */
const shownBy = (repository: Repository, { name, version, stage }: Link): string | undefined =>
  version ?? (stage === undefined ? undefined : repository.row(name)?.stages[stage]?.[0]);

/** Whether a repository has the artifact of a link, or its stage. */
const has = (repository: Repository, { name, stage }: Link): boolean =>
  name === ''
    ? repository.stages.some((each) => each.name === stage)
    : repository.row(name) !== undefined;

async function whichClone(tools: Tools, link: Link): Promise<Repository | undefined> {
  const { all } = tools.repositories;
  const clones =
    link.repo === undefined
      ? all.filter((each) => has(each, link))
      : await clonesOf(tools, link.repo);
  const [first, ...others] = clones;
  if (first === undefined) return absent(link);
  if (others.length === 0) return first;
  const items = clones.map((repository) => ({
    label: repository.label,
    description: repository.root,
    repository,
  }));
  const chosen = await choose({ title: l10n.t('Open {0} in', refOf(link)), items });
  return chosen === undefined || chosen === BACK ? undefined : chosen.repository;
}

async function clonesOf(tools: Tools, repo: string): Promise<Repository[]> {
  const { all } = tools.repositories;
  const remotes = await Promise.all(
    all.map(({ root }) =>
      tools.connection.ask('gto/doctor', { repo: root }).then(
        (found) => found.remotes,
        () => [], // one that cannot be read is none of its clones
      ),
    ),
  );
  return all.filter((_, index) =>
    (remotes[index] ?? []).some(({ url }) => {
      const own = url === null ? undefined : repositoryOf(url);
      return own !== undefined && isSameRepository(own, repo);
    }),
  );
}

/** Asks what to do about a repository that is not open here. */
async function absent({ repo, ...about }: Link): Promise<undefined> {
  const ref = refOf({ repo, ...about });
  if (repo === undefined)
    throw new Explained(l10n.t('No repository that is open in this window has {0}.', ref));
  const host = hostOf(repo);
  const clone = l10n.t('Clone from {0}…', host);
  const open = l10n.t('Open Folder…');
  const chosen = await window.showWarningMessage(
    l10n.t('{0} is in {1}, which is not open in this window.', ref, repo),
    {
      modal: true,
      detail: l10n.t(
        'Whoever made the link chose this repository. If you do not know it, do nothing. Open the link again once the repository is open.',
      ),
    },
    clone,
    open,
  );
  if (chosen === clone) await commands.executeCommand('git.clone', `https://${repo}`);
  if (chosen === open) await commands.executeCommand('vscode.openFolder');
  return undefined;
}

/** Whether the folder is trusted, or the user wants to see it all the same; nothing can be proposed in it then. */
async function isTrusted(link: Link): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Trust');
  const show = l10n.t('Show');
  const buttons = link.does === 'open' ? [show, manage] : [manage];
  const chosen = await window.showWarningMessage(
    l10n.t('This folder is not trusted.'),
    { modal: true, detail: l10n.t('The link is about {0}.', refOf(link)) },
    ...buttons,
  );
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
  return chosen === show;
}

/** Whether the clone has what the link is about; if not, it may be on the remote. */
async function isHere(repository: Repository, link: Link): Promise<boolean> {
  const { name, version, stage } = link;
  const isThere = has(repository, link);
  const row = repository.row(name);
  const versions = row === undefined ? [] : (await repository.artifact(name)).versions;
  const wanted = link.does === 'open' ? shownBy(repository, link) : version;
  const isKnown = wanted === undefined || versions.some((each) => each.version === wanted);
  const isHeld =
    name === '' || link.does === 'propose' || stage === undefined || wanted !== undefined;
  if (isThere && isKnown && isHeld) return true;
  const words = withPlace(repository, l10n.t('{0} is not in this clone.', refOf(link)));
  const fetch = l10n.t('Fetch Tags');
  const choices = workspace.isTrusted && repository.hasRemote ? [fetch] : [];
  const chosen = await window.showWarningMessage(words, ...choices);
  if (chosen === fetch) await commands.executeCommand('gto.fetchTags', { repo: repository.root });
  return false;
}

/** Shows what a proposal would change, and the last step of assigning it, in which nothing is chosen yet. */
async function propose(tools: Tools, repository: Repository, link: Link): Promise<void> {
  const { name, version, stage } = link;
  if (version === undefined || stage === undefined) return;
  const held = repository.row(name)?.stages[stage]?.[0];
  if (held === version) {
    const words = l10n.t('{0} {1} is in {2} already.', name, versionText(version), stage);
    throw new Explained(withPlace(repository, words));
  }
  if (held !== undefined) tools.panels.compare(repository, name, held, version);
  const isProposed = true;
  await assignStage(tools, { repo: repository.root, name, version, stage, isProposed });
}
