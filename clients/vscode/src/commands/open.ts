import * as path from 'node:path';
import { commands, env, l10n, Range, Uri, window } from 'vscode';
import type { Question } from '../features/pages';
import { fileAt, gitRepository } from '../registry/git';
import type { Repository } from '../registry/repository';
import { withPlace, versionText, withoutLinks } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { checkFiles, targetOf, whichArtifact, whichVersion } from './target';

/** `gto.openAnnotation`: the entry in artifacts.yaml or dvc.yaml. */
export async function openAnnotation(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichArtifact(tools, argument, l10n.t('Open annotation'));
  if (target === undefined) return;
  checkFiles(target.repository);
  const location = target.repository.row(target.name)?.location;
  if (!location) {
    const add = l10n.t('Add Annotation…');
    const words = l10n.t('No file describes {0}.', target.name);
    const told = withPlace(target.repository, words);
    if ((await window.showInformationMessage(told, add)) === add) {
      await commands.executeCommand('gto.addArtifact', {
        repo: target.repository.root,
        name: target.name,
      });
    }
    return;
  }
  const { start, end } = location.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  const uri = Uri.file(path.join(target.repository.root, location.path));
  await window.showTextDocument(uri, { selection });
}

/** `gto.openArtifactFile`: the artifact as it was in a version. */
export async function openArtifactFile(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichVersion(tools, argument, l10n.t('Open file'));
  if (target === undefined) return;
  const { repository, name, version } = target;
  const explained = (words: string): Explained => new Explained(withPlace(repository, words));
  const commit = target.commit ?? version;
  const { content, reason } = await tools.connection.ask('gto/describe', {
    repo: repository.root,
    name,
    rev: commit,
  });
  if (content === null) {
    throw explained(
      l10n.t('{0} {1}: {2}', name, versionText(version), reason ?? l10n.t('no file is known.')),
    );
  }
  const place = content.path ?? '';
  switch (content.kind) {
    case 'url':
      // The address is whatever stands in a file of the repository: no other program than a browser is opened with it.
      if (!/^https?:/i.test(place)) throw explained(`${name} ${versionText(version)}: ${place}`);
      await env.openExternal(Uri.parse(place, true));
      return;
    case 'missing':
      throw explained(l10n.t('{0} {1}: {2}', name, versionText(version), content.reason ?? ''));
    case 'dvc': {
      const copy = l10n.t('Copy Download Command');
      const words = l10n.t('{0} is in DVC, not in Git.', place);
      const told = withoutLinks(withPlace(repository, words));
      if ((await window.showInformationMessage(told, copy)) === copy) {
        await commands.executeCommand('gto.copyGetCommand', argument);
      }
      return;
    }
    case 'git': {
      if (content.is_directory) {
        throw explained(
          l10n.t('{0} is a folder, and only files can be opened at a version.', place),
        );
      }
      checkFiles(repository);
      const uri = fileAt(path.join(repository.root, place), content.commit);
      if (uri === undefined) {
        throw new Explained(l10n.t("This needs VS Code's Git extension, which is disabled."));
      }
      await commands.executeCommand(
        'vscode.open',
        uri,
        {},
        withPlace(repository, `${path.basename(place)} (${versionText(version)})`),
      );
    }
  }
}

/** `gto.showCommit`: the commit in VS Code's own view, or as the registry has it. */
export async function showCommit(tools: Tools, argument: unknown): Promise<void> {
  const target = targetOf(tools, argument);
  const known =
    target?.commit === undefined
      ? await whichVersion(tools, argument, l10n.t('Show commit'))
      : target;
  if (known?.commit === undefined) return;
  const { commit, repository } = known;
  const git = gitRepository(repository.root);
  if (git !== undefined && (await commands.getCommands(true)).includes('git.viewCommit')) {
    await commands.executeCommand('git.viewCommit', git.rootUri, commit, git.rootUri);
    return;
  }
  await openPage(tools, repository, commit.slice(0, 7), { about: 'commit', rev: commit });
}

/** Opens one of the daemon's answers as a page. */
export async function openPage(
  tools: Tools,
  repository: Repository,
  title: string,
  question: Question,
): Promise<void> {
  await window.showTextDocument(tools.pages.ask(repository, title, question), { preview: true });
}
