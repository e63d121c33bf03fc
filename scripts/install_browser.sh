#!/bin/sh
# Installs what the browser tests need from Debian: chromium, fonts for its pictures, and Node.js for the OpenID
# provider of the sign-in tests and the bot of grammY.
# Nothing else in the project needs root.
set -eu
wanted=""
command -v chromium >/dev/null 2>&1 || wanted="$wanted chromium fonts-dejavu-core fonts-noto-color-emoji"
command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm"
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" != 0 ]; then echo "browser: run this as root, or install these packages of Debian yourself:$wanted" >&2; exit 69; fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null
# shellcheck disable=SC2086 -- a list of names
apt-get -qq install -y --no-install-recommends $wanted >/dev/null
