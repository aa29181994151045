import { commands, workspace, type Disposable } from 'vscode';
import { tell } from '../text/failures';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { addArtifact } from './annotate';
import { assignStage } from './assign';
import { compareSelected, compareVersions } from './compare';
import { copyCommit, copyGetCommand, copyTag, copyVersion } from './copy';
import { deleteTags } from './deleteTags';
import { clearHistoryFilter, filterHistory, showHistoryOf } from './history';
import { checkRegistry, explainRef, explainStage, showAsOf, showProblem } from './inspect';
import { openAnnotation, openArtifactFile, showCommit } from './open';
import { registerVersion } from './register';
import { revealArtifact } from './reveal';
import {
  chooseInterpreter,
  copyDebugInformation,
  installServer,
  manageTrust,
  restartServer,
  showLog,
} from './server';
import { checkRemote, fetchTags, pushTags } from './sync';
import { deprecateArtifact, deregisterVersion, removeFromStage, rollBackStage } from './takeBack';
import { createWorkflow } from './workflow';

type Command = (tools: Tools, argument: unknown, selected: unknown) => Promise<void>;

const setDeprecatedShown = (shown: boolean) => async (): Promise<void> => {
  await workspace.getConfiguration('gto').update('views.showDeprecated', shown, true);
};

/** Every command, by its id without `gto.`. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  registerVersion,
  assignStage,
  removeFromStage,
  rollBackStage,
  deregisterVersion,
  deprecateArtifact,
  deleteTags,
  addArtifact,
  openAnnotation,
  openArtifactFile,
  showCommit,
  compareVersions,
  compareSelected,
  copyTag,
  copyVersion,
  copyCommit,
  copyGetCommand,
  pushTags,
  fetchTags,
  checkRemote,
  explainRef,
  checkRegistry,
  explainStage,
  showAsOf,
  showProblem,
  filterHistory,
  clearHistoryFilter,
  showHistoryOf,
  revealArtifact,
  createWorkflow,
  installServer,
  chooseInterpreter,
  restartServer,
  showLog,
  copyDebugInformation,
  manageTrust,
  showDeprecated: setDeprecatedShown(true),
  hideDeprecated: setDeprecatedShown(false),
  refresh: (tools) => tools.repositories.reload({ redraw: true }),
  loadMore: (tools, argument) => {
    const node = argument as Node;
    if (node.kind === 'more' && node.name !== undefined) {
      node.repository.wantMore(node.name);
      tools.artifacts.showMore(node);
    } else {
      tools.history.showMore(node);
    }
    return Promise.resolve();
  },
};

/** Registers all of them; whatever one of them throws is told to the user, once. */
export function registerCommands(tools: Tools): Disposable[] {
  return Object.entries(COMMANDS).map(([name, command]) =>
    commands.registerCommand(`gto.${name}`, async (argument: unknown, selected: unknown) => {
      try {
        await command(tools, argument, selected);
      } catch (error) {
        tell(error);
      }
    }),
  );
}
