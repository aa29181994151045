import { commands, l10n, type QuickPickItem } from 'vscode';
import type { EventNode } from '../views/nodes';
import { choose, write } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import type { Tools } from '../tools';
import { filterText, type HistoryFilter } from '../features/historyTree';
import { targetOf, whichRepository } from './target';

const EVENTS: readonly EventNode['event']['event'][] = [
  'registration',
  'assignment',
  'unassignment',
  'deregistration',
  'deprecation',
];

async function show(tools: Tools, filter: HistoryFilter): Promise<void> {
  tools.history.show(filter);
  const words = filterText(filter, tools.repositories.at(filter.repo ?? '')?.label);
  tools.history.view.description = words;
  await commands.executeCommand('setContext', 'gto.historyFiltered', words !== '');
}

/** `gto.clearHistoryFilter` */
export async function clearHistoryFilter(tools: Tools): Promise<void> {
  await show(tools, {});
}

/** `gto.showHistoryOf`: the history of the artifact, version or stage of a row. */
export async function showHistoryOf(tools: Tools, argument: unknown): Promise<void> {
  const target = targetOf(tools, argument);
  if (target === undefined) return;
  const { repository, name, stage } = target;
  await show(tools, {
    // Another repository may have an artifact of this name.
    ...(repository.place ? { repo: repository.root } : {}),
    ...(name ? { name } : {}),
    ...(stage ? { stage } : {}),
  });
  await commands.executeCommand('gto.history.focus');
}

/** `gto.filterHistory`: by artifact, stage, kind or author, added to what is filtered by already. */
export async function filterHistory(tools: Tools): Promise<void> {
  const title = l10n.t('Filter history');
  const fields: readonly (QuickPickItem & { readonly field: keyof HistoryFilter })[] = [
    ...(tools.repositories.all.length > 1
      ? [{ label: l10n.t('Repository'), field: 'repo' as const }]
      : []),
    { label: l10n.t('Artifact'), field: 'name' },
    { label: l10n.t('Stage'), field: 'stage' },
    { label: l10n.t('Kind of event'), field: 'event' },
    { label: l10n.t('Author'), field: 'author' },
  ];
  const chosen = await choose({ title, items: fields });
  if (chosen === undefined || chosen === BACK) return;
  const value = await valueOf(tools, chosen.field, title);
  if (value === undefined) return;
  await show(tools, { ...tools.history.filter, [chosen.field]: value });
}

async function valueOf(
  tools: Tools,
  field: keyof HistoryFilter,
  title: string,
): Promise<string | undefined> {
  const { repo } = tools.history.filter;
  const all = tools.repositories.all.filter((each) => repo === undefined || each.root === repo);
  if (field === 'repo') return (await whichRepository(tools, undefined))?.root;
  if (field === 'author') {
    const written = await write({ title, prompt: l10n.t('Name or e-mail of the author') });
    return typeof written === 'string' && written !== '' ? written : undefined;
  }
  const labels =
    field === 'name'
      ? all.flatMap((repository) => repository.all.map((row) => row.name))
      : field === 'stage'
        ? all.flatMap((repository) => repository.stages.map((stage) => stage.name))
        : EVENTS;
  const chosen = await choose({ title, items: [...new Set(labels)].map((label) => ({ label })) });
  return chosen === undefined || chosen === BACK ? undefined : chosen.label;
}
