import {
  l10n,
  StatusBarAlignment,
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  TabInputTextDiff,
  window,
  workspace,
  type StatusBarItem,
  type Uri,
} from 'vscode';
import type { Connection } from '../client/connection';
import { LOG } from '../client/identity';
import { SingleFlight } from '../client/restarts';
import type { Repositories } from '../registry/repositories';
import { canRollBack } from '../registry/possible';
import type { Repository } from '../registry/repository';
import {
  artifactCard,
  inFrontText,
  type BesideHead,
  type CardAction,
  type Shown,
} from '../text/artifactCard';
import { withPlace } from '../text/descriptions';
import { distanceOf, MAX_COUNTED } from '../text/distance';
import type { ArtifactFiles, FoundArtifact } from './artifactFiles';
import { Feature } from './feature';

/** Between two questions about a registry that does not rest (milliseconds). */
const PAUSE = 300;

/** The status bar item for the file in front: what of its artifact is in production, and how far that is from HEAD. */
export class ArtifactInFront extends Feature {
  private readonly item: StatusBarItem;
  private found: FoundArtifact | undefined;
  /** What was answered last, and to which question. */
  private answer: { readonly about: string; readonly beside: BesideHead | undefined } | undefined;
  private asked = '';
  private readonly asking = new SingleFlight(() => this.ask());

  constructor(
    private readonly files: ArtifactFiles,
    private readonly connection: Pick<Connection, 'ask'>,
    repositories: Pick<Repositories, 'onDidChangeRegistry'>,
  ) {
    super();
    this.item = window.createStatusBarItem('gto.artifact', StatusBarAlignment.Left);
    this.item.name = l10n.t('GTO: Artifact of This File');
    this.item.command = 'gto.showArtifactInFront';
    const update = (): void => this.update();
    this.register(
      this.item,
      files.onDidChange(update),
      // HEAD moved, and no row changed.
      repositories.onDidChangeRegistry(update),
      window.tabGroups.onDidChangeTabs(update),
      window.tabGroups.onDidChangeTabGroups(update),
      window.onDidChangeActiveTextEditor(update),
      // Every key moves the cursor, and few moves lead to another artifact.
      window.onDidChangeTextEditorSelection(() => {
        if (this.artifact?.row !== this.found?.row) this.update();
      }),
      workspace.onDidGrantWorkspaceTrust(update),
    );
    this.update();
  }

  /** The artifact of the file in front, if it has one. */
  get artifact(): FoundArtifact | undefined {
    const uri = uriInFront();
    const editor = window.activeTextEditor;
    const isText = editor !== undefined && editor.document.uri.toString() === uri?.toString();
    return uri && this.files.of(uri, isText ? editor.selection.active.line : 0);
  }

  private update(): void {
    this.found = this.artifact;
    this.draw();
    if (this.found === undefined) return;
    const about = questionOf(this.found);
    if (about === this.asked) return;
    this.asked = about;
    void this.asking.run();
  }

  private draw(): void {
    if (this.found === undefined) {
      this.item.hide();
      return;
    }
    const { repository, row } = this.found;
    const words = withPlace(repository, this.textOf(this.found));
    const shown = shownOf(repository, row.name);
    this.item.text = `$(package) ${words}`;
    this.item.tooltip = artifactCard(
      row,
      shown,
      this.besideHead(this.found),
      actionsOf(this.found),
    );
    this.item.accessibilityInformation = { label: words };
    this.item.show();
  }

  /** The state of an artifact in a line. */
  textOf(found: FoundArtifact): string {
    const { repository, row } = found;
    return inFrontText(row, shownOf(repository, row.name), this.besideHead(found));
  }

  /** Until the next answer is there, which takes milliseconds, the one before stays, if it is about this version. */
  private besideHead(found: FoundArtifact): BesideHead | undefined {
    const about = this.answer && subjectOf(this.answer.about);
    return about === subjectOf(questionOf(found)) ? this.answer?.beside : undefined;
  }

  private async ask(): Promise<void> {
    const { found } = this;
    if (found === undefined) return;
    const about = questionOf(found);
    const { repository, row } = found;
    const shown = shownOf(repository, row.name);
    let beside: BesideHead | undefined;
    if (shown !== undefined) {
      try {
        const compared = await this.connection.ask('gto/compare', {
          repo: repository.root,
          name: row.name,
          left: shown.version,
          right: 'HEAD',
          limit: MAX_COUNTED,
        });
        beside = { distance: distanceOf(compared), isSame: compared.same_content };
      } catch (error) {
        // The item does without it; there may be no commit yet, or no server at the moment.
        LOG.info(`${repository.root}: ${row.name} is not compared with HEAD: ${String(error)}`);
      }
    }
    this.answer = { about, beside };
    this.update();
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** The version that is told: that of the most important stage that has one, or else the latest. */
export function shownOf(repository: Repository, name: string): Shown | undefined {
  const row = repository.row(name);
  const stage = repository.heldStages(name).at(-1);
  const held = stage === undefined ? undefined : row?.stages[stage]?.[0];
  if (held !== undefined) return { version: held, stage };
  return row?.latest ? { version: row.latest, stage: undefined } : undefined;
}

/** What can be done about the artifact of a file. */
export function actionsOf({ repository, row }: FoundArtifact): CardAction[] {
  const { name } = row;
  const repo = repository.root;
  const shown = shownOf(repository, name);
  const actions: CardAction[] = [];
  const stage = shown?.stage;
  if (stage !== undefined) {
    const argument = { repo, name, stage };
    const label = l10n.t('Explain {0}', stage);
    actions.push({ icon: 'question', label, command: 'gto.explainStage', argument });
  }
  if (shown !== undefined) {
    const argument = { repo, name, version: shown.version };
    const label = l10n.t('Compare with HEAD');
    actions.push({ icon: 'git-compare', label, command: 'gto.compareWithHead', argument });
  }
  if (stage !== undefined && canRollBack(row, stage) && workspace.isTrusted) {
    const argument = { repo, name, stage };
    const label = l10n.t('Roll Back {0}…', stage);
    actions.push({ icon: 'discard', label, command: 'gto.rollBackStage', argument });
  }
  const argument = { repo, name };
  if (row.registered) {
    const label = l10n.t('History');
    actions.push({ icon: 'history', label, command: 'gto.showHistoryOf', argument });
  }
  const label = l10n.t('Show in Sidebar');
  actions.push({ icon: 'list-tree', label, command: 'gto.revealArtifact', argument });
  return actions;
}

/** The file in front: in a text editor, a notebook, an editor of its own, or the right side of a comparison. */
export function uriInFront(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof TabInputTextDiff) return input.modified;
  const isFile =
    input instanceof TabInputText ||
    input instanceof TabInputCustom ||
    input instanceof TabInputNotebook;
  return isFile ? input.uri : undefined;
}

/** The version beside HEAD that is asked about, and the state of the registry in which it is. */
function questionOf({ repository, row }: FoundArtifact): string {
  const shown = shownOf(repository, row.name);
  return [repository.root, row.name, shown?.version ?? '', repository.clock ?? ''].join('\n');
}

/** The same without the state. */
const subjectOf = (question: string): string => question.slice(0, question.lastIndexOf('\n'));
