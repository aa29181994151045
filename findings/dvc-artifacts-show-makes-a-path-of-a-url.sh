#!/usr/bin/env bash
# Guess: dvc.api.artifacts_show returns the `path` of an artifact as dvc.yaml has it: a URL stays a URL, and an absolute
#        path stays absolute.
# Truth: it is taken for a path within the repository. `s3://bucket/churn.pkl` loses a slash and `/data/churn.pkl` its
#        root, which makes another, relative path of each. Nothing complains; the commit beside it is right.
# Seen with dvc 3.67.1 and gto 1.10.1 on 2026-11-30 (dvc/repo/artifacts.py, Artifacts.get_path). Public registries have
#        artifacts whose path is a URL.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC DVC_NO_ANALYTICS=1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dvc==3.67.1 gto==1.10.1
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
dvc init -q
cat > dvc.yaml <<'YAML'
artifacts:
  remote:
    path: s3://bucket/churn.pkl
  absolute:
    path: /data/churn.pkl
YAML
git add dvc.yaml
git commit -qm models
for name in remote absolute; do
    gto register $name --version v1.0.0 > /dev/null
done
echo "dvc $(dvc --version)"
python -c '
from dvc.api import artifacts_show
for name in ("remote", "absolute"):
    print(name, artifacts_show(name)["path"])
' | tee "$dir/seen"
diff "$dir/seen" - << 'SEEN' || { echo "CHANGED"; exit 1; }
remote s3:/bucket/churn.pkl
absolute data/churn.pkl
SEEN
