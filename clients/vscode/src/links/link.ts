import { EXTENSION_ID } from '../client/identity';

/** What a link is about. Everything in it was checked, and holds no more than these parts may have. */
export interface Link {
  readonly does: 'open' | 'propose';
  /** Empty for a stage with all that is in it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly stage: string | undefined;
  /** The repository on its host, as `repositoryOf` names it; undefined where it has no remote. */
  readonly repo: string | undefined;
}

/** The parts of an address, as VS Code hands it over: decoded. */
export interface Address {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const MAX_PART = 300;
/** GTO's grammar of names: gto_daemon/registry/tag_names.py. */
const NAME = /^(?:[a-zA-Z0-9\-_./]+:)?[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?$/;
const STAGE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]*[a-zA-Z0-9])?$/;
const VERSION = /^v\d+\.\d+\.\d+(?:[-+][0-9a-zA-Z.+-]+)?$/;
const REPOSITORY = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[\w.~-]+)+$/i;

/** The address of a link, under the scheme that this VS Code is called by. */
export function linkText({ does, name, version, stage, repo }: Link, scheme: string): string {
  const about = version !== undefined ? `@${version}` : does === 'open' && stage ? `#${stage}` : '';
  // `@` means nothing in a path; `#` would begin something else.
  const path = encodeURIComponent(name + about).replaceAll('%40', '@');
  const query = [
    ...(does === 'propose' && stage !== undefined ? [`stage=${encodeURIComponent(stage)}`] : []),
    ...(repo === undefined ? [] : [`repo=${encodeURIComponent(repo)}`]),
  ].join('&');
  return `${scheme}://${EXTENSION_ID}/${does}/${path}${query ? `?${query}` : ''}`;
}

/** What an address means; undefined where it is no link of ours, or one that nobody could have copied. */
export function readLink({ path, query, fragment }: Address): Link | undefined {
  const [, does, ref = ''] = /^\/(open|propose)\/(.*)$/s.exec(path) ?? [];
  const parameters = new Map(
    query.split('&').map((each): [string, string] => {
      const at = each.indexOf('=');
      return at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1)];
    }),
  );
  const [repo, proposed] = [parameters.get('repo'), parameters.get('stage')];
  if (does === undefined || fragment !== '') return undefined;
  if ([ref, repo, proposed].some((each) => (each ?? '').length > MAX_PART)) return undefined;
  const [, name = '', version, stage] = /^([^@#]*)(?:@(.+)|#(.+))?$/s.exec(ref) ?? [];
  const isStage = does === 'open' && name === '' && stage !== undefined;
  if (!isStage && !NAME.test(name)) return undefined;
  if (version !== undefined && !VERSION.test(version)) return undefined;
  if (repo !== undefined && (!REPOSITORY.test(repo) || /(?:^|\/)\.{1,2}(?:\/|$)/.test(repo)))
    return undefined;
  if (does === 'open') {
    if (stage !== undefined && !STAGE.test(stage)) return undefined;
    return { does, name, version, stage, repo };
  }
  if (version === undefined || proposed === undefined || !STAGE.test(proposed)) return undefined;
  return { does: 'propose', name, version, stage: proposed, repo };
}

/**
 * A repository on its host, `github.com/ann/models`, however its URL is written: without a user, a password, a token
 * and a protocol. Undefined where it is on no host, and so nobody else's.
 */
export function repositoryOf(url: string): string | undefined {
  const [, scheme = '', host = '', port, place = ''] =
    /^(https?|ssh|git):\/\/(?:[^/]*@)?([^/:@]+)(?::(\d+))?\/([^?#]+)/i.exec(url) ??
    // ssh's own way. A single letter is a drive of Windows.
    /^()(?:[^/@:]+@)?([\w.-]{2,})()?:(?!\/\/)([^?#]+)$/.exec(url) ??
    [];
  const isOwnPort = port && /^http/i.test(scheme) && port !== '80' && port !== '443';
  const path = place.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  const found = `${host.toLowerCase()}${isOwnPort ? `:${port}` : ''}/${path}`;
  return REPOSITORY.test(found) && found.length <= MAX_PART ? found : undefined;
}

/** Hosts tell letters apart or do not; a clone of either is the one that is meant. */
export const isSameRepository = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();

/** `churn@v3.1.0`, `churn#prod`, `churn` or `#prod`. */
export function refOf({ name, version, stage }: Link): string {
  if (version !== undefined) return `${name}@${version}`;
  return stage === undefined ? name : `${name}#${stage}`;
}

/** The host that a repository is on. */
export const hostOf = (repo: string): string => repo.slice(0, repo.indexOf('/'));
