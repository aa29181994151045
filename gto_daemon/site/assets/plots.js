// Curves: those of the page's data, and each metric over the versions of the table below it. uPlot draws them.
'use strict';
(() => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const drawings = new Set();
  /** The colour of a custom property, as it is in the present theme. */
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const short = (number) =>
    Number.isInteger(number) ? String(number) : String(Number(number.toPrecision(4)));

  function draw(place, { series, names = [], label, points = false, height = 14 * rem, onMove }) {
    const xs = [...new Set(series.flatMap((each) => each.x))].sort((left, right) => left - right);
    const shown = series.map((each) => {
      const values = new Map(each.x.map((x, index) => [x, each.y[index]]));
      return xs.map((x) => values.get(x) ?? null);
    });
    const named = (x) => (names.length ? (names[x] ?? '') : short(x));
    const axis = (extra) => ({
      stroke: () => colour('muted'),
      grid: { stroke: () => colour('line'), width: 1 },
      ticks: { stroke: () => colour('line'), width: 1 },
      font: `${0.75 * rem}px system-ui, sans-serif`,
      size: 2 * rem,
      ...extra,
    });
    const isCategory = names.length > 0;
    const options = {
      width: place.clientWidth,
      height,
      scales: {
        x: { time: false, range: xs.length === 1 ? [xs[0] - 1, xs[0] + 1] : undefined },
      },
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { show: series.length > 1 },
      hooks: { setCursor: [(plot) => onMove?.(plot.cursor.idx, xs, shown)] },
      series: [
        { label, value: (_plot, x) => (x === null ? '' : named(x)) },
        ...series.map((each, index) => ({
          label: each.name || ' ',
          stroke: () => colour(`curve${index % 6}`),
          width: 2,
          spanGaps: true,
          paths: points ? () => null : undefined,
          points: { show: points || xs.length < 30, size: 6 },
          value: (_plot, y) => (y === null ? '' : short(y)),
        })),
      ],
      axes: [
        axis({
          values: (_plot, ticks) =>
            ticks.map((x) => (isCategory && !Number.isInteger(x) ? '' : named(x))),
          incrs: isCategory ? [1, 2, 5, 10, 20, 50, 100, 200, 500] : undefined,
          space: (isCategory ? 5 : 3.5) * rem,
        }),
        axis({
          size: (_plot, ticks) =>
            Math.max(3.5, 1.1 + 0.45 * Math.max(0, ...(ticks ?? []).map((tick) => tick.length))) *
            rem,
          values: (_plot, ticks) => ticks.map(short),
        }),
      ],
    };
    const plot = new uPlot(options, [xs, ...shown], place);
    drawings.add(plot);
    new ResizeObserver(() => {
      if (place.clientWidth && Math.abs(place.clientWidth - plot.width) > 1)
        plot.setSize({ width: place.clientWidth, height });
    }).observe(place);
  }

  function say(place, text) {
    const canvas = place.querySelector('canvas');
    canvas?.setAttribute('role', 'img');
    canvas?.setAttribute('aria-label', text);
  }

  /** Draw what is about to be seen, and nothing else: a page may have dozens of curves. */
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        target.draw();
      }
    },
    { rootMargin: '200px' },
  );

  function addPlot(place) {
    const data = JSON.parse(place.querySelector('script').textContent);
    for (const each of data.series) each.x ??= each.y.map((_, index) => index);
    place.draw = () => {
      draw(place, { ...data, label: data.x });
      say(place, `${data.y} by ${data.x}`);
    };
    seen.observe(place);
  }

  function addCharts(place, table) {
    const rows = [...table.tBodies[0].rows].reverse();
    const versions = rows.map((row) => row.cells[0].textContent);
    if (versions.length < 2) return;
    [...table.tHead.rows[0].cells].slice(1).forEach((head, index) => {
      const all = rows.map((row, x) => ({ x, text: row.cells[index + 1].textContent }));
      const known = all.filter(({ text }) => text && Number.isFinite(Number(text)));
      if (known.length < 2) return;
      const name = head.textContent;
      const figure = document.createElement('figure');
      const caption = document.createElement('figcaption');
      const value = document.createElement('span');
      const at = ({ x, text }) => `${text} in ${versions[x]}`;
      const newest = known.at(-1);
      value.textContent = at(newest);
      caption.append(value, name);
      const chart = document.createElement('div');
      chart.className = 'chart';
      figure.append(caption, chart);
      place.append(figure);
      chart.draw = () => {
        draw(chart, {
          series: [{ name, x: known.map(({ x }) => x), y: known.map(({ text }) => Number(text)) }],
          names: versions,
          label: 'Version',
          height: 10 * rem,
          onMove: (index) => {
            value.textContent = at(known[index ?? -1] ?? newest);
          },
        });
        say(chart, `${name} over ${known.length} versions, from ${at(known[0])} to ${at(newest)}`);
      };
      seen.observe(chart);
    });
    place.hidden = !place.childElementCount;
  }

  document.querySelectorAll('.plot').forEach(addPlot);
  const charts = document.querySelector('.charts');
  const table = document.querySelector('table.metrics');
  if (charts && table) addCharts(charts, table);
  document.addEventListener('theme', () => drawings.forEach((plot) => plot.redraw(false, true)));
})();
