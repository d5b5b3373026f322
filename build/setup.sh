# shellcheck shell=bash
# The set-up that ./mien and ./test share. Sourced with `set -euo pipefail` on; runs on bash 3.2 too, which is macOS's.
#
# A profile names the parts that a command needs. A part is built when it is absent or when its sources are newer than
# its stamp in artifacts/setup; a profile that is ready costs one `find` and no other process. What cannot be had on
# this system is said once and noted as artifacts/setup/without-PART, and the command goes on where it can;
# `./mien setup` drops these notes and tries again.

root=$(CDPATH='' cd -- "${BASH_SOURCE[0]%/*}/.." && pwd)
state=$root/artifacts/setup
program= # the built program, relative to the checkout; known after set_up
dotnet=  # the command; known after set_up

say() { printf 'mien: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

has() { command -v "$1" >/dev/null; }

# ---- What a profile needs, and whether it is there

# The parts of a profile in the order of building, as the array `parts`.
parts_of() {
    case $1 in
        program) parts=(program) ;;
        models) parts=(onnxruntime program) ;;
        run) parts=(onnxruntime vision program) ;;
        watch) parts=(onnxruntime vision video program) ;;
        serve) parts=(onnxruntime vision video program web) ;;
        train) parts=(onnxruntime vision torch program) ;;
        test) parts=(node onnxruntime vision video torch program web chromium tests) ;;
    esac
}

# The sources of a part, relative to the checkout, as the array `sources`.
sources_of() {
    case $1 in
        node | chromium) sources=() ;;
        onnxruntime) sources=(package-lock.json) ;;
        vision | video) sources=(native/CMakeLists.txt "native/$1") ;;
        torch) sources=(build/Libtorch Directory.Packages.props) ;;
        program) sources=(src models Directory.Build.props Directory.Packages.props global.json) ;;
        web) sources=(web/src web/build web/{index.html,package.json,package-lock.json,tsconfig.json,vite.config.js}) ;;
        tests) sources=(src tests models Mien.slnx Directory.Build.props Directory.Packages.props global.json) ;;
    esac
}

# Whether the user brings the part; then nothing is installed or built for it.
is_brought() {
    case $1 in
        onnxruntime) [[ -n ${MIEN_ONNXRUNTIME_LIBRARY-} ]] ;;
        vision) [[ -n ${MIEN_VISION_LIBRARY-} ]] ;;
        video) [[ -n ${MIEN_VIDEO_LIBRARY-} ]] ;;
        torch) [[ -n ${MIEN_LIBTORCH-} ]] ;;
        *) false ;;
    esac
}

