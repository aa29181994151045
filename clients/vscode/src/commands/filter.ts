import {
  commands,
  l10n,
  QuickPickItemKind,
  ThemeIcon,
  window,
  workspace,
  type QuickPickItem,
} from 'vscode';
import { settings } from '../client/settings';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { isInUse, offersOf } from '../registry/facets';
import { filterText, isSame, parseFilter, STATES, toggled, type Filter } from '../registry/filter';
import type { Sort } from '../registry/order';
import { artifactCount } from '../text/descriptions';
import { facetText, foundText, stateText } from '../text/filter';
import type { Tools } from '../tools';

interface Item extends QuickPickItem {
  /** What the filter becomes; the one that says what is found keeps it as it is. */
  readonly becomes?: Filter;
}

/** `gto.filterArtifacts`: shows only what is looked for, while it is typed; Escape leaves the view as it was. */
export async function filterArtifacts(tools: Tools): Promise<void> {
  const { artifacts, repositories } = tools;
  const before = artifacts.filter;
  await commands.executeCommand('gto.artifacts.focus');
  const pick = window.createQuickPick<Item>();
  pick.title = l10n.t('Filter Artifacts');
  pick.placeholder = l10n.t('Words, or stage:prod, type:model, label:vision, is:changed');
  pick.value = filterText(before);
  pick.ignoreFocusOut = true;
  const draw = (): void => {
    pick.items = itemsOf(tools, pick.value);
  };
  const renew = (): void => {
    const [active] = pick.activeItems;
    draw();
    // The item that the user is at stays theirs while the registry changes.
    const same = pick.items.find(({ label }) => label === active?.label);
    if (same !== undefined) pick.activeItems = [same];
  };
  const write = (query: string): void => {
    const filter = parseFilter(query);
    const last = filter.at(-1);
    // What is not in use is probably not typed to its end: nothing would be found meanwhile.
    const isWhole = last === undefined || isInUse(repositories.all, last);
    void artifacts.show(isWhole ? filter : filter.slice(0, -1));
    draw();
  };
  draw();
  await new Promise<void>((resolve) => {
    let isKept = false;
    const listening = [
      repositories.onDidChange(renew),
      pick.onDidChangeValue(write),
      pick.onDidAccept(() => {
        const becomes = pick.selectedItems[0]?.becomes;
        if (becomes !== undefined) {
          // More may be wanted.
          pick.value = becomes.length > 0 ? `${filterText(becomes)} ` : '';
          write(pick.value);
          return;
        }
        void artifacts.show(parseFilter(pick.value));
        isKept = true;
        pick.hide();
      }),
      pick.onDidHide(() => {
        if (!isKept) void artifacts.show(before);
        for (const each of listening) each.dispose();
        pick.dispose();
        resolve();
      }),
    ];
    pick.show();
  });
}

/** What is found, first; then what narrows it or no longer would, as far as it has to do with what is being typed. */
function itemsOf({ artifacts, repositories }: Tools, query: string): readonly Item[] {
  const { all } = repositories;
  const filter = parseFilter(query);
  const begun = /\S$/.test(query) ? filter.at(-1) : undefined;
  const rest = begun === undefined ? filter : filter.slice(0, -1);
  const typed = begun === undefined ? '' : filterText([begun]).toLowerCase();
  const items: Item[] = [];
  let heading = '';
  for (const { condition, count } of offersOf(all, filter)) {
    const { facet, value } = condition;
    const text = filterText([condition]);
    const isOn = filter.some((each) => isSame(each, condition));
    const isMeant = typed !== '' && !isOn && text.toLowerCase().includes(typed);
    if (facetText(facet) !== heading) {
      heading = facetText(facet);
      items.push({ label: heading, kind: QuickPickItemKind.Separator });
    }
    const state = facet === 'is' ? STATES.find((each) => each === value) : undefined;
    items.push({
      label: text,
      iconPath: new ThemeIcon(isOn ? 'check' : 'blank'),
      description: [
        isOn ? l10n.t('in the filter') : '',
        artifactCount(count),
        state ? stateText(state, all[0]?.mainStage ?? '') : '',
      ]
        .filter(Boolean)
        .join(' · '),
      becomes: toggled(isMeant ? rest : filter, condition),
      alwaysShow: true,
    });
  }
  const found = all.reduce((sum, each) => sum + artifacts.rowsOf(each).length, 0);
  const total = all.reduce((sum, each) => sum + each.all.length, 0);
  const first: Item[] = [
    { label: l10n.t('Show {0}', foundText(found, total)), alwaysShow: true },
    ...(filter.length > 0
      ? [{ label: l10n.t('Clear Filter'), becomes: [], alwaysShow: true }]
      : []),
  ];
  return [...first, ...items];
}

/** `gto.clearArtifactsFilter` */
export async function clearArtifactsFilter({ artifacts }: Tools): Promise<void> {
  await artifacts.show([]);
}

/** `gto.sortArtifacts`: by what the Artifacts view is sorted, as the setting says. */
export async function sortArtifacts(): Promise<void> {
  const items: readonly (QuickPickItem & { readonly sort: Sort })[] = [
    { sort: 'name', label: l10n.t('Name') },
    {
      sort: 'semver',
      label: l10n.t('Latest Version'),
      description: l10n.t('the greatest first'),
    },
    {
      sort: 'time',
      label: l10n.t('Last Change of a Stage'),
      description: l10n.t('the newest first'),
    },
  ];
  const chosen = await choose({
    title: l10n.t('Sort Artifacts'),
    placeholder: l10n.t('Sort by'),
    items,
    active: ({ sort }) => sort === settings.sort,
  });
  if (chosen === undefined || chosen === BACK) return;
  const configuration = workspace.getConfiguration('gto');
  // Where the workspace has its own, one of the user's would change nothing.
  const isOwn = configuration.inspect('views.sort')?.workspaceValue !== undefined;
  await configuration.update('views.sort', chosen.sort, !isOwn);
}
