import { l10n } from 'vscode';
import { choose } from '../quickpick/ask';
import { BACK, type Step } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { stagesOf, withoutIcons } from '../text/descriptions';

/** A step of a wizard: asks for one of the versions that count, and keeps it in `state`. */
export async function askVersion(
  repository: Repository,
  name: string,
  state: { version: string | undefined },
  title: string,
  at: Parameters<Step>[0],
): ReturnType<Step> {
  const items = repository.artifact(name).then(({ versions }) =>
    versions
      .filter((row) => row.active && row.registered)
      .map((row) => ({
        label: row.label,
        description: stagesOf(row).join(', '),
        detail: withoutIcons(row.subject ?? ''),
        version: row.version,
      })),
  );
  const chosen = await choose({
    title,
    at,
    placeholder: l10n.t('Version'),
    items,
    active: ({ version }) => version === state.version,
  });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.version = chosen.version;
  return 'next';
}
