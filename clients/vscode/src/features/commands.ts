import { commands } from 'vscode';
import { showError } from '../text/failures';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { addArtifact } from '../commands/annotate';
import { auditRegistry, filterAudit, showTag } from '../commands/audit';
import { assignStage } from '../commands/assign';
import { openBoard } from '../commands/board';
import {
  compareSelected,
  compareVersions,
  compareWithPrevious,
  compareWithStage,
  showVersions,
} from '../commands/compare';
import { copyLink, copyProposal } from '../commands/copyLink';
import { copyCommit, copyGetCommand, copyTag, copyVersion } from '../commands/copy';
import { deleteTags } from '../commands/deleteTags';
import { clearArtifactsFilter, filterArtifacts, sortArtifacts } from '../commands/filter';
import { copyFleetName, openFleetFile, openFleetRepository, refreshFleet } from '../commands/fleet';
import { clearHistoryFilter, filterHistory, showHistoryOf } from '../commands/history';
import {
  checkRegistry,
  explainRef,
  explainStage,
  showAsOf,
  showProblem,
} from '../commands/inspect';
import { compareWithHead, showArtifactInFront, showHistoryOfFile } from '../commands/inFront';
import { openAnnotation, openArtifactFile, showCommit } from '../commands/open';
import { openLink } from '../commands/openLink';
import { registerVersion } from '../commands/register';
import { copyRow, removeRow, renameRow } from '../commands/rowKeys';
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
  compareWithHead,
  showArtifactInFront,
  showHistoryOfFile,
  showVersions,
  openBoard,
  copyTag,
  copyVersion,
  copyCommit,
  copyGetCommand,
  copyRow,
  removeRow,
  renameRow,
  copyLink,
  copyProposal,
  openLink,
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
  filterArtifacts,
  clearArtifactsFilter,
  sortArtifacts: () => sortArtifacts(),
  filterHistory,
  clearHistoryFilter,
  showHistoryOf,
  revealArtifact,
  openFleetRepository,
  openFleetFile: () => openFleetFile(),
  copyFleetName,
  refreshFleet,
  createWorkflow,
  installServer,
  chooseInterpreter,
  restartServer,
  showLog,
  copyDebugInformation,
  manageTrust,
  showDeprecated: (tools) => tools.repositories.showDeprecated(true),
  hideDeprecated: (tools) => tools.repositories.showDeprecated(false),
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
