#!/usr/bin/env bash
# Guess: `dvc artifacts get` reads the registry as GTO does, so a version that was deregistered, a stage that was
#        unassigned and an artifact that was deprecated are not downloaded any more.
# Truth: it looks at all tags of the artifact that mention the version or the stage, the ones that take something back
#        among them, and downloads the highest version ever registered, or the commit of the newest tag of the stage,
#        which may be the very tag that ended it. It exits with 0 and says nothing.
# Seen with dvc 3.67.1 and gto 1.10.1 on 2026-11-29 (dvc/repo/artifacts.py, Artifacts.get_rev).
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
printf 'artifacts:\n  churn:\n    path: model.txt\n' > dvc.yaml
for each in 1 2; do
    echo "model $each" > model.txt
    git add -A
    git commit -qm "$each"
    gto register churn --version "v$each.0.0" > /dev/null
done
gto assign churn --version v2.0.0 --stage prod > /dev/null
sleep 1.1 # GTO has no order for what happens within one second
gto deprecate churn v2.0.0 prod > /dev/null
gto deprecate churn v2.0.0 > /dev/null

echo "dvc $(dvc --version), $(gto --version | tail -n 1)"
echo "tags: $(git tag | tr '\n' ' ')"
echo "gto: the latest version is $(gto show churn@latest --version); in prod is: $(gto show churn#prod --version)"
dvc artifacts get . churn -o latest > /dev/null
dvc artifacts get . churn --stage prod -o prod > /dev/null
echo "dvc: the latest is '$(cat latest)'; in prod is '$(cat prod)'"

[ "$(gto show churn@latest --version)" = v1.0.0 ] && [ "$(cat latest)" = "model 2" ] && [ "$(cat prod)" = "model 2" ] ||
    { echo "CHANGED"; exit 1; }
