import { l10n, languages, LanguageStatusSeverity, Disposable } from 'vscode';
import type { Server } from './find';
import { DOCUMENTS } from './identity';
import type { Health, ServerLife } from './launch';

/** Which server it is and where it came from: "gtod 0.1.0 from the PATH". */
export function serverInWords(server: Server): string {
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

/** The server's state beside the language of the files that it serves. */
export function showStatus(life: ServerLife): Disposable {
  const item = languages.createLanguageStatusItem('gto.server', DOCUMENTS);
  item.name = 'GTO';
  const update = (health: Health): void => {
    item.busy = health.state === 'starting';
    item.severity =
      health.state === 'missing' || health.state === 'failed'
        ? LanguageStatusSeverity.Error
        : LanguageStatusSeverity.Information;
    item.text = l10n.t('GTO server');
    item.command = { command: 'gto.showLog', title: l10n.t('Show log') };
    switch (health.state) {
      case 'idle':
        item.detail = l10n.t('not started');
        break;
      case 'starting':
        item.detail = l10n.t('starting');
        break;
      case 'ready':
        item.detail = serverInWords(health.server);
        break;
      case 'missing':
        item.detail = l10n.t('not found');
        item.command = { command: 'gto.installServer', title: l10n.t('Install server') };
        break;
      case 'failed':
        item.detail = health.reason;
        item.command = { command: 'gto.restartServer', title: l10n.t('Restart') };
        break;
    }
  };
  update(life.health);
  const listening = life.onDidChangeHealth(update);
  return Disposable.from(listening, item);
}
