// The kinds of themes that pages have to follow.
export const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
};

/** Takes a picture in each theme; the page has to follow it. `shoot` takes others instead. */
export async function shots(
  window,
  registry,
  page,
  name,
  shoot = (kind) => window.shot(`${name}-${kind}`),
) {
  for (const [kind, theme] of Object.entries(THEMES)) {
    registry.write({ '.vscode/settings.json': JSON.stringify({ 'workbench.colorTheme': theme }) });
    await page.locator(`body[data-vscode-theme-kind=vscode-${kind}]`).waitFor();
    await shoot(kind);
  }
  registry.write({ '.vscode/settings.json': '{}' });
}
