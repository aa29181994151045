import { env, l10n, window } from 'vscode';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { linkText, repositoryOf, type Link } from '../links/link';
import type { Repository } from '../registry/repository';
import { versionText, withPlace } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { targetOf, whichArtifact, whichVersion } from './target';

/** `gto.copyLink`: a link to the artifact, version or stage of a row, or to all that is in a stage. */
export async function copyLink(tools: Tools, argument: unknown): Promise<void> {
  const known = targetOf(tools, argument);
  const isStage = known !== undefined && known.name === undefined && known.stage !== undefined;
  const isKnown = isStage || known?.name !== undefined;
  const target = isKnown ? known : await whichArtifact(tools, argument, copies());
  if (target === undefined) return;
  const { repository, name = '', version, stage } = target;
  const repo = await sharedRepository(tools, repository);
  // A commit that was never registered has no name that others have.
  const named = version?.startsWith('v') ? version : undefined;
  const about = stage === undefined ? { version: named, stage } : { version: undefined, stage };
  await copy({ does: 'open', name, ...about, repo });
}

/** `gto.copyProposal`: a link that asks whoever opens it to assign a version to a stage. */
export async function copyProposal(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Propose for stage');
  const target = await whichVersion(tools, argument, title);
  if (target === undefined) return;
  const { repository, name, version } = target;
  const held = repository.row(name)?.stages ?? {};
  const items = repository.stages
    .filter(({ isAllowed, name: stage }) => isAllowed && !held[stage]?.includes(version))
    .map(({ name: stage }) => ({
      label: stage,
      description: (held[stage] ?? []).map(versionText).join(', '),
    }));
  if (items.length === 0) {
    const words = l10n.t('{0} {1} is in every stage.', name, versionText(version));
    throw new Explained(withPlace(repository, words));
  }
  const chosen = await choose({
    title: withPlace(repository, l10n.t('Propose {0} {1}', name, versionText(version))),
    placeholder: l10n.t('Stage'),
    items,
  });
  if (chosen === undefined || chosen === BACK) return;
  const repo = await sharedRepository(tools, repository);
  await copy({ does: 'propose', name, version, stage: chosen.label, repo });
}

const copies = (): string => l10n.t('Copy Link');

/** The repository as others know it: by the remote that is pushed to, or any other that is on a host. */
export async function sharedRepository(
  { connection }: Pick<Tools, 'connection'>,
  { root, remote }: Repository,
): Promise<string | undefined> {
  const { remotes } = await connection.ask('gto/doctor', { repo: root });
  const first = remotes.filter(({ name }) => name === remote);
  const all = [...first, ...remotes].map(({ url }) => url && repositoryOf(url));
  return all.find((each) => each) ?? undefined;
}

async function copy(link: Link): Promise<void> {
  await env.clipboard.writeText(linkText(link, env.uriScheme));
  const words =
    link.repo === undefined
      ? l10n.t('Copied a link. It works here only: this repository has no remote on a host.')
      : l10n.t('Copied a link that works for everybody who has {0}.', link.repo);
  window.setStatusBarMessage(`$(link) ${words}`, 5_000);
}
