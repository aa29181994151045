/** The part of VS Code's `Disposable` that ends it. */
interface Disposable {
  dispose(): unknown;
}

/** Something that the extension does for as long as it is active. It registers itself when it is constructed. */
export abstract class Feature {
  private readonly disposables: Disposable[] = [];

  /** Disposes of these together with the feature. */
  protected register(...disposables: readonly Disposable[]): void {
    this.disposables.push(...disposables);
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }
}
