import { l10n, TreeItemCollapsibleState } from 'vscode';
import { rollUp } from '../registry/folders';
import { folderAriaLabel, folderSummary } from '../text/folders';
import { repositoryKind } from '../text/repositories';
import type { Drawn } from './drawn';
import type { FolderNode, RepositoryNode } from './nodes';

const { Collapsed, Expanded } = TreeItemCollapsibleState;

export function drawRepository({ repository }: RepositoryNode): Drawn {
  const { label } = repository;
  const description = repositoryKind(repository);
  const ariaLabel = [l10n.t('{0}, repository', label), description].filter(Boolean).join(', ');
  const context = 'gto:repository';
  return { label, description, icon: 'repo', ariaLabel, context, state: Expanded };
}

export function drawFolder(node: FolderNode): Drawn {
  const { dir, stage, parent, repository } = node;
  // All in a stage's folder are in that stage.
  const counted = rollUp(node.rows(), stage ?? repository.mainStage);
  const shown = stage === undefined ? counted : { ...counted, inMain: 0 };
  const above = parent?.kind === 'folder' ? parent.dir.length + 1 : 0;
  return {
    label: `${dir.slice(above)}/`,
    description: folderSummary(shown, repository.mainStage),
    icon: 'folder',
    ariaLabel: folderAriaLabel(dir, shown, repository.mainStage),
    context: 'gto:folder',
    state: node.isOpen ? Expanded : Collapsed,
  };
}
