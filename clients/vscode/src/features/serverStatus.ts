import { l10n, languages, LanguageStatusSeverity } from 'vscode';
import { DOCUMENTS } from '../client/identity';
import { serverText, type Health } from '../client/serverHealth';
import type { ServerManager } from '../client/serverManager';
import { Feature } from './feature';

/** Shows the server's state beside the language of the files that it serves. */
export class ServerStatus extends Feature {
  private readonly item = languages.createLanguageStatusItem('gto.server', DOCUMENTS);

  constructor(server: ServerManager) {
    super();
    this.item.name = 'GTO';
    this.show(server.health);
    this.register(
      this.item,
      server.onDidChangeHealth((health) => this.show(health)),
    );
  }

  private show(health: Health): void {
    const { item } = this;
    item.busy = health.state === 'starting';
    item.severity =
      health.state === 'missing' || health.state === 'failed'
        ? LanguageStatusSeverity.Error
        : LanguageStatusSeverity.Information;
    item.text = l10n.t('GTO server');
    item.command = { command: 'gto.showLog', title: l10n.t('Show Log') };
    switch (health.state) {
      case 'idle':
        item.detail = l10n.t('not started');
        break;
      case 'starting':
        item.detail = l10n.t('starting');
        break;
      case 'ready':
        item.detail = serverText(health.server);
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
  }
}
