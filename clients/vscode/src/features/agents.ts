import { EventEmitter, l10n, workspace } from 'vscode';
import {
  mcpServer,
  registerMcpServers,
  registerTool,
  toolResult,
  type McpServer,
  type ToolResult,
} from '../client/languageModels';
import { assignStage } from '../commands/assign';
import { registerVersion } from '../commands/register';
import type { Named } from '../commands/target';
import { removeFromStage, rollBackStage } from '../commands/undo';
import type { Repository } from '../registry/repository';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** What a language model names; see `languageModelTools` in package.json. */
export interface Input extends Omit<Named, 'repo' | 'commit' | 'name'> {
  readonly repository?: string;
  readonly artifact: string;
}

/** By the names of their tools, the wizards that a model may open. What it names is not asked. */
const WIZARDS: Readonly<Record<string, (tools: Tools, argument: Named) => Promise<void>>> = {
  gto_register_version: registerVersion,
  gto_assign_stage: assignStage,
  gto_remove_from_stage: removeFromStage,
  gto_roll_back_stage: rollBackStage,
};

/**
 * Offers the registry to language models: `gtod mcp` to all that speak the Model Context Protocol, and acts as tools
 * that open a wizard. A tag is created when a person says so in its last step, which shows the tag; never otherwise.
 */
export class Agents extends Feature {
  private readonly serversChanged = new EventEmitter<void>();
  private isOffered = false;

  constructor(private readonly tools: Tools) {
    super();
    this.register(
      this.serversChanged,
      workspace.onDidGrantWorkspaceTrust(() => this.offer()),
      workspace.onDidChangeWorkspaceFolders(() => this.serversChanged.fire()),
      tools.server.onDidChangeHealth(({ state }) => {
        if (state !== 'starting') this.serversChanged.fire();
      }),
    );
    this.offer();
  }

  /** Nothing is offered in a folder that the user does not trust. */
  private offer(): void {
    if (!workspace.isTrusted || this.isOffered) return;
    this.isOffered = true;
    const offered = Object.entries(WIZARDS).map(([name, wizard]) =>
      registerTool<Input>(name, {
        prepareInvocation: ({ input }) => ({
          invocationMessage: l10n.t('Opening the last step for {0}', input.artifact),
        }),
        invoke: ({ input }) => this.invoke(wizard, input),
      }),
    );
    const servers = registerMcpServers('gto', {
      onDidChangeMcpServerDefinitions: this.serversChanged.event,
      provideMcpServerDefinitions: () => this.servers(),
    });
    this.register(...[...offered, servers].filter((each) => each !== undefined));
  }

  private async servers(): Promise<McpServer[]> {
    const folders = workspace.workspaceFolders ?? [];
    const server = await this.tools.server.program();
    if (server === undefined) return [];
    const { command, args, version } = server;
    return folders.map(({ name, uri }) =>
      mcpServer(
        folders.length === 1 ? 'GTO' : `GTO: ${name}`,
        [command, ...args, 'mcp'],
        version,
        uri.fsPath,
      ),
    );
  }

  private async invoke(
    wizard: (tools: Tools, argument: Named) => Promise<void>,
    { repository: root, artifact, ...named }: Input,
  ): Promise<ToolResult> {
    const { repositories, server, connection } = this.tools;
    await repositories.settled(server.started());
    const repository = repositoryOf(repositories.all, root, artifact);
    const repo = repository.root;
    const { clock } = await connection.ask('gto/stages', { repo });
    await wizard(this.tools, { ...named, name: artifact, repo });
    // What the refs say now, whoever changed them meanwhile.
    const { events } = await connection.ask('gto/changes', { repo, since: clock });
    return toolResult({ repository: repo, events });
  }
}

/** The repository that is meant: the one that is named, or else has the artifact, or is the only one. */
function repositoryOf(
  all: readonly Repository[],
  root: string | undefined,
  artifact: string,
): Repository {
  const having =
    root === undefined
      ? all.filter((each) => each.row(artifact) !== undefined)
      : all.filter((each) => each.root === root);
  const [only, ...others] = having.length === 0 && root === undefined ? all : having;
  if (only !== undefined && others.length === 0) return only;
  const roots = all.map((each) => each.root).join(', ') || 'none';
  throw new Error(`Say which repository is meant. Open in this window: ${roots}`);
}
