import { LOG } from '../client/identity';
import { PAGE, type Repository } from '../registry/repository';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** Brings metrics into the rows of the Artifacts view, once they are there: the rows themselves do not wait for them. */
export class RowMetrics extends Feature {
  constructor(private readonly tools: Pick<Tools, 'connection' | 'repositories' | 'artifacts'>) {
    super();
    const { repositories, artifacts } = tools;
    this.register(
      repositories.onDidChange(({ repository }) => {
        for (const each of repository ? [repository] : repositories.all) void this.renew(each);
      }),
      artifacts.view.onDidExpandElement(({ element }) => {
        if (element.kind === 'artifact') void this.ask(element.repository, element.name);
      }),
    );
  }

  /** Asks for the latest version of each artifact, and for all versions of those that are open. */
  private async renew(repository: Repository): Promise<void> {
    await this.ask(repository);
    for (const name of repository.opened) await this.ask(repository, name);
  }

  private async ask(repository: Repository, name?: string): Promise<void> {
    const { root: repo, mainStage } = repository;
    const stage = name === undefined || repository.comparedStage(name) ? mainStage : undefined;
    const about = name === undefined ? { versions: ['latest'] } : { name, limit: PAGE };
    try {
      const asked = { repo, ...about, ...(stage === undefined ? {} : { against: stage }) };
      const answer = await this.tools.connection.ask('gto/metrics', asked);
      const changed = repository.metrics.take(answer, stage);
      if (changed.length > 0) this.tools.artifacts.drawArtifacts(repository, changed);
    } catch (error) {
      // Rows without metrics are rows all the same; an older server has none.
      LOG.info(`${repo}: no metrics: ${String(error)}`);
    }
  }
}
