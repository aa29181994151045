#!/usr/bin/env bash
# Guess: `dvc artifacts get` and dvc.api.artifacts_show find any version whose tag and whose entry in dvc.yaml exist, in a
#        repository that `dvc` works in: what they need of the tagged commit is one line of its dvc.yaml.
# Truth: the tagged commit itself has to hold a `.dvc` folder. Versions from before `dvc init` are refused with "you are not
#        inside of a DVC repository", inside of one, although the file is in Git and `dvc get --rev` of the same commit
#        brings it.
# Seen with dvc 3.67.1 and gto 1.10.1 on 2026-11-30.
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
printf 'artifacts:\n  churn:\n    path: model.txt\n' > dvc.yaml
echo "model 1" > model.txt
git add dvc.yaml model.txt
git commit -qm one
gto register churn --version v1.0.0 > /dev/null
dvc init -q
echo "model 2" > model.txt
git commit -qam two
gto register churn --version v2.0.0 > /dev/null
first=$(git rev-parse 'churn@v1.0.0^{commit}')

echo "dvc $(dvc --version)"
dvc artifacts get . churn --rev v2.0.0 -o two > /dev/null
echo "dvc artifacts get, v2.0.0: $(cat two)"
code=0
dvc artifacts get . churn --rev v1.0.0 -o one 2> said || code=$?
echo "dvc artifacts get, v1.0.0: exit $code: $(grep -o 'you are not.*' said)"
raised=$(python -c '
from dvc.api import artifacts_show
try:
    print(artifacts_show("churn", version="v1.0.0"))
except Exception as error:
    print(type(error).__name__)
')
echo "artifacts_show, v1.0.0: $raised"
dvc get . model.txt --rev "$first" -o got > /dev/null
echo "dvc get --rev $(git rev-parse --short "$first"): $(cat got)"
[ "$(cat two)" = "model 2" ] && [ $code != 0 ] && [ "$raised" = NotDvcRepoError ] && [ "$(cat got)" = "model 1" ] ||
    { echo "CHANGED"; exit 1; }
