import * as vscode from 'vscode';

// VS Code has these from 1.95 (tools) and 1.101 on (servers), and not every build of it does. The extension is compiled
// against an older one, so what it uses of them is declared here.

export interface ToolResult {
  readonly content: readonly unknown[];
}

export interface Tool<T> {
  prepareInvocation(options: { readonly input: T }): { readonly invocationMessage: string };
  invoke(options: { readonly input: T }): Promise<ToolResult>;
}

export interface McpServer {
  cwd?: vscode.Uri;
}

export interface McpServerProvider {
  readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): Promise<McpServer[]>;
}

interface Parts {
  readonly lm?: {
    registerTool?<T>(name: string, tool: Tool<T>): vscode.Disposable;
    registerMcpServerDefinitionProvider?(
      id: string,
      provider: McpServerProvider,
    ): vscode.Disposable;
  };
  readonly LanguageModelTextPart?: new (value: string) => object;
  readonly LanguageModelToolResult?: new (content: readonly object[]) => ToolResult;
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version?: string,
  ) => McpServer;
}

const parts: Parts = vscode as unknown as Parts;

/** Offers a tool to language models; undefined where VS Code has no such tools. */
export function registerTool<T>(name: string, tool: Tool<T>): vscode.Disposable | undefined {
  if (!parts.LanguageModelToolResult || !parts.LanguageModelTextPart) return undefined;
  return parts.lm?.registerTool?.(name, tool);
}

/** What a tool answers. Only within a tool that was registered. */
export function toolResult(value: object): ToolResult {
  const { LanguageModelTextPart: Text, LanguageModelToolResult: Result } = parts;
  if (!Text || !Result) throw new Error('this VS Code has no tools for language models');
  return new Result([new Text(JSON.stringify(value))]);
}

/** Offers servers of the Model Context Protocol; undefined where VS Code takes none from extensions. */
export function registerMcpServers(
  id: string,
  provider: McpServerProvider,
): vscode.Disposable | undefined {
  if (!parts.McpStdioServerDefinition) return undefined;
  return parts.lm?.registerMcpServerDefinitionProvider?.(id, provider);
}

/** A server that is a program. Only for a provider that was registered. */
export function mcpServer(
  label: string,
  [command = '', ...args]: readonly string[],
  version: string | undefined,
  folder: string,
): McpServer {
  const { McpStdioServerDefinition: Definition } = parts;
  if (!Definition) throw new Error('this VS Code takes no MCP servers from extensions');
  const server = new Definition(label, command, args, {}, version);
  server.cwd = vscode.Uri.file(folder);
  return server;
}
