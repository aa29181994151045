/**
 * The label of each of these folders: its name, and as much of the path before it as makes it unique.
 *
 * @param roots absolute paths, each of them once
 */
export function labelsOf(roots: readonly string[]): ReadonlyMap<string, string> {
  const parts = roots.map((root) => root.split(/[\\/]/));
  return new Map(
    roots.map((root, index) => {
      const own = parts[index] ?? [];
      const end = (path: readonly string[], count: number): string => path.slice(-count).join('/');
      for (let count = 1; count < own.length; count++) {
        const isAlone = parts.every(
          (other) => other === own || end(other, count) !== end(own, count),
        );
        if (isAlone) return [root, end(own, count)];
      }
      return [root, root];
    }),
  );
}
