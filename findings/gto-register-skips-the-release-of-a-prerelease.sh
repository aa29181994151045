#!/usr/bin/env bash
# Guess: after v1.0.0-rc.1, `gto register` makes v1.0.0, the release that the candidate was for (as `npm version patch`
#        does), since SemVer orders 1.0.0-rc.1 before 1.0.0.
# Truth: it makes v1.0.1, so v1.0.0 never exists unless it is named. GTO bumps with the package semver, whose bump_patch
#        adds one to the patch number and drops the prerelease; next_version('patch') of the same package gives 1.0.0.
# Seen with gto 1.10.1 and semver 3.0.4 on 2026-11-29.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gto==1.10.1 semver==3.0.4
export PATH=$dir/venv/bin:$PATH
git init -q -b main repo
cd repo
git config user.name Ann
git config user.email ann@example.com
git commit -q --allow-empty -m 1
gto register churn --version v1.0.0-rc.1 > /dev/null
git commit -q --allow-empty -m 2
gto register churn > /dev/null

gto --version | tail -n 1
python - <<'PYTHON'
import semver
candidate = semver.Version.parse("1.0.0-rc.1")
print("bump_patch():", candidate.bump_patch(), " next_version('patch'):", candidate.next_version("patch"))
PYTHON
echo "registered: $(git tag | tr '\n' ' ')"

[ "$(git tag | tr '\n' ' ')" = "churn@v1.0.0-rc.1 churn@v1.0.1 " ] || { echo "CHANGED"; exit 1; }
