import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { type CancellationToken, type LogOutputChannel } from 'vscode';
import { inEnvironment } from './programs';

const FOLDER = 'bundled';
/** Written last, so that an incomplete environment is not taken for one. */
const COMPLETE = 'complete';

/** The server that comes with this extension, and where it is installed. */
export class BundledServer {
  readonly wheel: string | undefined;
  readonly environment: string;

  /**
   * @param extension where this extension is
   * @param storage where it may keep things
   */
  constructor(
    extension: string,
    private readonly storage: string,
  ) {
    const folder = path.join(extension, FOLDER);
    const wheels = existsSync(folder)
      ? readdirSync(folder).filter((each) => each.endsWith('.whl'))
      : [];
    this.wheel = wheels[0] === undefined ? undefined : path.join(folder, wheels[0]);
    this.environment = path.join(storage, `server-${this.wheel ? digest(this.wheel) : 'none'}`);
  }

  get isInstalled(): boolean {
    return existsSync(path.join(this.environment, COMPLETE));
  }

  /** Creates the environment again. The output of pip goes to the log. */
  async install(
    python: string,
    log: LogOutputChannel,
    cancelled: CancellationToken,
  ): Promise<void> {
    if (this.wheel === undefined) throw new Error('This build of the extension carries no server.');
    await rm(this.environment, { recursive: true, force: true });
    await mkdir(this.storage, { recursive: true });
    try {
      await said(log, cancelled, python, ['-m', 'venv', this.environment]);
      const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', this.wheel];
      await said(log, cancelled, inEnvironment(this.environment, 'python'), pip);
      await writeFile(path.join(this.environment, COMPLETE), '');
    } catch (error) {
      await rm(this.environment, { recursive: true, force: true });
      throw error;
    }
    await this.removeOthers();
  }

  /** Removes the servers of earlier versions of this extension. */
  private async removeOthers(): Promise<void> {
    for (const name of readdirSync(this.storage)) {
      const place = path.join(this.storage, name);
      if (name.startsWith('server-') && place !== this.environment) {
        await rm(place, { recursive: true, force: true });
      }
    }
  }
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
}

function said(
  log: LogOutputChannel,
  cancelled: CancellationToken,
  command: string,
  args: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    log.info(`${command} ${args.join(' ')}`);
    const child = spawn(command, args, { windowsHide: true });
    let last = '';
    const listen = (chunk: Buffer): void => {
      for (const line of chunk
        .toString()
        .split('\n')
        .filter((each) => each.trim())) {
        last = line.trim();
        log.info(last);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const ending = cancelled.onCancellationRequested(() => child.kill());
    child.once('error', reject);
    child.once('close', (code) => {
      ending.dispose();
      if (code === 0) resolve();
      else
        reject(
          new Error(
            cancelled.isCancellationRequested ? 'Cancelled.' : last || `exit code ${code ?? '?'}`,
          ),
        );
    });
  });
}
