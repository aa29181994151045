/** How often a server that ends by itself is started again: `most` times in `window` milliseconds. */
export class RestartBudget {
  private readonly ends: number[] = [];

  constructor(
    private readonly most = 4,
    private readonly window = 3 * 60_000,
  ) {}

  /** The server ended at this moment; whether it is to be started again. */
  ended(now: number = Date.now()): boolean {
    this.ends.push(now);
    while (this.ends[0] !== undefined && this.ends[0] <= now - this.window) this.ends.shift();
    return this.ends.length <= this.most;
  }

  /** How often it ended within the window. */
  get count(): number {
    return this.ends.length;
  }

  /** Somebody asked for a start, so that counting begins anew. */
  reset(): void {
    this.ends.length = 0;
  }
}

/** Runs jobs one after the other; of those that wait, only one is kept, because they would all do the same. */
export class SingleFlight {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly job: () => Promise<void>) {}

  /** The end of the job that runs; where none does, it is run. */
  join(): Promise<void> {
    return this.running ?? this.begin();
  }

  /** Runs the job, from its beginning, after this call. */
  run(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  private begin(): Promise<void> {
    this.next = undefined;
    const running = this.job().finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
