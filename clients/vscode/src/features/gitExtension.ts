import { useGitExtension } from '../registry/git';
import { showError } from '../text/failures';
import { Feature } from './feature';

/** Follows the repositories of VS Code's Git extension, where it is there and enabled. */
export class GitExtension extends Feature {
  constructor() {
    super();
    void useGitExtension().then((using) => this.register(using), showError);
  }
}
