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
  let row = tools.artifacts.rowOf(repository, name);
  if (row === undefined && anyway && repository.row(name) !== undefined) {
    // Who asks for it wants to see it, whatever they looked for before.
    await tools.artifacts.show([]);
    row = tools.artifacts.rowOf(repository, name);
  }
  if (row) await tools.artifacts.view.reveal(row, { select: true, focus: anyway });
}

/** Selects a version in the sidebar, or its artifact where the pages that are shown do not have it. */
export async function revealVersion(
  tools: Tools,
  repository: Repository,
  name: string,
  version: string | undefined,
): Promise<void> {
  const artifact = tools.artifacts.rowOf(repository, name);
  if (artifact === undefined) return;
  const row =
    version === undefined ? undefined : await tools.artifacts.versionRow(artifact, version);
  await tools.artifacts.view.reveal(row ?? artifact, { select: true, focus: true, expand: true });
}

/** Selects a stage in the sidebar, and opens what is in it. */
export async function revealStage(
  { stages }: Tools,
  repository: Repository,
  stage: string,
): Promise<void> {
  const row = stages.rowOf(repository, stage);
  if (row) await stages.view.reveal(row, { select: true, focus: true, expand: true });
}

/** `gto.revealArtifact`: shows the artifact of a code lens in the sidebar. */
export async function revealArtifact(tools: Tools, argument: unknown): Promise<void> {
  const target = targetOf(tools, argument);
  if (target?.name === undefined) return;
  await reveal(tools, target.repository, target.name, { anyway: true });
}
