import { extensions, window } from 'vscode';
import type { DocumentSelector } from 'vscode-languageclient/node';

export const EXTENSION_ID = 'gtod.gto-registry';

interface Manifest {
  readonly version: string;
}

/** The version of this extension. */
export const VERSION =
  (extensions.getExtension(EXTENSION_ID)?.packageJSON as Manifest | undefined)?.version ?? '0';

/** The one log: of the extension, of the server, and of installing it. */
export const LOG = window.createOutputChannel('GTO', { log: true });

/** The files that the server has features for. */
export const DOCUMENTS: DocumentSelector & { scheme: string; pattern: string }[] = [
  '**/artifacts.yaml',
  '**/dvc.yaml',
  '**/.gto',
  '**/.gtod.yaml',
  '**/.github/workflows/*.{yml,yaml}',
  '**/.gitlab-ci.yml',
].map((pattern) => ({ scheme: 'file', pattern }));

/** The commands that lenses and code actions leave to this extension, because it has wizards for them. */
export const CLIENT_COMMANDS = [
  'gto.revealArtifact',
  'gto.registerVersion',
  'gto.assignStage',
  'gto.rollBackStage',
  'gto.removeFromStage',
];
