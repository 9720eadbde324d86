#!/usr/bin/env bash
# Builds the images of the shop and serves them from a private registry on this machine.
set -euo pipefail
umask 022

usage() {
  cat <<'HELP'
Usage: build.sh [--help | --stop | --clean]

Builds the images of the shop from Debian packages, without a container engine and without root, starts a private
registry on this machine and pushes them there:

  localhost:5000/shop/web:1.0  web:1.1  worker:1.0  cache:7.0

Run again, it does only what is missing. The packages come from the mirror that apt uses.

  --stop    stops the registry that this script has started
  --clean   stops it and deletes everything the script has made
  --help    this text

Environment:
  SHOP_REGISTRY           where the registry listens       (localhost:5000)
  SHOP_REGISTRY_USER      who may pull and push            (shop)
  SHOP_REGISTRY_PASSWORD  with which password              (open-sesame, as in 11-secrets.yaml)
  SHOP_CACHE              packages, layers and registry    (~/.cache/jarbor-shop)
HELP
}

registry=${SHOP_REGISTRY:-localhost:5000}
user=${SHOP_REGISTRY_USER:-shop}
password=${SHOP_REGISTRY_PASSWORD:-open-sesame}
cache=${SHOP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/jarbor-shop}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

base_packages=(libc6 busybox)
python_packages=(python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 zlib1g)
redis_packages=(redis-tools libatomic1 libjemalloc2 liblzf1 libssl3 libsystemd0 libcap2 libgcrypt20 libgpg-error0
  liblz4-1 liblzma5 libzstd1 libstdc++6 libgcc-s1)

main() {
  case "${1:-}" in
    "") ;;
    --stop) stop_registry; exit ;;
    --clean) stop_registry; rm -rf "$cache"/{packages,layers,images,registry,manifests}; exit ;;
    --help | -h) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
  require_tools
  mkdir -p "$cache"/{packages,layers,images,registry}
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT

  say "packages"
  fetch_packages "${base_packages[@]}" "${python_packages[@]}" "${redis_packages[@]}"
  say "layers"
  package_layer base "${base_packages[@]}"
  package_layer python "${python_packages[@]}"
  package_layer redis "${redis_packages[@]}"
  app_layer web
  app_layer worker
  say "registry on $registry"
  start_registry
  say "images"
  local python='"PYTHONUNBUFFERED=1","PYTHONDONTWRITEBYTECODE=1"'
  image web 1.0 "[$python,\"SHOP_VERSION=1.0\",\"SHOP_COLOUR=#1f6feb\"]" '["python3","/app/web.py"]' base python web
  image web 1.1 "[$python,\"SHOP_VERSION=1.1\",\"SHOP_COLOUR=#1a7f37\"]" '["python3","/app/web.py"]' base python web
  image worker 1.0 "[$python]" '["python3","/app/worker.py"]' base python worker
  image cache 7.0 '[]' '["redis-server","--dir","/data"]' base redis
}

say() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

require_tools() {
  if ! command -v apt-get || ! command -v dpkg-deb; then
    fail "needs Debian 12 or a system made from it: the images are made of its packages"
  fi >/dev/null
  command -v curl >/dev/null && return
  [ "$(id -u)" = 0 ] || fail "needs curl: apt-get install curl"
  apt-get install -y --no-install-recommends curl
}

# ---- packages ------------------------------------------------------------------------------------------------------

