import { settings } from '../client/settings';
import type { FleetArtifact, FleetRepository, FleetShowResult, TreeRow } from '../protocol';
import { stageLooks, type StageLook } from './stageLooks';

/** A repository of the fleet with its artifacts, as the daemon last told them. */
export interface FleetMember {
  readonly repository: FleetRepository;
  readonly rows: readonly TreeRow[];
  /** The most important stage: the one that the user chose for its folder, or else `prod`. */
  readonly mainStage: string;
  readonly looks: ReadonlyMap<string, StageLook>;
}

/** The repositories of an answer, in its order, each with its artifacts. */
export function membersOf({ repositories, artifacts }: FleetShowResult): readonly FleetMember[] {
  const own = new Map<string, FleetArtifact[]>(repositories.map(({ name }) => [name, []]));
  for (const artifact of Object.values(artifacts)) own.get(artifact.repository)?.push(artifact);
  return repositories.map((repository) => memberOf(repository, own.get(repository.name) ?? []));
}

function memberOf(repository: FleetRepository, artifacts: readonly FleetArtifact[]): FleetMember {
  const mainStage = settings.mainStageOf(repository.path ?? '/') ?? 'prod';
  const names = new Set(artifacts.flatMap(({ stage }) => Object.keys(stage)));
  const stages = [...names].map((name) => ({ name, isAllowed: true }));
  const looks = stageLooks(stages, mainStage, settings.stageLooks);
  return { repository, rows: artifacts.map(rowOf), mainStage, looks };
}

/** The most important stage that an artifact is in: the main one, or else the last of the others. */
export function firstStage({ stages }: TreeRow, mainStage: string): string | undefined {
  return mainStage in stages ? mainStage : Object.keys(stages).at(-1);
}

/** An artifact of a fleet as a row of the Artifacts view, without what only an open repository is asked for. */
function rowOf({ artifact, version, stage, registered, active }: FleetArtifact): TreeRow {
  const held = Object.entries(stage).flatMap(([name, versions]): [string, string[]][] =>
    versions ? [[name, versions.split(',')]] : [],
  );
  return {
    name: artifact,
    dir: '',
    label: artifact,
    type: null,
    description: '',
    latest: version,
    stages: Object.fromEntries(held),
    since: {},
    earlier: [],
    registered,
    deprecated: registered && !active,
    annotated_in: [],
    tags: 0,
    comparable: false,
    problems: [],
  };
}
