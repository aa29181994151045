/** What VS Code's `Disposable` is to whoever ends it. */
interface Disposable {
  dispose(): unknown;
}

/** Something that the extension does for as long as it is active. It registers itself when it is constructed. */
export abstract class Feature {
  private readonly disposables: Disposable[] = [];

  /** Has these disposed of when the feature is. */
  protected register(...disposables: readonly Disposable[]): void {
    this.disposables.push(...disposables);
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }
}