# Downloads the packages that apt would install now, unless they are here. Leaves "package file" lines in $work/packages.
fetch_packages() {
  local file missing=()
  apt-get -qq --print-uris download "$@" >"$work/uris" 2>"$work/log" ||
    fail "apt does not know all packages (Debian 12? try apt-get update): $(tail -n 1 "$work/log")"
  while read -r _ file _; do
    printf '%s %s\n' "${file%%_*}" "$file" >>"$work/packages"
    [ -s "$cache/packages/$file" ] || missing+=("${file%%_*}")
  done <"$work/uris"
  [ ${#missing[@]} = 0 ] && return
  note "downloading ${missing[*]}"
  (cd "$cache/packages" && apt-get -qq -o APT::Sandbox::User=root download "${missing[@]}" >"$work/log" 2>&1) ||
    fail "cannot download (try apt-get update): $(tail -n 1 "$work/log")"
}

# Unpacks a package of fetch_packages into a directory, through the links of new_root.
unpack() {
  local file
  file=$(awk -v package="$1" '$1 == package { print $2 }' "$work/packages")
  mkdir -p "$2"
  dpkg-deb --fsys-tarfile "$cache/packages/$file" | tar -x --no-same-owner --keep-directory-symlink -C "$2"
}

# ---- layers: $cache/layers/NAME/{layer.tar.gz,diff_id,digest,key} ---------------------------------------------------

# A layer of Debian packages, made again when a package or this script has changed.
package_layer() {
  local name=$1 root=$work/$1 key package
  shift
  key=$({ cat "${BASH_SOURCE[0]}"; for package; do grep "^$package " "$work/packages"; done; } | digest_of -)
  [ "$(cat "$cache/layers/$name/key" 2>/dev/null)" = "$key" ] && return
  new_root "$root"
  for package; do unpack "$package" "$root"; done
  rm -rf "$root"/usr/share/{doc,man,lintian,bug,locale,doc-base,applications,pixmaps,menu,zoneinfo,initramfs-tools} \
    "$root"/usr/lib/*/gconv "$root"/etc/{init.d,default,logrotate.d,ld.so.conf.d}
  "finish_$name" "$root"
  pack "$name" "$root" "$key"
}

# Runs a program of a layer on this machine, with the libraries of its layer and of the base layer.
run_in() {
  local root=$1 libraries
  shift
  libraries=$(echo "$root"/usr/lib/*-linux-gnu)
  if [ ! -d "$work/libc" ]; then
    unpack libc6 "$work/libc"
  fi
  "$(echo "$work"/libc/lib/*-linux-gnu/ld-linux-*.so.*)" --library-path "$(echo "$work"/libc/lib/*-linux-gnu):$libraries" "$@"
}

# Debian's merged /usr: the packages' /bin and /lib land in /usr.
new_root() {
  mkdir -p "$1"/usr/{bin,sbin,lib,lib64}
  for d in bin sbin lib lib64; do ln -s "usr/$d" "$1/$d"; done
}

finish_base() {
  local applet
  run_in "$1" "$1/usr/bin/busybox" --list >"$work/applets"
  while read -r applet; do [ -e "$1/usr/bin/$applet" ] || ln -s busybox "$1/usr/bin/$applet"; done <"$work/applets"
  mkdir -p "$1"/{tmp,data,app,etc,run,root}
  chmod 1777 "$1/tmp" "$1/data"
  printf 'root:x:0:0:root:/root:/bin/sh\nshop:x:10001:10001:shop:/app:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nshop:x:10001:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
}

finish_python() {
  local lib=$1/usr/lib/python3.11
  ln -s python3.11 "$1/usr/bin/python3"
  rm -rf "$lib"/{asyncio,concurrent,ctypes,curses,dbm,distutils,lib2to3,multiprocessing,pydoc_data,sqlite3,test,tkinter} \
    "$lib"/{unittest,wsgiref,xml,xmlrpc,venv,ensurepip,idlelib,turtle*,pydoc.py,doctest.py,tomllib,zoneinfo} "${1:?}/usr/share"
  # The programs start three times faster when the modules they import are compiled already; the times must match the tar's.
  find "$1" -exec touch -h -d @0 {} +
  PYTHONHOME=$1/usr run_in "$1" "$1/usr/bin/python3.11" -c 'import http.server, json, pathlib, signal, threading, urllib.parse'
}

finish_redis() {
  rm -f "$1"/usr/bin/redis-{benchmark,check-*}
  # The server and its check tools are one program; Debian ships it under the name of a check tool.
  unpack redis-tools "$work/redis-tools"
  cp "$work/redis-tools/usr/bin/redis-check-rdb" "$1/usr/bin/redis-server"
  run_in "$1" "$1/usr/bin/redis-server" --version >"$work/log" || fail "a library is missing: $(cat "$work/log")"
}

# The program of an image, with what it shares with the others.
app_layer() {
  local name=$1 root=$work/app-$1
  mkdir -p "$root/app"
  cp "$here/common"/*.py "$here/$name"/*.py "$root/app/"
  chmod -R u=rwX,go=rX "$root"
  pack "$name" "$root" "$(cat "$root"/app/* | digest_of -)"
}

pack() {
  local dir=$cache/layers/$1
  mkdir -p "$dir"
  tar -C "$2" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -cf "$work/layer.tar" .
  digest_of "$work/layer.tar" >"$dir/diff_id"
  gzip -n -c "$work/layer.tar" >"$dir/layer.tar.gz"
  digest_of "$dir/layer.tar.gz" >"$dir/digest"
  printf '%s\n' "$3" >"$dir/key"
  note "$1 $(($(stat -c %s "$dir/layer.tar.gz") / 1024)) kB"
}

digest_of() { sha256sum "$1" | sed 's/^\([0-9a-f]*\).*/sha256:\1/'; }

# ---- registry ------------------------------------------------------------------------------------------------------

start_registry() {
  case $(registry_status) in
    200) return ;;
    000) ;;
    401) fail "the registry on $registry has other passwords: set SHOP_REGISTRY_USER and SHOP_REGISTRY_PASSWORD" ;;
    *) fail "something else listens on $registry: set SHOP_REGISTRY, for example localhost:5050" ;;
  esac
  write_registry_config
  nohup setsid "$(registry_program)" serve "$cache/registry/config.yml" >"$cache/registry/log" 2>&1 </dev/null &
  printf '%s\n' $! >"$cache/registry/pid"
  for _ in $(seq 50); do
    [ "$(registry_status)" = 200 ] && return
    sleep 0.1
  done
  fail "the registry does not answer on $registry: see $cache/registry/log"
}

