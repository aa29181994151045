import { l10n, window } from 'vscode';
import type { ActResult, OldTag } from '../protocol';
import { withPlace, versionText } from '../text/descriptions';
import type { Tools } from '../tools';
import { showOutcome } from './outcome';
import { whichArtifact, type ArtifactTarget } from './target';

/** How many tags the question names; beyond that it counts them. */
const MAX_NAMED = 30;

type How =
  | { readonly dry_run: true }
  | { readonly expect_clock: string; readonly push: boolean; readonly remote: string };

interface Deletion {
  readonly what: string;
  readonly ask: (how: How) => Promise<ActResult>;
}

/** `gto.deleteTags`: every tag of an artifact, of a version, or of a version's stage; asked in a modal that lists them. */
export async function deleteTags(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Delete tags');
  const target = await whichArtifact(tools, argument, title, (row) => row.registered);
  if (target === undefined) return;
  const { repository, name } = target;
  const { what, ask } = deletion(tools, target);
  const { plan, clock } = await ask({ dry_run: true });
  const tags = plan?.delete ?? [];
  const { remote, hasRemote } = repository;
  const [here, both] = [l10n.t('Delete'), l10n.t('Delete here and on {0}', remote)];
  const question =
    tags.length === 1
      ? l10n.t('Delete 1 tag of {0}?', what)
      : l10n.t('Delete {0} tags of {1}?', tags.length, what);
  const choice = await window.showWarningMessage(
    withPlace(repository, question),
    { modal: true, detail: consequences(tags, hasRemote ? remote : undefined) },
    ...(hasRemote ? [here, both] : [here]),
  );
  if (choice !== here && choice !== both) return;
  const done = await ask({ expect_clock: clock, push: choice === both, remote });
  await showOutcome(tools, repository, [name], done);
}

function deletion({ connection }: Tools, { repository, ...target }: ArtifactTarget): Deletion {
  const { name, version, stage } = target;
  const common = { repo: repository.root, name, delete: true };
  if (version !== undefined && stage !== undefined) {
    const what = `${name} ${versionText(version)} #${stage}`;
    const asked = { ...common, version, stage };
    return { what, ask: (how) => connection.ask('gto/unassign', { ...asked, ...how }) };
  }
  const forced = { ...common, force: true };
  if (version !== undefined) {
    const what = `${name} ${versionText(version)}`;
    const asked = { ...forced, version };
    return { what, ask: (how) => connection.ask('gto/deregister', { ...asked, ...how }) };
  }
  return { what: name, ask: (how) => connection.ask('gto/deprecate', { ...forced, ...how }) };
}

function consequences(tags: readonly OldTag[], remote: string | undefined): string {
  const names = tags.slice(0, MAX_NAMED).map(({ tag }) => tag);
  const rest = tags.length - names.length;
  const more = rest > 0 ? [l10n.t('and {0} more', rest)] : [];
  const words = [
    [...names, ...more].join('\n'),
    l10n.t(
      'What they say is gone for good. Deregister a version, or deprecate an artifact, to take it out of the lists and keep its history.',
    ),
  ];
  if (remote !== undefined)
    words.push(
      l10n.t(
        'Tags that are also on {0} come back with the next fetch, unless they are deleted there too.',
        remote,
      ),
    );
  return words.join('\n\n');
}
