/** The checkout that this one is a linked worktree of; undefined where it is none. `store` is its Git directory. */
export function linkedTo(root: string, store: string): string | undefined {
  // The Git directory of a submodule is below that of its superproject.
  if (/[\\/]\.git[\\/]modules[\\/]/.test(store)) return undefined;
  const main = store.replace(/[\\/]\.git$/, '');
  return main === root ? undefined : main;
}
