"""Completion in bash, whose words end at `@` and `:` where GTO's do not.

click takes bash's own words (COMP_WORDS), in which `churn@v3` is three. Here the line itself is split, and what bash
already holds of a word is cut from the completions, as bash-completion's `__ltrim_colon_completions` does.
"""

import os

from click.shell_completion import BashComplete, CompletionItem, split_arg_string

_SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n' completion
    COMPREPLY=()
    for completion in $(env COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1"); do
        case $completion in
            plain,*) COMPREPLY+=("${completion#plain,}") ;;
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class WholeWords(BashComplete):
    """click's completion for bash, with words as the program sees them."""

    source_template = _SCRIPT

    def source(self) -> str:
        """Return the script; click's own would start a bash here to see how old it is."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, and the one that it stands in."""
        line = os.environ["COMP_LINE"][: int(os.environ["COMP_POINT"])]
        words = split_arg_string(line)[1:]
        incomplete = "" if not words or line[-1].isspace() else words.pop()
        self._held = _held_by_bash(incomplete)
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """`type,value`, the value without what bash takes for finished words."""
        return f"{item.type},{item.value[self._held :]}"


def _held_by_bash(incomplete: str) -> int:
    """Return how many characters of the word stand before its last word break."""
    breaks = set(os.environ.get("COMP_WORDBREAKS", "")) - set(" \t\n\"'")
    return max((incomplete.rfind(each) + 1 for each in breaks), default=0)
