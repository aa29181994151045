"""Emacs with eglot: attach, diagnostics, hover, code action; the tag that it makes is looked at with Git."""

import subprocess
from pathlib import Path

from tests.builders import RepositoryBuilder
from tests.editors.conftest import set_up

_SCRIPT = """
(require 'cl-lib)
(setq eglot-confirm-server-initiated-edits nil eglot-sync-connect t)
(defun wait-for (what condition)
  (let ((end (+ (float-time) 20)))
    (while (not (funcall condition))
      (when (> (float-time) end) (error "timed out: %s" what))
      (accept-process-output nil 0.05))))
(find-file "artifacts.yaml")
(unless (eglot-current-server) (eglot--maybe-activate-editing-mode) (call-interactively #'eglot))
(wait-for "attached" #'eglot-current-server)
(princ (format "MODE %s\\n" major-mode))
(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (princ (format "HOVER %s\\n" (string-match-p "prod" (format "%S" hover)))))
(flymake-start)
;; jsonrpc.el of Emacs 28 leaves a notification unread that arrives in one piece with an answer, until more arrives.
(wait-for "diagnostics" (lambda ()
  (jsonrpc-request (eglot-current-server) :workspace/symbol '(:query "-"))
  (flymake-diagnostics)))
(princ (format "DIAGNOSTIC %s\\n" (flymake-diagnostic-text (car (flymake-diagnostics)))))
(cl-letf (((symbol-function 'completing-read)
           (lambda (_prompt choices &rest _)
             (cl-find-if (lambda (title) (string-match-p "to prod" title))
                         (mapcar (lambda (each) (if (consp each) (car each) each)) choices)))))
  (eglot-code-actions (point-min) nil "refactor.gto.assign" t))
(wait-for "tag" (lambda () (not (string-empty-p (shell-command-to-string "git tag -l 'churn#prod#2'")))))
;; A fix that was offered before somebody typed is not applied to what is there now; one that is asked for anew is.
(defun offered-fix ()
  (let* ((place (list :line (1- (count-lines (point-min) (point-max))) :character 3))
         (fixes (jsonrpc-request (eglot-current-server) :textDocument/codeAction
                  (list :textDocument (eglot--TextDocumentIdentifier) :range (list :start place :end place)
                        :context (list :diagnostics [] :only ["quickfix"])))))
    (plist-get (elt fixes 0) :edit)))
(let ((before (offered-fix)))
  (goto-char (point-min)) (insert "new: {}\nnewer: {}\n")
  (eglot--signal-textDocument/didChange)
  (princ (format "REFUSED %s\n" (condition-case failure (progn (eglot--apply-workspace-edit before) nil)
                                  (error (error-message-string failure)))))
  (princ (format "TYPED %S\n" (buffer-string)))
  (eglot--apply-workspace-edit (offered-fix))
  (princ (format "FIXED %S\n" (buffer-string))))
;; The other files are gtod's, too, and YAML with its colours.
(dolist (each '((".gto" . "stagez: []\\n") (".gtod.yaml" . "rulez: []\\n")))
  (write-region (cdr each) nil (car each))
  (find-file (car each))
  (unless (eglot-current-server) (eglot--maybe-activate-editing-mode))
  (flymake-start)
  (wait-for (car each) (lambda ()
    (jsonrpc-request (eglot-current-server) :workspace/symbol '(:query "-"))
    (flymake-diagnostics)))
  (goto-char (point-min))
  (font-lock-ensure)
  (princ (format "FILE %s %s %s %s\\n" (car each) major-mode (get-text-property (point) 'face)
                 (flymake-diagnostic-text (car (flymake-diagnostics))))))
(princ "DONE\\n")
(eglot-shutdown-all)
"""


def test_emacs_assigns_a_stage(registry: RepositoryBuilder, environment: dict[str, str], tmp_path: Path) -> None:
    init, script = tmp_path / "init.el", tmp_path / "script.el"
    init.write_text(f"(package-initialize)\n{set_up('elisp')}")
    script.write_text(_SCRIPT)
    command = ["emacs", "--batch", "-l", str(init), "-l", str(script)]
    done = subprocess.run(
        command, cwd=registry.path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "MODE gto-mode" in done.stdout
    assert "DIAGNOSTIC gto [unknown-field]: GTO knows no field 'typo'" in done.stdout
    assert "HOVER nil" not in done.stdout
    text = (registry.path / "artifacts.yaml").read_text()
    assert f'TYPED "new: {{}}\nnewer: {{}}\n{text}"' in done.stdout
    assert f'FIXED "new: {{}}\nnewer: {{}}\n{text}"'.replace("  typo: 1\n", "") in done.stdout
    assert "REFUSED nil" not in done.stdout
    assert "FILE .gto gto-mode font-lock-variable-name-face gto [wrong-config]: " in done.stdout
    assert "FILE .gtod.yaml gto-mode font-lock-variable-name-face gto [wrong-rules]: " in done.stdout
    assert "DONE" in done.stdout
    tag = registry.git("cat-file", "-p", "refs/tags/churn#prod#2")
    assert tag.endswith("Assigning stage prod to artifact churn version v2.0.0")
