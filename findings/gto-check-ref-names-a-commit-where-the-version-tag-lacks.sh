#!/usr/bin/env bash
# Guess: `gto check-ref TAG --version`, asked in a job that an assignment started, prints the version that was assigned, or
#        fails in a checkout that cannot tell it.
# Truth: the tag of an assignment names no version: GTO looks for another tag on the same commit. A job's checkout has only
#        the tag that started it, and then the id of the commit is printed as the version, with exit code 0, although the
#        tag's own message has the version. Where the checkout points the tag at the commit, as GitHub's does, GTO takes
#        it for no event: it prints nothing, and exits with 0 as well.
# Seen with gto 1.10.1 on 2026-11-30. The two fetches are those that GitLab's runner and GitHub's checkout make of a tag.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gto==1.10.1
export PATH=$dir/venv/bin:$PATH
git init -q -b main upstream
cd upstream
git config user.name Ann
git config user.email ann@example.com
git commit -q --allow-empty -m model
gto register churn --version v1.0.0 > /dev/null
sleep 1.1 # GTO has no order for what happens within one second
gto assign churn --version v1.0.0 --stage prod > /dev/null
tag='churn#prod#1'
commit=$(git rev-parse "$tag^{commit}")
checkout() {
    git init -q "$dir/$1"
    cd "$dir/$1"
    git fetch -q --no-tags --depth 1 "$dir/upstream" "$2"
}
ask() {
    gto check-ref "refs/tags/$tag" --version
}
gto --version | tail -n 1
echo "upstream:       $(ask)"
checkout gitlab "+refs/tags/$tag:refs/tags/$tag"
gitlab=$(ask)
echo "as GitLab's:    $gitlab"
echo "the tag says:   $(git tag -l --format='%(contents:subject)' "$tag")"
checkout github "+$commit:refs/tags/$tag"
github=$(ask)
echo "as GitHub's:    '$github'"
[ "$gitlab" = "$commit" ] && [ -z "$github" ] || { echo "CHANGED"; exit 1; }
