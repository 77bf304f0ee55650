# Part of ./dev: installs the Debian packages that a verb needs, and only those
# that are missing.

# The packages of the given groups in scripts/packages.txt, one a line.
packages_of() {
  local group
  for group in "$@"; do
    awk -v group="$group" '$1 == group { print $2 }' \
      "$root/scripts/packages.txt"
  done | sort -u
}

# Of the packages named as arguments, those that are not installed.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" \
    2>/dev/null | awk '$1 == "installed" { print $2 }' | sort -u) || true
  comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

# require_packages group… : installs what is missing; without network or rights
# it costs nothing when all is there.
require_packages() {
  local -a wanted missing
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian: cmake and the compiler will say what is missing" \
      "(scripts/packages.txt lists what onestop uses)"
    return
  fi
  mapfile -t wanted < <(packages_of "$@")
  mapfile -t missing < <(missing_packages "${wanted[@]}")
  if ((${#missing[@]} == 0)); then return; fi

  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  if ((EUID == 0)); then
    bash "$root/scripts/dev/apt_install.sh" "${missing[@]}"
  elif command -v sudo >/dev/null; then
    sudo bash "$root/scripts/dev/apt_install.sh" "${missing[@]}"
  else
    fail "installing packages takes root, and there is no sudo here." \
      "Run this once as root, then ./dev again as yourself:" \
      "bash scripts/dev/apt_install.sh ${missing[*]}"
  fi || fail "the packages could not be installed; the lines above say why." \
    "Without network? Then install them from elsewhere: ${missing[*]}"
}
