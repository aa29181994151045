// How smooth a page is, as its browser sees it.

/** Watches the page of this element from now on; answers what says how it went since the last time. */
export async function measured(main, say) {
  await main.evaluate(() => {
    const seen = { tasks: [], shifts: 0, frames: [] };
    globalThis.gtoSeen = seen;
    new globalThis.PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
    new globalThis.PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) seen.shifts += value;
    }).observe({ type: 'layout-shift' });
    let last = globalThis.performance.now();
    const frame = (now) => {
      seen.frames.push(now - last);
      last = now;
      globalThis.requestAnimationFrame(frame);
    };
    globalThis.requestAnimationFrame(frame);
  });
  return async (what) => {
    const told = await main.evaluate(() => {
      const { tasks, shifts, frames } = globalThis.gtoSeen;
      const sorted = [...frames].sort((one, other) => one - other);
      const at = (part) => Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
      const found = { tasks: [...tasks], shifts, median: at(0.5), most: at(0.99) };
      tasks.length = 0;
      frames.length = 0;
      globalThis.gtoSeen.shifts = 0;
      return found;
    });
    const { tasks, shifts, median, most } = told;
    say(
      `${what}: frames ${median} ms, 99 of 100 within ${most} ms; ${tasks.length} tasks above 50 ms (${tasks.join(', ')}); layout shift ${shifts.toFixed(3)}`,
    );
    return told;
  };
}
