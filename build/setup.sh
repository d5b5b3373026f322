# shellcheck shell=bash
# What ./mien and ./test share: the SDK, the program, the page, libtorch and the few programs of the system.
# Sourced with `set -euo pipefail` on; runs on bash 3.2 too, which is macOS's.

root=$(CDPATH='' cd -- "${BASH_SOURCE[0]%/*}/.." && pwd)
state=$root/artifacts/setup
mkdir -p "$state"

say() { printf 'mien: %s\n' "$*" >&2; }
die() { say "$*" && exit 1; }
has() { command -v "$1" >/dev/null; }

# Sets `dotnet` to the command of the .NET 10 SDK.
find_dotnet() {
    local folder
    for folder in '' "${DOTNET_ROOT-}" "${HOME-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
        dotnet=${folder:+$folder/}dotnet
        if has "$dotnet"; then return; fi
    done
    die "Mien needs the .NET 10 SDK, and there is no dotnet command. Get it from https://dot.net/download"
}

# The SDK needs no ICU for what is done here.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Whether the stamp of a part is absent or older than one of the files and folders after it.
is_due() {
    local stamp=$state/$1
    shift
    [[ ! -f $stamp || -n $(cd "$root" && find "$@" -newer "$stamp" -print -quit 2>/dev/null) ]]
}

# Runs a command in the checkout with its output in a log; its stamp gets the time of its start if it succeeds:
# step PART MESSAGE COMMAND...
step() {
    local part=$1 message=$2 log=$state/$1.log began=$SECONDS ticker='' code=0
    shift 2
    say "$message"
    touch "$state/$part.new"
    if [[ -t 2 ]]; then tick "$log" & ticker=$!; fi
    (cd "$root" && "$@") >"$log" 2>&1 </dev/null || code=$?
    if [[ -n $ticker ]]; then kill "$ticker" 2>/dev/null && wait "$ticker" 2>/dev/null || printf '\r\033[K' >&2; fi
    if ((code == 0)); then
        mv "$state/$part.new" "$state/$part"
        say "  done in $((SECONDS - began)) s"
    else
        say "  failed with exit code $code; the end of ${log#"$root"/}:"
        tail -n 20 "$log" | sed 's/^/    /' >&2
    fi
    return "$code"
}

# Shows on a terminal how long a step has run and the last line of its log.
tick() {
    local began=$SECONDS
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        printf '\r\033[K  %d s  %.60s' $((SECONDS - began)) "$(tail -n 1 "$1" | tr -cd '[:print:]')" >&2
    done
}

# Runs the parts after it one process at a time; another start of the same checkout waits.
locked() {
    exec 9>"$state/lock"
    if has flock && ! flock -n 9; then
        say "another set-up of this checkout is running; waiting for it" && flock 9
    fi
    "$@" 9>&-
    exec 9>&-
}

# Publishes the command line if a source is newer, and sets `program`. Each build has a folder of its own, so that a
# program that runs meanwhile, a training perhaps, keeps its files.
publish() {
    if is_due program src models Directory.Build.props Directory.Packages.props global.json; then
        local folder=artifacts/mien/$(date +%Y%m%d-%H%M%S) old
        step program "building Mien (a minute or two the first time)" \
            "$dotnet" publish src/Mien.Cli -c Release -o "$folder" --nologo -tl:off || exit 1
        echo "$folder/Mien.Cli.dll" >"$state/published"
        for old in "$root"/artifacts/mien/*/; do
            if [[ $old != "$root/$folder/" ]] && ! grep -qsF "$old" /proc/[0-9]*/maps; then rm -rf "$old"; fi
        done
    fi
    program=$root/$(cat "$state/published")
}

# Builds the page into artifacts/web, where the server finds it. Without npm there is the API and no page.
page() {
    if ! has npm; then
        say "going on without the page, because there is no npm; Node.js brings it: https://nodejs.org"
    elif is_due web web/src web/build web/{index.html,package-lock.json,tsconfig.json,vite.config.js}; then
        step web "building the page (npm packages the first time)" \
            bash -c 'npm ci --prefix web --ignore-scripts --no-audit --no-fund && npm run build --prefix web' || exit 1
    fi
    # The server looks for the page beside itself.
    if [[ -n ${program-} && -f $root/artifacts/web/index.html && $root/artifacts/web/index.html -nt ${program%/*}/web/index.html ]]; then
        rm -rf "${program%/*}/web" && cp -R "$root/artifacts/web" "${program%/*}/web"
    fi
}

# Fetches libtorch for this system, which only training needs.
libtorch() {
    [[ -z ${MIEN_LIBTORCH-} ]] || return 0
    is_due libtorch build/Libtorch Directory.Packages.props || return 0
    step libtorch "fetching libtorch (some 200 MB)" "$dotnet" build build/Libtorch -c Release --nologo -tl:off || exit 1
}

# Installs packages of Debian or Ubuntu where a program is missing and this user may, else names them:
# needs PROGRAM WHY PACKAGE...
needs() {
    local program=$1 why=$2
    shift 2
    if has "$program"; then return; fi
    if has apt-get && ((EUID == 0)); then
        step apt "installing $* ($why)" bash -c 'apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"' - "$@" && return
    fi
    say "$program is missing: $why. Debian, Ubuntu: sudo apt-get install $*; macOS: brew install ${1%%-*}; Windows: winget install ${1%%-*}"
}
