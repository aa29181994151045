#!/usr/bin/env bash
# Guess: `jupyter execute train-v1.2.ipynb --output '{notebook_name}-run'` writes train-v1.2-run.ipynb, as the option's
#        help says.
# Truth: the name is formatted, and then whatever follows its last dot is taken for an extension and replaced: both
#        train-v1.2 and train-v1.3 are written to train-v1.ipynb, over whichever notebook has that name already, and the
#        "-run" is gone. It exits with 0. nbconvert's `--output report-v1.2` keeps the dot.
# Seen with nbclient 0.11.0, nbconvert 7.17.2 and ipykernel 7.4.0 on 2026-11-30 (nbclient/cli.py, with_suffix).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C HOME=$dir IPYTHONDIR=$dir/ipython JUPYTER_PREFER_ENV_PATH=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nbclient==0.11.0 nbconvert==7.17.2 ipykernel==7.4.0
export PATH=$dir/venv/bin:$PATH
mkdir notebooks
cd notebooks
cat > make.py <<'PYTHON'
import sys

import nbformat

for name in sys.argv[1:]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"print('{name}')")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, f"{name}.ipynb")
PYTHON
python make.py train-v1 train-v1.2 train-v1.3
rm make.py
for version in v1.2 v1.3; do
    jupyter execute "train-$version.ipynb" --output '{notebook_name}-run' 2> ../log || { cat ../log; exit 1; }
done
jupyter nbconvert --to notebook --execute train-v1.2.ipynb --output report-v1.2 2> ../log || { cat ../log; exit 1; }
python -c 'import nbclient, nbconvert; print("nbclient", nbclient.__version__, "nbconvert", nbconvert.__version__)'
echo "files: $(ls | tr '\n' ' ')"
held=$(python -c 'import nbformat; print(nbformat.read("train-v1.ipynb", 4).cells[0].outputs[0].text.strip())')
echo "train-v1.ipynb is now: $held"
[ "$(ls | tr '\n' ' ')" = "report-v1.2.ipynb train-v1.2.ipynb train-v1.3.ipynb train-v1.ipynb " ] &&
    [ "$held" = "train-v1.3" ] || { echo "CHANGED"; exit 1; }
