import { pageTexts } from './texts';

interface Parts {
  readonly language: string;
  /** Where VS Code serves the files of the extension from. */
  readonly source: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? '');

/**
 * The document of a page: nothing but its own script and style may be loaded, and nothing sent anywhere. What it shows
 * comes in messages.
 */
export function pageHtml({ language, source, nonce, script, style }: Parts): string {
  const texts = pageTexts();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${escaped(style)}" />
  </head>
  <body data-texts="${escaped(JSON.stringify(texts))}">
    <main aria-busy="true"><p>${escaped(texts.loading)}</p></main>
    <script nonce="${nonce}" src="${escaped(script)}"></script>
  </body>
</html>
`;
}
