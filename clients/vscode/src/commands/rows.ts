import { l10n } from 'vscode';
import type { Repository } from '../registry/repository';
import { versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Node } from '../views/nodes';

/** An artifact of several that an act is about, with what its row says of version and stage. */
export interface Chosen {
  readonly name: string;
  readonly version: string | undefined;
  readonly stage: string | undefined;
}

/** Several artifacts of one repository: what is done to them is one act, done to all or to none. */
export interface Several {
  readonly repository: Repository;
  readonly chosen: readonly Chosen[];
}

const isNodes = (value: unknown): value is readonly Node[] =>
  Array.isArray(value) &&
  value.every((each) => typeof each === 'object' && each !== null && 'repository' in each);

/**
 * The rows that a command is about: those that are selected, where it was called on one of them, or else that one.
 *
 * @param argument the row that it was called on
 * @param selected what VS Code says is selected
 */
export function rowsOf(argument: unknown, selected: unknown): readonly Node[] {
  const rows: readonly Node[] = isNodes(argument) ? argument : isNodes(selected) ? selected : [];
  if (rows.length > 0) return rows;
  return isNodes([argument]) ? [argument as Node] : [];
}

/**
 * The artifacts that several rows are about; undefined where there are not several rows.
 *
 * @throws {Explained} they are of several repositories, or of two versions of one artifact
 */
export function severalOf(argument: unknown, selected: unknown): Several | undefined {
  const rows = rowsOf(argument, selected);
  const [first] = rows;
  if (rows.length < 2 || first === undefined) return undefined;
  const chosen = new Map<string, Chosen>();
  for (const row of rows) {
    if (row.repository !== first.repository)
      throw new Explained(l10n.t('Select rows of one repository: its tags are created together.'));
    const own = chosenOf(row);
    if (own === undefined) continue;
    const other = chosen.get(own.name);
    // An artifact and one of its versions are selected: that version is meant.
    if (other !== undefined && own.version === undefined && own.stage === undefined) continue;
    if (other !== undefined && (other.version !== undefined || other.stage !== undefined))
      throw new Explained(
        l10n.t(
          'Select {0} once: {1} and {2} of it are selected.',
          own.name,
          rowText(other),
          rowText(own),
        ),
      );
    chosen.set(own.name, own);
  }
  if (chosen.size === 0)
    throw new Explained(l10n.t('Select artifacts, versions, or what is in a stage.'));
  return { repository: first.repository, chosen: [...chosen.values()] };
}

function rowText({ version, stage }: Chosen): string {
  return [version === undefined ? '' : versionText(version), stage ?? '']
    .filter(Boolean)
    .join(' #');
}

function chosenOf(node: Node): Chosen | undefined {
  switch (node.kind) {
    case 'artifact':
      return { name: node.name, version: undefined, stage: undefined };
    case 'version':
      return { name: node.name, version: node.version.version, stage: undefined };
    case 'held':
      return { name: node.name, version: node.version.version, stage: node.held.stage };
    case 'holder': {
      const version = node.repository.row(node.name)?.stages[node.stage]?.[0];
      return { name: node.name, version, stage: node.stage };
    }
    default:
      return undefined;
  }
}
