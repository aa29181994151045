import { l10n } from 'vscode';
import type { Miss, Server } from './findServer';

export type Health =
  /** Nobody asked for it yet. */
  | { readonly state: 'idle' }
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly server: Server; readonly daemon: string }
  | { readonly state: 'missing'; readonly misses: readonly Miss[] }
  | { readonly state: 'failed'; readonly reason: string; readonly server: Server | undefined };

/** Why nothing can be asked of the server. */
export function whyNotConnected(health: Health): string {
  switch (health.state) {
    case 'idle':
    case 'starting':
      return l10n.t('The GTO server is starting.');
    case 'missing':
      return l10n.t('No GTO server was found.');
    case 'failed':
      return l10n.t('The GTO server did not start: {0}', health.reason);
    case 'ready':
      return l10n.t('The GTO server is not connected.');
  }
}

/** Which server it is and where it came from: "gtod 0.1.0 from the PATH". */
export function serverText(server: Server): string {
  const version = server.version ?? '';
  switch (server.source) {
    case 'socket':
      return l10n.t('gtod {0} at {1}', version, server.command);
    case 'setting':
      return l10n.t('gtod {0} from the setting gto.path', version);
    case 'bundled':
      return l10n.t('gtod {0} that came with the extension', version);
    case 'interpreter':
      return l10n.t('gtod {0} from the Python environment {1}', version, server.command);
    case 'path':
      return l10n.t('gtod {0} from the PATH', version);
  }
}
