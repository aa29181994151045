// What pages can do besides being read: the theme, filters and sorting. Without it, everything is there all the same.
'use strict';
(() => {
  const make = (name, properties = {}, ...content) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...content);
    return element;
  };
  const root = document.documentElement;
  const script = document.currentScript.src;

  /** The button that changes the theme, which is remembered where the browser lets a page remember. */
  function addThemeButton() {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
    const button = make('button', { type: 'button' });
    const show = () => {
      button.textContent = isDark() ? 'Light theme' : 'Dark theme';
      document.dispatchEvent(new Event('theme'));
    };
    button.addEventListener('click', () => {
      const theme = isDark() ? 'light' : 'dark';
      root.dataset.theme = theme;
      try {
        localStorage.gtodTheme = theme;
      } catch {
        // It is only not remembered.
      }
      show();
    });
    system.addEventListener('change', show);
    document.querySelector('header').append(button);
    show();
  }

  const collator = new Intl.Collator('en', { numeric: true });
  const isNumber = /^[-+]?(\d|Infinity)/;

  /** Compare two texts: numbers by their value, all else as people sort, what is empty last. */
  function compare(left, right, direction) {
    if (!left || !right) return Number(!left) - Number(!right);
    const numbers = [left, right].every(
      (text) => isNumber.test(text) && !Number.isNaN(Number(text)),
    );
    return direction * (numbers ? Number(left) - Number(right) : collator.compare(left, right));
  }

  function textOf(row, column) {
    const cell = row.cells[column];
    return cell.querySelector(':scope > .none') ? '' : cell.textContent.trim();
  }

  /** Buttons in the heads of a table. Versions come sorted by the rules of versions, which is kept for them. */
  function makeSortable(table, announce) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const given = new Map(rows.map((row, place) => [row, place]));
    for (const head of table.tHead.rows[0].cells) {
      const button = make('button', { type: 'button' }, ...head.childNodes);
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const ascending = head.getAttribute('aria-sort') !== 'ascending';
        const direction = ascending ? 1 : -1;
        const column = head.cellIndex;
        const byPlace = table.matches('.versions, .metrics') && column === 0;
        const sorted = rows
          .map((row) => ({ row, text: textOf(row, column), place: given.get(row) }))
          .sort((left, right) =>
            byPlace
              ? direction * (right.place - left.place)
              : compare(left.text, right.text, direction) || left.place - right.place,
          );
        for (const other of head.parentNode.cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
        body.append(...sorted.map(({ row }) => row));
        announce(`Sorted by ${button.textContent}, ${ascending ? 'ascending' : 'descending'}`);
      });
    }
  }

  /** The search field of the first page, with the stages to choose from. */
  function addFilter(place, table) {
    const rows = [...table.tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const stageOf = (row) => [...row.querySelectorAll('td i')].map((badge) => badge.textContent);
    const stages = [...new Set(rows.flatMap(stageOf))].sort(collator.compare);
    const isDeprecated = (row) => row.querySelector('th .gone') !== null;

    const search = make('input', {
      type: 'search',
      id: 'search',
      autocomplete: 'off',
      spellcheck: false,
    });
    search.setAttribute('aria-keyshortcuts', '/');
    search.placeholder = 'Name, description, label, version';
    const label = make('label', { htmlFor: 'search' }, 'Search');
    const stage = make('select', {}, make('option', { value: '' }, 'All stages'));
    stage.setAttribute('aria-label', 'Stage');
    stage.append(...stages.map((name) => make('option', { value: name }, name)));
    const deprecated = make('input', { type: 'checkbox' });
    const found = make('output');
    place.append(label, search);
    if (stages.length) place.append(stage);
    if (rows.some(isDeprecated)) place.append(make('label', {}, deprecated, ' Deprecated'));
    place.append(found);
    place.hidden = false;

    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const fits =
          words.every((word) => texts.get(row).includes(word)) &&
          (!stage.value || stageOf(row).includes(stage.value)) &&
          (deprecated.checked || !isDeprecated(row));
        row.hidden = !fits;
        shown += fits;
      }
      found.textContent = `${shown} of ${rows.length} artifacts`;
      const state = new URLSearchParams();
      if (search.value) state.set('q', search.value);
      if (stage.value) state.set('stage', stage.value);
      if (deprecated.checked) state.set('deprecated', '1');
      history.replaceState(null, '', `#${state}`.replace(/^#$/, location.pathname));
    };
    const restore = () => {
      const state = new URLSearchParams(location.hash.slice(1));
      search.value = state.get('q') ?? '';
      stage.value = stages.includes(state.get('stage')) ? state.get('stage') : '';
      deprecated.checked = state.has('deprecated');
    };
    restore();
    apply();
    for (const control of [search, stage, deprecated]) control.addEventListener('input', apply);
    window.addEventListener('hashchange', () => {
      restore();
      apply();
    });
    document.addEventListener('keydown', (event) => {
      const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
      } else if (event.key === 'Escape' && document.activeElement === search && search.value) {
        search.value = '';
        apply();
      } else if (event.key === 'Enter' && document.activeElement === search) {
        const visible = rows.filter((row) => !row.hidden);
        if (visible.length === 1) visible[0].querySelector('a').click();
      }
    });
    return (text) => {
      found.textContent = text;
    };
  }

  /** What draws curves is loaded only where there are some. */
  function loadPlotting() {
    if (!document.querySelector('.plot, .charts')) return;
    const assets = new URL('.', script).href;
    document.head.append(make('link', { rel: 'stylesheet', href: `${assets}uplot.css` }));
    for (const name of ['uplot.js', 'plots.js'])
      document.head.append(make('script', { src: assets + name, async: false }));
  }

  /** What scrolls by itself is reached by the keyboard. */
  function makeReachable(place) {
    const table = place.firstElementChild;
    new ResizeObserver(() => {
      if (place.scrollWidth > place.clientWidth) {
        place.tabIndex = 0;
        place.setAttribute('role', 'region');
        place.setAttribute('aria-label', table.getAttribute('aria-label'));
      } else for (const name of ['tabindex', 'role', 'aria-label']) place.removeAttribute(name);
    }).observe(place);
  }

  /** The way to the parts of a page that is longer than two screens. */
  function addContents() {
    const sections = [...document.querySelectorAll('section[id]')];
    if (sections.length < 2 || root.scrollHeight < 2 * innerHeight) return;
    const nav = make('nav', { className: 'toc' });
    nav.setAttribute('aria-label', 'On this page');
    for (const { id, firstElementChild } of sections)
      nav.append(make('a', { href: `#${id}` }, firstElementChild.textContent));
    sections[0].before(nav);
  }

  function start() {
    addThemeButton();
    addContents();
    loadPlotting();
    document.querySelectorAll('.scroll').forEach(makeReachable);
    const place = document.getElementById('filter');
    const status = make('output', { className: 'status' });
    document.querySelector('main').append(status);
    const filtered = document.querySelector('.cards');
    const said = place && filtered ? addFilter(place, filtered) : undefined;
    for (const table of document.querySelectorAll('.sortable'))
      makeSortable(
        table,
        said ??
          ((text) => {
            status.textContent = text;
          }),
      );
  }

  // Only when the page has been painted: nothing of this is needed to read it.
  requestAnimationFrame(() => setTimeout(start));
})();
