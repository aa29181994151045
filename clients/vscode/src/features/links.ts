import { window, type Uri, type UriHandler } from 'vscode';
import { openAddress } from '../commands/openLink';
import { showError } from '../text/failures';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** Opens links to artifacts, versions and stages that were clicked elsewhere. */
export class Links extends Feature implements UriHandler {
  constructor(private readonly tools: Tools) {
    super();
    this.register(window.registerUriHandler(this));
  }

  async handleUri(uri: Uri): Promise<void> {
    try {
      await openAddress(this.tools, uri);
    } catch (error) {
      showError(error);
    }
  }
}
