import * as vscode from 'vscode';
import type { Api } from '../../src/extension';
import { scenarios } from './scenarios';

/** Called by VS Code in its extension host, as `@vscode/test-electron` has it. Rejects when a test fails. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<Api>('gtod.gto-registry');
  if (!extension) throw new Error('the extension is not there');
  const api = await extension.activate();
  const failures: string[] = [];
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      await scenario(api);
      console.log(`  ✓ ${name}`);
    } catch (error) {
      failures.push(name);
      console.log(`  ✗ ${name}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
  }
  console.log(`${Object.keys(scenarios).length} tests, ${failures.length} failed`);
  if (failures.length > 0) throw new Error(failures.join(', '));
}
