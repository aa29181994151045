"""Neovim: attach, colours, lens, diagnostics, hover, code action; the tag that it makes is looked at with Git."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.editors import newer
from tests.editors.conftest import set_up

_SCRIPT = """
local found = {}
local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then
    error("timed out: " .. what)
  end
end
local function client()
  local _, first = next(vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0))
  return first
end
local function attached() return client() ~= nil and client().initialized end
local function diagnosed() return #vim.diagnostic.get(0) > 0 end
local function codes() return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0)) end
local function kind(line) return vim.fn.synIDattr(vim.fn.synID(line, 1, 1), "name") end

vim.cmd("edit artifacts.yaml")
wait("attached", attached)
wait("lenses", function()
  local resolved = vim.tbl_filter(function(lens) return lens.command ~= nil end, vim.lsp.codelens.get(0))
  found.lenses = vim.tbl_map(function(lens) return lens.command.title end, resolved)
  return #resolved == 3
end)
wait("diagnostics", diagnosed)
found.diagnostics = codes()
local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
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

-- The other files are gtod's, too, and YAML with its colours.
local server = client().id
for file, content in pairs({ [".gto"] = { "# Stages", "stagez: []" }, [".gtod.yaml"] = { "# Rules", "rulez: []" } }) do
  vim.fn.writefile(content, file)
  vim.cmd("edit! " .. file)
  wait(file .. " attached", attached)
  wait(file .. " diagnostics", diagnosed)
  found[file] = { vim.bo.filetype, kind(1), codes()[1], client().id == server }
end
vim.fn.writefile({ vim.json.encode(found) }, "found.json")
"""


@pytest.mark.parametrize(("command", "nth"), [(["nvim"], 1), (newer.neovim(), 0)], ids=["0.7", "0.11"])
def test_neovim_assigns_a_stage(
    registry: RepositoryBuilder, environment: dict[str, str], tmp_path: Path, command: list[str], nth: int
) -> None:
    init, script = tmp_path / "init.lua", tmp_path / "script.lua"
    init.write_text(set_up("lua", nth))
    script.write_text(
        f"local ok, failure = pcall(function()\n{_SCRIPT}\nend)\n"
        'if not ok then vim.fn.writefile({ tostring(failure) }, "failure.txt") end\nvim.cmd("qall!")\n'
    )
    options = ["--headless", "-n", "-u", str(init), "-S", str(script)]
    done = subprocess.run(
        [*command, *options],
        cwd=registry.path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    failure = registry.path / "failure.txt"
    assert not failure.exists(), f"{failure.read_text()}\n{done.stderr}"
    found = json.loads((registry.path / "found.json").read_text())
    assert found["lenses"] == ["v2.0.0 · prod v1.0.0", "Register Version…", "Assign Stage…"]
    assert found["diagnostics"] == ["unknown-field"]
    lines = (registry.path / "artifacts.yaml").read_text().splitlines()
    assert found["typed"] == ["newer: {}", "new: {}", *lines]
    assert found["fixed"] == ["newer: {}", "new: {}", *lines[:-1]]
    assert "| prod | `v1.0.0` |" in found["hover"]
    assert found["chosen"].split(" [")[0].endswith("churn#prod#2")
    tag = registry.git("cat-file", "-p", "refs/tags/churn#prod#2")
    assert f"object {registry.head}\n" in tag
    assert "tagger Uma User <uma@example.com>" in tag
    assert tag.endswith("Assigning stage prod to artifact churn version v2.0.0")
    assert found[".gto"] == ["yaml", "yamlComment", "wrong-config", True]
    assert found[".gtod.yaml"] == ["yaml", "yamlComment", "unknown-key", True]
