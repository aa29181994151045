import {
  commands,
  env,
  extensions,
  l10n,
  ProgressLocation,
  Uri,
  version,
  window,
  workspace,
} from 'vscode';
import { LOG, VERSION } from '../client/identity';
import { onPath, run } from '../client/programs';
import { findPython } from '../client/python';
import { serverText } from '../client/serverHealth';
import type { Tools } from '../tools';

const PYTHON_DOWNLOADS = 'https://www.python.org/downloads/';

/** `gto.installServer`: the server that travels with the extension, into an environment of its own, if the user agrees. */
export async function installServer(tools: Tools): Promise<void> {
  const python = await findPython();
  if (python === undefined) {
    const [choose, get] = [l10n.t('Choose interpreter'), l10n.t('Get Python')];
    const words = l10n.t(
      'Python 3.11 or newer, with venv, was not found. The GTO server needs it.',
    );
    const choice = await window.showErrorMessage(words, choose, get);
    if (choice === choose) await chooseInterpreter();
    if (choice === get) await env.openExternal(Uri.parse(PYTHON_DOWNLOADS));
    return;
  }
  const install = l10n.t('Install');
  const detail = l10n.t(
    'It is installed into an environment of its own, created with {0}. pip downloads the packages it needs, from wherever your pip is configured to. Nothing else on this machine changes.',
    python,
  );
  const question = l10n.t('Install the GTO server that comes with this extension?');
  if (
    (await window.showInformationMessage(question, { modal: true, detail }, install)) !== install
  ) {
    return;
  }
  const title = l10n.t('Installing the GTO server');
  const location = ProgressLocation.Notification;
  await window.withProgress({ location, title, cancellable: true }, (_progress, cancelled) =>
    tools.bundled.install(python, LOG, cancelled),
  );
  await tools.server.start({ anew: true });
}

/** `gto.chooseInterpreter`: a Python that has gto_daemon, or that the server's environment is made with. */
export async function chooseInterpreter(): Promise<void> {
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('Choose a Python interpreter'),
      canSelectMany: false,
    })) ?? [];
  if (chosen) await workspace.getConfiguration('gto').update('interpreter', chosen.fsPath, true);
}

/** `gto.restartServer` */
export async function restartServer(tools: Tools): Promise<void> {
  await tools.server.start({ anew: true });
}

/** `gto.showLog` */
export function showLog(): Promise<void> {
  LOG.show();
  return Promise.resolve();
}

/** `gto.copyDebugInformation`: what a report of a bug needs, and nothing of what is in a repository. */
export async function copyDebugInformation(tools: Tools): Promise<void> {
  const { health } = tools.server;
  const git = onPath('git');
  const gitVersion =
    git === undefined ? 'not found' : (await run(git, ['--version'])).stdout.trim();
  const python = extensions.getExtension<unknown>('ms-python.python');
  const lines = [
    `extension ${VERSION}`,
    `editor ${env.appName} ${version} (${env.remoteName ?? 'local'}, ${process.platform} ${process.arch})`,
    `server ${health.state === 'ready' ? `${serverText(health.server)}, daemon ${health.daemon}` : health.state}`,
    ...(health.state === 'failed' ? [`  ${health.reason}`] : []),
    ...(health.state === 'missing'
      ? health.misses.map((miss) => `  ${miss.place}: ${miss.reason}`)
      : []),
    `server of the extension ${tools.bundled.isInstalled ? 'installed' : 'not installed'}`,
    `git ${gitVersion}`,
    `python extension ${python ? 'there' : 'not there'}`,
    `workspace ${workspace.isTrusted ? 'trusted' : 'not trusted'}, ${workspace.workspaceFolders?.length ?? 0} folders`,
    `repositories ${tools.repositories.all.length}`,
  ];
  await env.clipboard.writeText(lines.join('\n'));
  window.setStatusBarMessage(`$(copy) ${l10n.t('Copied debug information')}`, 3_000);
}

/** `gto.manageTrust` */
export async function manageTrust(): Promise<void> {
  await commands.executeCommand('workbench.trust.manage');
}
