import { l10n } from 'vscode';
import type { Facet, STATES } from '../registry/filter';
import { artifactCount } from './descriptions';

/** How many artifacts a filter finds: "24 of 300 artifacts". */
export function foundText(found: number, all: number): string {
  return found === all ? artifactCount(all) : l10n.t('{0} of {1} artifacts', found, all);
}

/** The filter that a view has, above its rows: "24 of 300 artifacts match audio stage:prod". */
export function filterMessage(query: string, found: number, all: number): string {
  return found === 1
    ? l10n.t('{0} of {1} artifacts matches {2}', found, all, query)
    : l10n.t('{0} of {1} artifacts match {2}', found, all, query);
}

export function facetText(facet: Facet): string {
  switch (facet) {
    case 'stage':
      return l10n.t('Stage');
    case 'type':
      return l10n.t('Type');
    case 'label':
      return l10n.t('Label');
    case 'is':
      return l10n.t('State');
  }
}

/** What a value of `is:` says of an artifact. */
export function stateText(state: (typeof STATES)[number], mainStage: string): string {
  switch (state) {
    case 'changed':
      return l10n.t('latest version newer than the one in {0}', mainStage);
    case 'unpushed':
      return l10n.t('has tags that are not pushed');
    case 'unregistered':
      return l10n.t('has no version yet');
    case 'problem':
      return l10n.t('has a problem');
  }
}
