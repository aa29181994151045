import * as path from 'node:path';
import { l10n, window, workspace, Range, Uri, WorkspaceEdit, type QuickPickItem } from 'vscode';
import { choose, write } from '../quickpick/ask';
import { chooseOrEnter, Entered } from '../quickpick/enter';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { Explained, refusalOf } from '../text/failures';
import { withPlace } from '../text/descriptions';
import type { Tools } from '../tools';
import { checkConfiguration, checkFiles, targetOf, whichRepository } from './target';

interface State {
  name: string;
  type: string;
  path: string;
  description: string;
}

type At = Parameters<Step>[0];

/** `gto.addArtifact`: describes an artifact; the daemon answers an edit, which the editor applies and can undo. */
export async function addArtifact(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument, ({ isBare }) => !isBare);
  if (repository === undefined) return;
  checkFiles(repository);
  await checkConfiguration(repository);
  const known = targetOf(tools, argument)?.name;
  const state: State = { name: known ?? '', type: '', path: '', description: '' };
  const title = withPlace(
    repository,
    known === undefined ? l10n.t('Add artifact') : l10n.t('Describe {0}', known),
  );
  const ask =
    (field: keyof State, prompt: string, placeholder: string): Step =>
    async (at: At) => {
      const written = await write({
        title,
        at,
        prompt,
        placeholder,
        value: state[field],
        wrong: (value) => wrongIn(tools, repository, { ...state, [field]: value.trim() }, field),
      });
      if (typeof written !== 'string') return written;
      state[field] = written;
      return 'next';
    };
  const steps: Step[] = [
    (at) => askType(tools, repository, state, title, at),
    ask(
      'path',
      l10n.t('Where it is: a path in this repository, or a URL. May be empty.'),
      'models/churn.pkl',
    ),
    ask('description', l10n.t('Description. May be empty.'), ''),
  ];
  if (known === undefined) {
    steps.unshift(
      ask('name', l10n.t('Name of the artifact, such as churn or search:ranker'), 'churn'),
    );
  }
  steps.push(async () => {
    await apply(tools, repository, state);
    return 'next';
  });
  await throughSteps(steps);
}

/** The refusal of the daemon for this field. */
async function wrongIn(
  tools: Tools,
  repository: Repository,
  state: State,
  field: keyof State,
): Promise<string | undefined> {
  if (state.name === '') return l10n.t('Enter a name.');
  return refusalOf(
    tools.connection.ask('gto/annotate', { repo: repository.root, ...state, dry_run: true }),
    // An entry of a dvc.yaml needs a path, which is asked for only later.
    ({ reason }) => reason !== 'path' || field === 'path' || field === 'description',
  );
}

async function askType(
  tools: Tools,
  repository: Repository,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const { configuration } = await tools.connection.ask('gto/doctor', { repo: repository.root });
  const used = repository.all.flatMap((row) => row.type ?? []);
  const types = configuration.types ?? [...new Set([...used, 'model', 'dataset'])];
  const asked = {
    title,
    at,
    placeholder: l10n.t('Type'),
    items: types.map((label) => ({ label })),
    active: ({ label }: QuickPickItem) => label === state.type,
  };
  const chosen = configuration.types
    ? await choose(asked)
    : await chooseOrEnter(asked, {
        label: l10n.t('Enter another type…'),
        offer: (typed) => l10n.t('Type {0}', typed),
        prompt: l10n.t('Type, such as model'),
        value: types.includes(state.type) ? '' : state.type,
        wrong: (value) => wrongIn(tools, repository, { ...state, type: value.trim() }, 'type'),
      });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.type = chosen instanceof Entered ? chosen.text : chosen.label;
  return 'next';
}

/** A text edit as LSP writes it. */
interface Edit {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly newText: string;
}
interface Place {
  readonly line: number;
  readonly character: number;
}
interface DocumentChange {
  readonly kind?: 'create';
  readonly uri?: string;
  readonly textDocument?: { readonly uri: string };
  readonly edits?: readonly Edit[];
}

async function apply(tools: Tools, repository: Repository, state: State): Promise<void> {
  const { name, type, path: place, description } = state;
  const answer = await tools.connection.ask('gto/annotate', {
    repo: repository.root,
    name,
    apply: 'edit',
    ...(type ? { type } : {}),
    ...(place ? { path: place } : {}),
    description,
  });
  const edit = new WorkspaceEdit();
  const changes = (answer.edit as { documentChanges?: DocumentChange[] } | null | undefined)
    ?.documentChanges;
  for (const change of changes ?? []) {
    if (change.kind === 'create' && change.uri) {
      edit.createFile(Uri.parse(change.uri), { ignoreIfExists: true });
    }
    for (const { range, newText } of change.edits ?? []) {
      const { start, end } = range;
      const where = new Range(start.line, start.character, end.line, end.character);
      edit.replace(Uri.parse(change.textDocument?.uri ?? ''), where, newText);
    }
  }
  if (!(await workspace.applyEdit(edit)))
    throw new Explained(l10n.t('VS Code did not apply the edit.'));
  const document = await workspace.openTextDocument(
    Uri.file(path.join(repository.root, answer.path)),
  );
  await window.showTextDocument(document);
  // On disk too, because that is where the tree, and Git, read it.
  await document.save();
}
