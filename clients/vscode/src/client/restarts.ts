/** Limits how often a server that ends by itself is restarted: `max` times in `window` milliseconds. */
export class RestartBudget {
  private readonly ends: number[] = [];

  constructor(
    private readonly max = 4,
    private readonly window = 3 * 60_000,
  ) {}

  /** Notes that the server ended; returns whether it may be restarted. */
  ended(now: number = Date.now()): boolean {
    this.ends.push(now);
    while (this.ends[0] !== undefined && this.ends[0] <= now - this.window) this.ends.shift();
    return this.ends.length <= this.max;
  }

  /** How often it ended within the window. */
  get count(): number {
    return this.ends.length;
  }

  /** Starts to count again, because somebody asked for a start. */
  reset(): void {
    this.ends.length = 0;
  }
}

/** Runs a job one call after the other; calls that wait share one run, because all would do the same. */
export class SingleFlight {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly job: () => Promise<void>) {}

  /** Resolves at the end of the current run, or of a new one where there is none. */
  join(): Promise<void> {
    return this.running ?? this.begin();
  }

  /** Resolves at the end of a run that begins after this call. */
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
