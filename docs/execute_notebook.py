"""Execute a notebook, in the Python that has Jupyter, and store it with its outputs.

PYTHONPATH=$PWD .oracles/jupyter-2.21.1/bin/python docs/execute_notebook.py docs/notebook.ipynb docs/notebook.ipynb
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def execute(source: Path, target: Path) -> None:
    """Execute the notebook in an empty directory; what differs between machines is not stored."""
    notebook = nbformat.read(source, as_version=4)
    with tempfile.TemporaryDirectory() as place:
        NotebookClient(
            notebook, kernel_name="python3", timeout=120, record_timing=False, resources={"metadata": {"path": place}}
        ).execute()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    nbformat.write(notebook, target)


if __name__ == "__main__":
    execute(Path(sys.argv[1]), Path(sys.argv[2]))
