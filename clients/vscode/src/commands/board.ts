import type { Tools } from '../tools';
import { whichRepository } from './target';

/** `gto.openBoard`: which version of which artifact is in which stage, as cards that can be moved. */
export async function openBoard(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository !== undefined) tools.panels.board(repository);
}