registry_status() { call -o /dev/null -w '%{http_code}' "http://$registry/v2/" || true; }

# Debian's registry: the installed one, or the package unpacked into the cache, which starts no service.
registry_program() {
  local program=$cache/registry/usr/bin/docker-registry
  if command -v docker-registry; then return; fi
  if [ ! -x "$program" ]; then
    fetch_packages docker-registry >&2
    unpack docker-registry "$cache/registry"
  fi
  printf '%s\n' "$program"
}

write_registry_config() {
  local salt
  salt=$(head -c 64 /dev/urandom | base64 -w 0 | tr -dc 'a-zA-Z0-9' | cut -c 1-21)
  perl -e 'print "$ARGV[0]:", crypt($ARGV[1], "\$2b\$05\$$ARGV[2]u"), "\n"' "$user" "$password" "$salt" >"$cache/registry/htpasswd"
  cat >"$cache/registry/config.yml" <<CONFIG
version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: "$cache/registry/storage" }
  delete: { enabled: true }
http:
  addr: "$registry"
  secret: "$salt"
auth:
  htpasswd: { realm: shop, path: "$cache/registry/htpasswd" }
CONFIG
}

stop_registry() {
  local pid
  pid=$(cat "$cache/registry/pid" 2>/dev/null) || return 0
  # The number may belong to another process by now.
  if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "$cache/registry/config.yml"; then kill "$pid"; fi
  rm -f "$cache/registry/pid"
}

# ---- images --------------------------------------------------------------------------------------------------------

# image NAME TAG ENVIRONMENT COMMAND LAYER...: writes configuration and manifest, and pushes what the registry lacks.
image() {
  local name=shop/$1 tag=$2 environment=$3 command=$4 dir=$cache/images/$1-$2 layer layers="" diff_ids="" blob
  shift 4
  mkdir -p "$dir"
  for layer; do
    blob=$cache/layers/$layer
    diff_ids+=",\"$(cat "$blob/diff_id")\""
    layers+=",{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"$(cat "$blob/digest")\",\"size\":$(stat -c %s "$blob/layer.tar.gz")}"
    push_blob "$name" "$(cat "$blob/digest")" "$blob/layer.tar.gz"
  done
  printf '{"architecture":"%s","os":"linux","config":{"User":"10001:10001","WorkingDir":"/app","Env":%s,"Cmd":%s},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
    "$(dpkg --print-architecture)" "$(with_path "$environment")" "$command" "${diff_ids#,}" >"$dir/config.json"
  push_blob "$name" "$(digest_of "$dir/config.json")" "$dir/config.json"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%s},"layers":[%s]}' \
    "$(digest_of "$dir/config.json")" "$(stat -c %s "$dir/config.json")" "${layers#,}" >"$dir/manifest.json"
  call -f -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$dir/manifest.json" \
    "http://$registry/v2/$name/manifests/$tag" || fail "cannot push $registry/$name:$tag"
  note "$registry/$name:$tag"
}

with_path() {
  local path='"PATH=/usr/bin:/usr/sbin"'
  if [ "$1" = "[]" ]; then printf '[%s]' "$path"; else printf '[%s,%s' "$path" "${1#[}"; fi
}

push_blob() {
  local url=http://$registry/v2/$1/blobs digest=$2 file=$3 location
  call -f -o /dev/null --head "$url/$digest" && return
  location=$(call -f -o /dev/null -D - -X POST "$url/uploads/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  case $location in *\?*) location+="&" ;; *) location+="?" ;; esac
  call -f -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$file" "${location}digest=$digest" ||
    fail "cannot push $digest to $registry"
}

call() { curl -sS --noproxy '*' --max-time 60 -u "$user:$password" "$@" 2>>"$work/log"; }

main "$@"