# Whether a part is there, whatever its age, or is known not to be had.
is_settled() {
    if is_brought "$1" || [[ -f $state/without-$1 ]]; then return 0; fi
    case $1 in
        node) has node ;;
        onnxruntime) [[ -f $state/$1 && -f $root/node_modules/onnxruntime-node/package.json ]] ;;
        torch) [[ -f $state/$1 ]] && compgen -G "$root/artifacts/libtorch/*torch_cpu.*" >/dev/null ;;
        vision | video) [[ -f $state/$1 ]] && compgen -G "$root/artifacts/native/*mien_$1.*" >/dev/null ;;
        program) [[ -f $state/$1 ]] && read -r program <"$state/$1" && [[ -f $root/$program ]] ;;
        web) [[ -f $state/$1 ]] && is_settled program && [[ -f $root/${program%/*}/web/index.html ]] ;;
        chromium) find_chromium ;;
        tests) [[ -f $state/$1 ]] ;;
    esac
}

# Whether the stamp is older than one of the files and folders after it.
is_older() {
    local stamp=$1
    shift
    [[ -n $(cd "$root" && find "$@" -newer "$stamp" -print -quit 2>/dev/null) ]]
}

is_current() {
    if is_brought "$1"; then return; fi
    is_settled "$1" || return 1
    sources_of "$1"
    [[ ! -f $state/$1 || ${#sources[@]} == 0 ]] || ! is_older "$state/$1" "${sources[@]}"
}

is_ready() {
    local part all=(mien build)
    [[ -f $state/ready-$1 ]] || return 1
    parts_of "$1"
    for part in "${parts[@]}"; do
        is_settled "$part" || return 1
        sources_of "$part"
        all+=(${sources[@]+"${sources[@]}"})
    done
    ! is_older "$state/ready-$1" "${all[@]}"
}

# ---- Setting up

# Sets up a profile; costs a few milliseconds where nothing is to be done. With `again` as second argument it looks
# at everything anew.
set_up() {
    find_dotnet
    if [[ ${2-} != again ]] && is_ready "$1"; then return; fi
    mkdir -p "$state"
    # One set-up at a time; the lock is not handed on to child processes, which may outlive this one.
    exec 9>"$state/lock"
    if has flock && ! flock -n 9; then
        say "another set-up of this checkout is running; waiting for it"
        flock 9
    fi
    if [[ ${2-} == again ]]; then
        rm -f "$state"/ready-* "$state"/without-* "$state"/{node,onnxruntime,vision,video,torch,program,web,chromium,tests}
    fi
    if ! is_ready "$1"; then
        touch "$state/ready-$1.new"
        build_parts "$1"
        mv "$state/ready-$1.new" "$state/ready-$1"
    fi
    is_settled program
    exec 9>&-
}

build_parts() {
    local part todo=() packages=()
    parts_of "$1"
    for part in "${parts[@]}"; do
        is_current "$part" || todo+=("$part")
    done
    if [[ ${#todo[@]} == 0 ]]; then return; fi
    check_sdk
    if has apt-get && has dpkg-query; then
        for part in "${todo[@]}"; do
            collect_packages "$part"
        done
        install_packages ${packages[@]+"${packages[@]}"}
    fi
    for part in "${todo[@]}"; do
        touch "$state/$part.new"
        if "build_$part"; then
            mv "$state/$part.new" "$state/$part"
        elif can_do_without "$part"; then
            touch "$state/without-$part"
        else
            exit 1
        fi
    done
}

# Runs a command in the checkout with its output in a log, and shows the log's end if it fails:
# step LOG MESSAGE COMMAND...
step() {
    local log=$state/$1.log message=$2 began=$SECONDS ticker='' code=0
    shift 2
    say "$message"
    : >"$log"
    if [[ -t 2 ]]; then
        tick "$log" 9>&- &
        ticker=$!
    fi
    (cd "$root" && "$@") >"$log" 2>&1 </dev/null 9>&- || code=$?
    if [[ -n $ticker ]]; then
        kill "$ticker" 2>/dev/null || true
        wait "$ticker" 2>/dev/null || true
        printf '\r\033[K' >&2
    fi
    if ((code == 0)); then
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

# ---- Debian and Ubuntu packages

# Adds the packages that a part is built from to the array `packages`.
collect_packages() {
    case $1 in
        node) has node || packages+=(nodejs) ;;
        onnxruntime)
            if ! npm_is_current && ! has npm; then packages+=(nodejs npm); fi
            ;;
        web) has npm || packages+=(nodejs npm) ;;
        # Elsewhere than on Debian the package of this name is another one or none.
        chromium) find_chromium || ! grep -qs '^ID=debian' /etc/os-release || packages+=(chromium) ;;
        vision)
            collect_tools
            [[ -n ${OpenCV_DIR-} ]] ||
                packages+=(libopencv-{core,imgproc,imgcodecs,objdetect}-dev opencv-data)
            ;;
        video)
            collect_tools
            packages+=(libavcodec-dev libavdevice-dev libavformat-dev libavutil-dev libswscale-dev)
            ;;
    esac
}

collect_tools() {
    has cmake || packages+=(cmake)
    has c++ || packages+=(g++)
    has ninja || has make || packages+=(ninja-build)
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]
}

# Installs those of the named packages that are missing.
install_packages() {
    local package missing=() as_root=
    for package in "$@"; do
        [[ " ${missing[*]-} " == *" $package "* ]] || is_installed "$package" || missing+=("$package")
    done
    if [[ ${#missing[@]} == 0 ]]; then return; fi
    if ((EUID != 0)); then
        if has sudo && sudo -n true 2>/dev/null; then
            as_root="sudo -n"
        else
            say "Debian packages are missing, and only root can install them. Run this, then start again:"
            printf '  sudo apt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
            exit 1
        fi
    fi
    # shellcheck disable=SC2086 # $as_root is no word or two
    step apt "installing Debian packages (some minutes the first time): ${missing[*]}" apt_install "$as_root" "${missing[@]}" && return
    exit 1
}

# The package lists are fetched only if apt does not find everything with those it has.
apt_install() {
    local as_root=$1
    shift
    local apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0"
    $apt install -y --no-install-recommends "$@" ||
        { $apt update && $apt install -y --no-install-recommends "$@"; }
}

# ---- Elsewhere: what is missing and how to get it

# On systems without apt a command goes on without what it may not need; its own message tells if it does. The page
# and its tests are no more than an addition anywhere.
can_do_without() {
    local use remedy
    if [[ $1 == program || $1 == tests ]]; then return 1; fi
    if has apt-get && [[ $1 != web && $1 != chromium ]]; then return 1; fi
    case $1:$(uname -s) in
        node:*) use="the tests that need Node.js are skipped" ;;
        onnxruntime:*) use="no model can run" ;;
        vision:*) use="no picture can be read and no Haar cascade be used" ;;
        video:*) use="no video, stream or camera can be read" ;;
        torch:*) use="nothing can be trained" ;;
        web:*) use="the server has its API and no page" ;;
        chromium:*) use="the tests of the page are skipped" ;;
    esac
    case $1:$(uname -s) in
        chromium:*) remedy="Chromium or Chrome, from the system's packages" ;;
        web:*) if has npm; then remedy="see above why it could not be built"; else remedy="Node.js 18 or later with npm, from the system's packages or https://nodejs.org"; fi ;;
        node:Darwin | onnxruntime:Darwin) remedy="brew install node" ;;
        vision:Darwin) remedy="brew install opencv cmake" ;;
        video:Darwin) remedy="brew install ffmpeg cmake" ;;
        node:MINGW* | onnxruntime:MINGW*) remedy="winget install OpenJS.NodeJS" ;;
        vision:MINGW*) remedy="winget install Kitware.CMake, Visual Studio's C++ tools, and vcpkg install opencv4 with CMAKE_TOOLCHAIN_FILE set to vcpkg.cmake" ;;
        video:MINGW*) remedy="winget install Kitware.CMake, Visual Studio's C++ tools, and vcpkg install ffmpeg[avdevice,x264] with CMAKE_TOOLCHAIN_FILE set to vcpkg.cmake" ;;
        node:* | onnxruntime:*) remedy="Node.js with npm, from the system's packages or https://nodejs.org" ;;
        vision:*) remedy="CMake, a C++ compiler and OpenCV 4 with headers, from the system's packages (Fedora: opencv-devel; Arch: opencv; vcpkg: opencv4)" ;;
        video:*) remedy="CMake, a C++ compiler and FFmpeg 4.4 or later with headers, from the system's packages (Fedora: ffmpeg-free-devel; Arch: ffmpeg; vcpkg: ffmpeg)" ;;
        torch:*) remedy="libtorch 2.10 in a folder that MIEN_LIBTORCH names; NuGet has it for Linux and Windows on x64 and for macOS on ARM" ;;
    esac
    say "going on without $(name_of "$1"): $use. To get it: $remedy; then run ./mien setup"
}

name_of() {
    case $1 in
        node) printf 'Node.js' ;;
        onnxruntime) printf 'ONNX Runtime' ;;
        vision) printf 'OpenCV' ;;
        video) printf 'FFmpeg' ;;
        torch) printf 'libtorch' ;;
        web) printf 'the web page' ;;
        chromium) printf 'Chromium' ;;
    esac
}

# ---- .NET

find_dotnet() {
    local folder
    dotnet=dotnet
    has dotnet && return
    for folder in "${DOTNET_ROOT-}" "${HOME-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
        if [[ -x $folder/dotnet ]]; then
            dotnet=$folder/dotnet
            return
        fi
    done
    die "Mien needs the .NET 10 SDK, and there is no dotnet command. Get it from https://dot.net/download"
}

# The checkout's global.json says which SDK is wanted; `dotnet --version` fails where it has no such one.
check_sdk() {
    # The SDK needs no ICU for what is done here.
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT-1}
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
    export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
    (cd "$root" && "$dotnet" --version) >"$state/dotnet.log" 2>&1 && return
    say "Mien needs the .NET 10 SDK; '$dotnet' has: $("$dotnet" --list-sdks 2>&1 | tr '\n' ' ')"
    die "get it from https://dot.net/download (what dotnet says is in artifacts/setup/dotnet.log)"
}

# Each build goes to a folder of its own, so that a program that runs meanwhile (a training, say) keeps its files.
build_program() {
    local folder old
    folder=artifacts/mien/$(date +%Y%m%d-%H%M%S)
    printf '%s\n' "$folder/Mien.Cli.dll" >"$state/program.new"
    step program "building Mien (half a minute the first time)" publish "$folder" || return 1
    place_page "$folder"
    for old in "$root"/artifacts/mien/*/; do
        if [[ $old != "$root/$folder/" ]] && ! grep -qsF "$old" /proc/[0-9]*/maps; then rm -rf "$old"; fi
    done
}

# Ahead-of-time compilation takes its compiler from NuGet; without it the program works and starts more slowly.
publish() {
    local options=(src/Mien.Cli -c Release -o "$1" --nologo -tl:off)
    "$dotnet" publish "${options[@]}" && return
    grep -qi crossgen "$state/program.log" && PublishReadyToRun=false "$dotnet" publish "${options[@]}"
}

build_tests() {
    step tests "building the tests" "$dotnet" build Mien.slnx -c Release --nologo -tl:off
}

# ---- The npm packages: ONNX Runtime, and Vega-Lite for reports; and Node.js for the tests

build_node() { has node; }

build_onnxruntime() {
    npm_is_current && return
    has npm || return 1
    step npm "fetching ONNX Runtime $(version_in package-lock.json onnxruntime-node) and Vega-Lite (npm packages)" \
        npm ci --ignore-scripts --no-audit --no-fund
}

npm_is_current() {
    local package
    [[ -f $root/node_modules/.package-lock.json ]] || return 1
    for package in onnxruntime-node vega vega-lite; do
        [[ $(version_in package-lock.json "$package") == $(version_in node_modules/.package-lock.json "$package") ]] || return 1
    done
}

# The version of a package in a lock file of npm: version_in FILE PACKAGE
version_in() {
    sed -n "/\"node_modules\/$2\": {/,/}/s/.*\"version\": \"\([^\"]*\)\".*/\1/p" "$root/$1"
}

# ---- The web page, built into artifacts/web, with a copy beside the program; and the browser that tests it

build_web() {
    has npm || return 1
    if [[ ! -d $root/web/node_modules ]] || ! cmp -s "$root/web/package-lock.json" "$state/web-packages"; then
        step web-packages "fetching what the web page is made with (npm packages)" npm ci --prefix web --ignore-scripts --no-audit --no-fund || return 1
        cp "$root/web/package-lock.json" "$state/web-packages"
    fi
    step web "building the web page" npm run build --prefix web || return 1
    is_settled program && place_page "${program%/*}"
}

# Puts the page, if there is one, into the folder of a program: place_page FOLDER
place_page() {
    rm -rf "${root:?}/$1/web"
    if [[ -f $root/artifacts/web/index.html ]]; then cp -r "$root/artifacts/web" "$root/$1/web"; fi
}

build_chromium() { find_chromium; }

find_chromium() { has chromium || has chromium-browser || has google-chrome; }

# ---- The bindings to OpenCV and FFmpeg; libtorch

build_vision() {
    has cmake || return 1
    step vision "building the binding to OpenCV" compile vision -DMIEN_VISION=ON -DMIEN_VIDEO=OFF
}

build_video() {
    has cmake || return 1
    step video "building the binding to FFmpeg" compile video -DMIEN_VISION=OFF -DMIEN_VIDEO=ON
}

# Only what trains needs it, so it lies beside the program and is no part of it.
build_torch() {
    step torch "fetching libtorch $(sed -n 's/.*"libtorch-cpu-linux-x64" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props") (130 MB)" \
        "$dotnet" build build/Libtorch -c Release --nologo -tl:off
}

# What an earlier configuration found may have moved, be it the checkout, the compiler or the library: each starts afresh.
compile() {
    local folder=artifacts/native/build-$1 generator=()
    shift
    if has ninja; then generator=(-G Ninja); fi
    rm -rf "$folder"
    cmake -S native -B "$folder" ${generator[@]+"${generator[@]}"} -DCMAKE_BUILD_TYPE=Release "$@" &&
        cmake --build "$folder" --config Release
}
