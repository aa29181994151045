import { commands, workspace } from 'vscode';
import { showError } from '../text/failures';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { addArtifact } from '../commands/annotate';
import { auditRegistry, filterAudit, showTag } from '../commands/audit';
import { assignStage } from '../commands/assign';
import {
  compareSelected,
  compareVersions,
  compareWithPrevious,
  compareWithStage,
  showVersions,
} from '../commands/compare';
import { copyCommit, copyGetCommand, copyTag, copyVersion } from '../commands/copy';
import { deleteTags } from '../commands/deleteTags';
import { clearHistoryFilter, filterHistory, showHistoryOf } from '../commands/history';
import {
  checkRegistry,
  explainRef,
  explainStage,
  showAsOf,
  showProblem,
} from '../commands/inspect';
import { openAnnotation, openArtifactFile, showCommit } from '../commands/open';
import { registerVersion } from '../commands/register';
import { revealArtifact } from '../commands/reveal';
import {
  chooseInterpreter,
  copyDebugInformation,
  installServer,
  manageTrust,
  restartServer,
  showLog,
} from '../commands/server';
import { checkRemote, fetchTags, pushTags } from '../commands/sync';
import {
  deprecateArtifact,
  deregisterVersion,
  removeFromStage,
  rollBackStage,
} from '../commands/undo';
import { createWorkflow } from '../commands/workflow';
import { Feature } from './feature';

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
  compareWithStage,
  compareWithPrevious,
  showVersions,
  copyTag,
  copyVersion,
  copyCommit,
  copyGetCommand,
  pushTags,
  fetchTags,
  checkRemote,
  explainRef,
  checkRegistry,
  auditRegistry,
  filterAudit,
  showTag,
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

/** Registers all of them; an error of any of them is shown to the user once. */
export class Commands extends Feature {
  constructor(tools: Tools) {
    super();
    for (const [name, command] of Object.entries(COMMANDS)) {
      const run = async (argument: unknown, selected: unknown): Promise<void> => {
        try {
          await command(tools, argument, selected);
        } catch (error) {
          showError(error);
        }
      };
      this.register(commands.registerCommand(`gto.${name}`, run));
    }
  }
}
