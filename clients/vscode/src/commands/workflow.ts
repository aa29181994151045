import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { l10n, Position, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { Explained } from '../text/failures';
import { withPlace } from '../text/descriptions';
import type { Tools } from '../tools';
import { checkFiles, whichRepository } from './target';

const SERVICES = [
  { label: 'GitHub Actions', file: '.github/workflows/registry.yaml', template: 'github.yaml' },
  { label: 'GitLab CI', file: '.gitlab-ci.yml', template: 'gitlab.yaml' },
] as const;

/** `gto.createWorkflow`: a workflow that acts on the tags of the registry. It is opened, and saved by the user. */
export async function createWorkflow(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument, ({ isBare }) => !isBare);
  if (repository === undefined) return;
  checkFiles(repository);
  const title = withPlace(repository, l10n.t('Create CI workflow'));
  const items = SERVICES.map((each) => ({ ...each, description: each.file }));
  const service = await choose({ title, items });
  if (service === undefined || service === BACK) return;
  const place = path.join(repository.root, service.file);
  const uri = Uri.file(place);
  if (existsSync(place)) {
    await window.showTextDocument(uri);
    const words = l10n.t('{0} already exists.', service.file);
    void window.showInformationMessage(withPlace(repository, words));
    return;
  }
  const text = await readFile(
    path.join(tools.extensionPath, 'media', 'workflows', service.template),
    'utf8',
  );
  const edit = new WorkspaceEdit();
  edit.createFile(uri);
  edit.insert(uri, new Position(0, 0), text);
  if (!(await workspace.applyEdit(edit)))
    throw new Explained(l10n.t('VS Code did not apply the edit.'));
  await window.showTextDocument(uri);
}
