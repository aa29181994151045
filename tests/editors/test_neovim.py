"""Neovim: attach, lens, diagnostics, hover, code action; the tag that it makes is looked at with Git."""

import json
import subprocess
from pathlib import Path

from tests.builders import RepositoryBuilder
from tests.editors.conftest import set_up

_SCRIPT = """
local found = {}
local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then
    error("timed out: " .. what)
  end
end

vim.cmd("edit artifacts.yaml")
wait("attached", function()
  local _, client = next(vim.lsp.buf_get_clients(0))
  return client ~= nil and client.initialized
end)
wait("lenses", function()
  local resolved = vim.tbl_filter(function(lens) return lens.command ~= nil end, vim.lsp.codelens.get(0))
  found.lenses = vim.tbl_map(function(lens) return lens.command.title end, resolved)
  return #resolved == 3
end)
wait("diagnostics", function()
  found.diagnostics = vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))
  return #found.diagnostics > 0
end)
local params = vim.lsp.util.make_position_params()
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", params, 20000)
local _, answer = next(hover)
found.hover = answer.result.contents.value

vim.ui.select = function(items, options, choose)
  for _, item in ipairs(items) do
    local title = options.format_item and options.format_item(item) or tostring(item)
    if title:find("to prod", 1, true) then
      found.chosen = title
      return choose(item, 1)
    end
  end
  error("nothing to choose")
end
vim.lsp.buf.code_action()
wait("tag", function() return vim.fn.system({ "git", "tag", "-l", "churn#prod#2" }) ~= "" end)
wait("lens follows", function()
  vim.lsp.codelens.refresh()
  vim.wait(50)
  local lens = vim.lsp.codelens.get(0)[1]
  return lens ~= nil and lens.command ~= nil and lens.command.title == "v2.0.0 · prod v2.0.0"
end)
-- A fix that was offered before somebody typed is not applied to what is there now; one that is asked for anew is.
local function text() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end
local function fix()
  local place = { line = #text() - 1, character = 3 }
  local fixes = vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = { start = place, ["end"] = place },
    context = { diagnostics = {}, only = { "quickfix" } },
  }, 20000)
  local _, offered = next(fixes)
  return offered.result[1].edit
end
-- Neovim opens documents as version 0, and takes an edit of that version for one of any.
vim.api.nvim_buf_set_lines(0, 0, 0, false, { "new: {}" })
local before = fix()
vim.api.nvim_buf_set_lines(0, 0, 0, false, { "newer: {}" })
vim.lsp.util.apply_workspace_edit(before, "utf-16")
found.typed = text()
vim.lsp.util.apply_workspace_edit(fix(), "utf-16")
found.fixed = text()
vim.fn.writefile({ vim.json.encode(found) }, "found.json")
"""


def test_neovim_assigns_a_stage(registry: RepositoryBuilder, environment: dict[str, str], tmp_path: Path) -> None:
    init, script = tmp_path / "init.lua", tmp_path / "script.lua"
    init.write_text(set_up("lua"))
    script.write_text(
        f"local ok, failure = pcall(function()\n{_SCRIPT}\nend)\n"
        'if not ok then vim.fn.writefile({ tostring(failure) }, "failure.txt") end\nvim.cmd("qall!")\n'
    )
    command = ["nvim", "--headless", "-n", "-u", str(init), "-S", str(script)]
    done = subprocess.run(
        command, cwd=registry.path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    failure = registry.path / "failure.txt"
    assert not failure.exists(), f"{failure.read_text()}\n{done.stderr}"
    found = json.loads((registry.path / "found.json").read_text())
    assert found["lenses"] == ["v2.0.0 · prod v1.0.0", "Register version…", "Assign stage…"]
    assert found["diagnostics"] == ["unknown-field"]
    lines = (registry.path / "artifacts.yaml").read_text().splitlines()
    assert found["typed"] == ["newer: {}", "new: {}", *lines]
    assert found["fixed"] == ["newer: {}", "new: {}", *lines[:-1]]
    assert "| prod | `v1.0.0` |" in found["hover"]
    assert found["chosen"].endswith("churn#prod#2")
    tag = registry.git("cat-file", "-p", "refs/tags/churn#prod#2")
    assert f"object {registry.head}\n" in tag
    assert "tagger Uma User <uma@example.com>" in tag
    assert tag.endswith("Assigning stage prod to artifact churn version v2.0.0")
