#!/usr/bin/env bash
# Sees to it that this machine has what canvass is built with and runs on. Packages of the system are installed by apt-get
# where that is there, after saying so; elsewhere the names are printed. Further packages may be given as arguments.
set -euo pipefail

wanted=()
if [ -z "${DATABASE_URL:-}" ] && ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; then
  wanted+=(postgresql postgresql-postgis)
fi
command -v cc >/dev/null || wanted+=(gcc libc6-dev)
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || wanted+=("$package")
done

if [ ${#wanted[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "canvass needs these packages, or what they are called on this system; please install them:" >&2
    echo "    ${wanted[*]}" >&2
    echo "(PostgreSQL 15 and PostGIS 3.3 or newer. DATABASE_URL may name a server elsewhere instead.)" >&2
    exit 1
  fi
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Please run as root: apt-get install ${wanted[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "canvass needs packages of this system and installs them now (需要安装系统软件包):"
  echo "    ${as_root[*]:+sudo }apt-get install ${wanted[*]}"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"
fi

missing=0
command -v go >/dev/null || { echo "Go 1.26 or newer is needed: https://go.dev/dl/ (unpack to /usr/local/go, add /usr/local/go/bin to PATH)" >&2; missing=1; }
if [ -f web/ui/package.json ] && ! command -v npm >/dev/null; then
  echo "Node 20 or newer with npm is needed for the front end: https://nodejs.org/ (or apt-get install nodejs npm, where that is new enough)" >&2
  missing=1
fi
exit "$missing"
