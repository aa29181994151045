// Writes src/protocol.ts from gto_daemon/protocol/openrpc.json; with --check it only tells whether the two agree.
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

const source = new URL('../../../gto_daemon/protocol/openrpc.json', import.meta.url);
const target = new URL('../src/protocol.ts', import.meta.url);
const options = JSON.parse(readFileSync(new URL('../.prettierrc', import.meta.url), 'utf8'));

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${schema.items ? typeOf(schema.items) : 'unknown'})[]`;
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `Readonly<Record<string, ${typeOf(schema.additionalProperties)}>>`
        : 'Readonly<Record<string, unknown>>';
    default:
      return 'unknown';
  }
}

const comment = (text) =>
  text ? `/** ${text.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n` : '';

function shape([name, schema]) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([key, member]) =>
      `${comment(member.description)}readonly ${JSON.stringify(key)}${required.has(key) ? '' : '?'}: ${typeOf(member)};`,
  );
  return `${comment(schema.description)}export interface ${name} {\n${members.join('\n')}\n}`;
}

/** The model of a method's params is called after it: `gto/checkRef`, `CheckRefParams`; `gto/fleet/show`, `FleetShowParams`. */
function method({ name, summary, result }) {
  const parts = name.split(/[/.]/).slice(1);
  const model = parts.map((part) => part[0].toUpperCase() + part.slice(1)).join('');
  return `${comment(summary)}${JSON.stringify(name)}: { readonly params: ${model}Params; readonly result: ${typeOf(result.schema)} };`;
}

function render() {
  const openrpc = JSON.parse(readFileSync(source, 'utf8'));
  const union = (names) => names.map((name) => JSON.stringify(name)).join(' | ');
  const notifications = openrpc['x-notifications'].map(
    ({ name, summary, params }) => `${comment(summary)}${JSON.stringify(name)}: ${typeOf(params)};`,
  );
  const lines = [
    '// Generated from gto_daemon/protocol/openrpc.json by `npm run protocol`: what gtod and its clients say to each other.',
    ...Object.entries(openrpc.components.schemas).map(shape),
    '/** Name to params and result of every method. */',
    `export interface Methods {\n${openrpc.methods.map(method).join('\n')}\n}`,
    '/** Name to params of every notification. */',
    `export interface Notifications {\n${notifications.join('\n')}\n}`,
    '/** The kinds of refusals, `data.kind` of an error. */',
    `export type Kind = ${union(Object.keys(openrpc['x-kinds']))};`,
    '/** What a client may require of the server. */',
    `export type Capability = keyof Methods | ${union(openrpc['x-features'])};`,
    '/** The version of the protocol. */',
    `export const PROTOCOL = ${openrpc.info.version};`,
  ];
  return format(lines.join('\n\n'), { ...options, parser: 'typescript' });
}

const text = await render();
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error(
    'src/protocol.ts is not what gto_daemon/protocol/openrpc.json says; run: npm run protocol',
  );
  process.exitCode = 1;
}
