import type { Repository } from '../registry/repository';
import type { Tools } from '../tools';
import { targetOf } from './target';

/** Selects an artifact in the sidebar, if that is to be seen; `anyway` opens it. */
export async function reveal(
  tools: Tools,
  repository: Repository,
  name: string,
  { anyway = false } = {},
): Promise<void> {
  if (!anyway && !tools.artifacts.view.visible) return;
  const row = tools.artifacts.rowOf(repository, name);
  if (row) await tools.artifacts.view.reveal(row, { select: true, focus: anyway });
}

/** `gto.revealArtifact`: shows the artifact of a code lens in the sidebar. */
export async function revealArtifact(tools: Tools, argument: unknown): Promise<void> {
  const target = targetOf(tools, argument);
  if (target?.name === undefined) return;
  await reveal(tools, target.repository, target.name, { anyway: true });
}
