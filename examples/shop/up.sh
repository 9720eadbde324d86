#!/usr/bin/env bash
# Builds the images of the shop, then starts a cluster on this machine that runs it. Arguments go to `jarbor up`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
registry=${SHOP_REGISTRY:-localhost:5000}
manifests=$here

"$here/images/build.sh"

# The manifests name localhost:5000; with another registry the cluster gets a copy that names that one.
if [ "$registry" != localhost:5000 ]; then
  manifests=${SHOP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/jarbor-shop}/manifests
  mkdir -p "$manifests"
  for file in "$here"/*.yaml; do sed "s#localhost:5000#$registry#g" "$file" >"$manifests/${file##*/}"; done
fi

cd "$repository"
exec ./jarbor up --nodes containerd --detach "$manifests" "$@"
