/** How a stage is drawn: by a shape as well as a colour, so that nobody has to tell colours apart. */
export interface StageLook {
  /** A codicon. */
  readonly icon: string;
  /** The id of a theme's colour. */
  readonly color: string;
}

/** What somebody chose for single stages, by their names. */
export interface ChosenLooks {
  readonly icons: Readonly<Record<string, string>>;
  readonly colors: Readonly<Record<string, string>>;
}

const MAIN: StageLook = { icon: 'rocket', color: 'charts.green' };
const DEV: StageLook = { icon: 'beaker', color: 'charts.blue' };
const STAGING: StageLook = { icon: 'layers', color: 'charts.orange' };
const TEST: StageLook = { icon: 'telescope', color: 'charts.purple' };
const OTHERS: readonly StageLook[] = [
  DEV,
  STAGING,
  TEST,
  { icon: 'shield', color: 'charts.red' },
  { icon: 'globe', color: 'charts.yellow' },
  { icon: 'flame', color: 'charts.orange' },
  { icon: 'compass', color: 'charts.blue' },
  { icon: 'pulse', color: 'charts.purple' },
];
/** Names that most people use, which look the same in every registry. */
const USUAL: Readonly<Record<string, StageLook>> = {
  dev: DEV,
  development: DEV,
  staging: STAGING,
  stage: STAGING,
  test: TEST,
  testing: TEST,
  qa: TEST,
};
/** One that `.gto` does not allow. */
const NOT_ALLOWED: StageLook = { icon: 'question', color: 'list.warningForeground' };

/**
 * The look of each of these stages. No two of the first nine are the same, unless somebody chose so.
 *
 * @param stages in their order
 * @param main the most important one
 */
export function stageLooks(
  stages: readonly { readonly name: string; readonly isAllowed: boolean }[],
  main: string,
  { icons, colors }: ChosenLooks,
): ReadonlyMap<string, StageLook> {
  const allowed = stages.filter(({ isAllowed }) => isAllowed).map(({ name }) => name);
  const looks = new Map<string, StageLook>();
  const taken = new Set<StageLook>();
  for (const name of allowed) {
    const usual = name === main ? MAIN : USUAL[name];
    if (usual === undefined || taken.has(usual)) continue;
    looks.set(name, usual);
    taken.add(usual);
  }
  const free = OTHERS.filter((look) => !taken.has(look));
  const left = allowed.filter((name) => !looks.has(name));
  for (const [at, name] of left.entries())
    looks.set(name, free[at % Math.max(free.length, 1)] ?? DEV);
  const all = stages.map(({ name }): [string, StageLook] => {
    const { icon, color } = looks.get(name) ?? (name === main ? MAIN : NOT_ALLOWED);
    return [name, { icon: icons[name] ?? icon, color: colors[name] ?? color }];
  });
  return new Map(all);
}
