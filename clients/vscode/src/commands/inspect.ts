import * as path from 'node:path';
import { l10n, Range, Uri, window } from 'vscode';
import { choose, write } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { eventText, withPlace, withoutLinks } from '../text/descriptions';
import type { TagEvent } from '../protocol';
import { NotConnected, Refusal } from '../client/refusal';
import type { Tools } from '../tools';
import type { ProblemNode, ProblemsNode } from '../views/nodes';
import { openPage } from './open';
import { whichArtifact, whichRepository } from './target';

/** `gto.explainRef`: what a tag did, of the selection in the editor or as written. */
export async function explainRef(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  const editor = window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection).trim() ?? '';
  const ref = await write({
    title: withPlace(repository, l10n.t('Check tag')),
    prompt: l10n.t('A tag, such as churn@v3.1.0 or churn#prod#3'),
    value: selected.includes('\n') ? '' : selected,
  });
  if (typeof ref !== 'string' || ref === '') return;
  const { event, reason } = await tools.connection.ask('gto/checkRef', {
    repo: repository.root,
    ref,
  });
  const words = event
    ? l10n.t('{0}: {1}', ref, eventText(whole(event)))
    : (reason ?? l10n.t('{0} is not an event of the registry.', ref));
  void window.showInformationMessage(withoutLinks(withPlace(repository, words)));
}

/** `gto.checkRegistry`: everything that is wrong, each with its remedy. */
export async function checkRegistry(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  await openPage(tools, repository, l10n.t('Registry check'), { about: 'findings' });
}

/** `gto.showProblem`: the place of a problem; where it has none, and of several, the check of the registry. */
export async function showProblem(tools: Tools, argument: unknown): Promise<void> {
  const node = argument as ProblemNode | ProblemsNode;
  if (node.kind === 'problem' && node.problem.path) {
    const { path: file, range } = node.problem;
    const uri = Uri.file(path.join(node.repository.root, file));
    const { line, character } = range?.start ?? { line: 0, character: 0 };
    const selection = new Range(line, character, line, character);
    await window.showTextDocument(uri, { selection });
  } else {
    await checkRegistry(tools, node);
  }
}

/** `gto.explainStage`: how a stage came to hold what it holds. */
export async function explainStage(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Explain stage');
  const target = await whichArtifact(tools, argument, title, (row) => row.registered);
  if (target === undefined) return;
  const { repository, name } = target;
  let { stage } = target;
  if (stage === undefined) {
    const items = repository.stages.map((each) => ({ label: each.name }));
    const chosen = await choose({
      title: withPlace(repository, title),
      placeholder: l10n.t('Stage'),
      items,
    });
    if (chosen === undefined || chosen === BACK) return;
    stage = chosen.label;
  }
  await openPage(tools, repository, `${name} #${stage}`, { about: 'why', name, stage });
}

/** `gto.showAsOf`: the registry as it was at a moment. */
export async function showAsOf(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  const repo = repository.root;
  const moment = await write({
    title: withPlace(repository, l10n.t('Show registry as of')),
    prompt: l10n.t('Date, or date and time (UTC unless a time zone is given)'),
    placeholder: '2026-05-31T12:00:00Z',
    wrong: async (as_of) => {
      try {
        await tools.connection.ask('gto/show', { repo, as_of, limit: 1 });
        return undefined;
      } catch (error) {
        if (error instanceof Refusal || error instanceof NotConnected) throw error;
        return l10n.t('Enter a date such as 2026-05-31, or 2026-05-31T12:00:00Z.');
      }
    },
  });
  if (typeof moment !== 'string') return;
  const title = l10n.t('Registry as of {0}', moment);
  await openPage(tools, repository, title, { about: 'asOf', as_of: moment });
}

/** The event of a tag with what its kind leaves out. */
function whole({ artifact, event, version, stage }: TagEvent): Parameters<typeof eventText>[0] {
  return { artifact, event: event ?? 'commit', version: version ?? null, stage: stage ?? null };
}
