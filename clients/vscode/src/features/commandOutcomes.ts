import { showCommandOutcome } from '../commands/outcome';
import { showError } from '../text/failures';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** Shows what the server did for a code action or a lens. */
export class CommandOutcomes extends Feature {
  constructor(tools: Tools) {
    super();
    this.register(
      tools.server.onDidExecuteCommand(
        (result) => void showCommandOutcome(tools, result).catch(showError),
      ),
    );
  }
}
