import { statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import * as path from 'node:path';
import { l10n } from 'vscode';
import type { StreamInfo } from 'vscode-languageclient/node';

const SCHEME = 'unix:';
/** How long a daemon may take to listen, and the pause between two attempts (milliseconds). */
const [ATTACH_TIMEOUT, RETRY_PAUSE] = [3_000, 100];

/** Variables that name a repository, as requests do themselves: gto_daemon/environment.py has the same list. */
const LOCAL =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|CONFIG|DIR|GRAFT_FILE|IMPLICIT_WORK_TREE|INDEX_FILE|INTERNAL_SUPER_PREFIX|NO_REPLACE_OBJECTS|OBJECT_DIRECTORY|PREFIX|REPLACE_REF_BASE|SHALLOW_FILE|WORK_TREE)$/;

/** The environment for a daemon that we did not start: programs that it runs for us run in it. */
export function clientEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const counting = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && !LOCAL.test(name) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(counting);
}

/**
 * Connects to the daemon at an address, `unix:/path`. `gtod socket-path` prints the path.
 *
 * @param timeout how long one that is about to start, or to start again, is waited for (milliseconds)
 * @throws {Error} with words for the user: it is no such address, the socket is another user's, nobody listens there
 */
export async function attach(address: string, timeout = ATTACH_TIMEOUT): Promise<StreamInfo> {
  const file = address.slice(SCHEME.length);
  if (!address.startsWith(SCHEME) || !path.isAbsolute(file))
    throw new Error(l10n.t('gto.socket is {0}. It has to be unix: and an absolute path.', address));
  const end = Date.now() + timeout;
  for (;;) {
    const socket = isOurs(file) ? await connected(file) : undefined;
    if (socket !== undefined) return { reader: socket, writer: socket, detached: true };
    if (Date.now() >= end) throw new Error(l10n.t('No GTO daemon is listening at {0}.', file));
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE));
  }
}

/** Whether there is a socket of this user: the owner of a socket reads all requests, and answers what they like. */
function isOurs(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (process.getuid !== undefined && found.uid !== process.getuid())
    throw new Error(l10n.t('{0} belongs to another user.', file));
  return true;
}

function connected(file: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(file);
    // Later errors too: the reader notices them, and without a reader they do not matter.
    socket.on('error', () => resolve(undefined));
    socket.once('connect', () => resolve(socket));
  });
}
