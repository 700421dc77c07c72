#!/bin/sh
# Sets up a checkout and runs it: `sh packaging/bootstrap.sh help`. Plain POSIX shell: it runs where nothing is installed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
venv=$root/.venv
# Says how far the set-up came: "unfinished", or what was installed and the fingerprint of what it was made from.
stamp=$venv/kinfolio-setup

# What PySide6 loads even without a screen, and what it needs to show windows through X11 and Wayland.
qt_libraries='libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0'
window_libraries='libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1
    libwayland-cursor0 libwayland-egl1'

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

usage() {
    cat <<'END'
sh packaging/bootstrap.sh COMMAND       (or: make COMMAND)

  run       find the people in the photos of a folder and show them:  make run PHOTOS=/path/to/photos
            without PHOTOS: open the window; without a display: write people.html instead of a window
  test      set up and run the checks and every test but the slow ones; arguments go to pytest
  test-all  the same with the slow tests
  lint      ruff, its format check, mypy and the import rules
  setup     only set up: .venv with everything the tests need
  lock      write the lock files again from pyproject.toml; --upgrade takes newer versions
  translations
            take the texts of the program into the catalogues of resources/translations and compile these
  wheel     build dist/kinfolio-*.whl
  screenshots
            write pictures of every page and state of the window to build/screenshots
  clean     remove .venv and everything else that was built; libraries of photos are not touched
END
}

# System packages

is_debian() { command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; }

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# Prints those of the named packages that are absent. Since the move to 64-bit time some carry a "t64" at the end.
missing_packages() {
    wanted=
    for package; do wanted="$wanted $package ${package}t64"; done
    # shellcheck disable=SC2086,SC2016
    present=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null || true)
    for package; do
        printf '%s\n' "$present" | grep -q -x -F -e "$package installed" -e "${package}t64 installed" ||
            printf '%s ' "$package"
    done
}

# Names packages, then installs them: as root or without a terminal at once, otherwise after one question.
install_packages() {
    say "Kinfolio needs these system packages: $*"
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif ! command -v sudo >/dev/null 2>&1; then
        say "Only root can install them and there is no sudo. As root, run:  apt-get install $*"
        return 1
    elif [ -t 0 ]; then
        as_root=sudo
        printf 'Install them with sudo apt-get? [Y/n] ' >&2
        read -r answer || answer=n
        case $answer in
            '' | [yY]*) ;;
            *)
                say "Nothing was installed. To do it yourself, run:  sudo apt-get install $*"
                return 1
                ;;
        esac
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        say "Installing them needs a password and there is no terminal to ask on. Run:  sudo apt-get install $*"
        return 1
    fi
    say "Installing: $*"
    $as_root apt-get update -q >&2 || say "The package lists could not be renewed; trying with those at hand."
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 || {
        say "apt-get could not install them; its messages above say why."
        return 1
    }
}

# Python

# The locked TensorFlow has wheels for 3.11 to 3.13.
is_usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

can_make_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_usable "$python"; then
            printf '%s\n' "$python"
            return
        fi
    done
    return 1
}

# Installs what is missing of the named packages, where that is possible; what can do without them goes on.
ensure_packages() {
    # shellcheck disable=SC2046
    set -- $(missing_packages "$@")
    if [ $# -gt 0 ] && ! install_packages "$@"; then
        say "Going on without them."
    fi
}

# All that the system has to provide, so that there is one question at most.
ensure_system() {
    packages=
    if [ "$(uname -s)" = Linux ]; then
        packages=$qt_libraries
        if has_display; then packages="$packages $window_libraries"; fi
    fi
    if ! has_environment; then
        python=$(find_python) || python=python3
        can_make_environments "$python" || packages="$packages $(basename "$python") $(basename "$python")-venv"
    fi
    if is_debian; then
        # shellcheck disable=SC2086
        ensure_packages $packages
    elif [ -n "$packages" ] && [ ! -f "$stamp" ]; then
        # shellcheck disable=SC2086
        say "Kinfolio needs these packages, named as in Debian; install what your system calls them if they are missing:" \
            $packages
    fi
}

# The environment

# Changes whenever the set-up has to be done again: another lock, another Python, a checkout that was moved.
fingerprint() {
    {
        printf '%s\n' "$root"
        "$venv/bin/python" -c 'import sys; print(sys.version, sys.prefix)'
        cat "$root/packaging/requirements.lock" "$root/packaging/requirements-dev.lock" "$root/pyproject.toml"
    } 2>/dev/null | cksum
}

# is_set_up run|dev: what has the packages of the tests serves for running too.
is_set_up() {
    [ -f "$stamp" ] && is_usable "$venv/bin/python" || return 1
    found=$(cat "$stamp")
    wanted=$(fingerprint)
    [ "$found" = "dev $wanted" ] || [ "$found" = "$1 $wanted" ]
}

# A set-up that broke off leaves who knows what behind; an environment that somebody made by hand will do.
has_environment() {
    is_usable "$venv/bin/python" && "$venv/bin/python" -c 'import pip' 2>/dev/null && ! grep -q -s '^unfinished' "$stamp"
}

make_environment() {
    python=$(find_python) ||
        fail "Kinfolio needs Python 3.11, 3.12 or 3.13 and found none. Install one, or name it:" \
            " PYTHON=/path/to/python3 sh packaging/bootstrap.sh"
    can_make_environments "$python" ||
        fail "$python lacks the venv module, which keeps Kinfolio's packages apart from those of the system. Install it" \
            "(Debian: apt-get install $(basename "$python")-venv) and run this again."
    say "Making the Python environment $venv"
    rm -rf "$venv"
    mkdir "$venv"
    echo unfinished >"$stamp"
    "$python" -m venv "$venv"
}

pip() {
    if [ -t 2 ]; then quiet=; else quiet=--quiet; fi
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input $quiet "$@" >&2 ||
        fail "pip failed; its messages above say why. Once that is mended, run the same command again."
}

# Keeps descriptor 9 locked, also for a pip that outlives a killed set-up, so that two never write into one .venv.
wait_for_others() {
    if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
        say "Another set-up of this checkout is still at work; waiting for it."
        flock 9
    fi
}

# set_up run|dev: makes, mends or renews .venv, or finds that nothing is to be done.
set_up() {
    wait_for_others
    ensure_system
    if is_set_up "$1"; then return; fi
    if [ "$1" = dev ] || grep -q -s '^dev ' "$stamp"; then
        level=dev lock=$root/packaging/requirements-dev.lock
    else
        level=run lock=$root/packaging/requirements.lock
    fi
    has_environment || make_environment
    echo unfinished >"$stamp"
    say "Installing the Python packages of $lock: 3 GB on disk, some minutes the first time"
    pip install --only-binary :all: --require-hashes -r "$lock"
    pip install --no-deps --no-index --no-build-isolation -e "$root"
    printf '%s %s\n' "$level" "$(fingerprint)" >"$stamp"
    say "The Python environment is ready."
} 9<"$root/packaging/bootstrap.sh"

# Commands

run() {
    set_up run
    photos=${1:-${PHOTOS:-}}
    if [ -n "$photos" ]; then
        exec "$venv/bin/kinfolio" start --photos="$photos"
    fi
    exec "$venv/bin/kinfolio"
}

lint() {
    "$venv/bin/ruff" check
    "$venv/bin/ruff" format --check
    "$venv/bin/mypy"
}

# One process for each core, but four at most, for each loads TensorFlow. The tests of a file share what it sets up.
tests() { exec "$venv/bin/python" -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile "$@"; }

# Pins every package with its hashes for all systems at once, installs the result and lists its licences.
lock() {
    for name in requirements requirements-dev; do
        case $name in
            requirements) set -- "$@" --group build ;;
            requirements-dev) set -- "$@" --extra dev --constraint packaging/requirements.lock ;;
        esac
        say "Writing packaging/$name.lock"
        "$venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
            --custom-compile-command 'make lock' --output-file "packaging/$name.lock" "$@" pyproject.toml
    done
    set_up dev
    "$venv/bin/python" packaging/licences.py
}

# Takes what the program says into the catalogues and compiles them. What is not translated then stands there as
# "unfinished", and the tests fail until it is. English has its plurals alone.
translations() {
    for language in en zh_CN; do
        if [ "$language" = en ]; then only=-pluralonly; else only=; fi
        catalogue=resources/translations/kinfolio_$language
        # shellcheck disable=SC2046,SC2086
        "$venv/bin/pyside6-lupdate" $(find app -name '*.py' | LC_ALL=C sort) $only \
            -source-language en_US -locations none -no-obsolete -ts "$catalogue.ts"
        "$venv/bin/pyside6-lrelease" "$catalogue.ts" -qm "$catalogue.qm"
    done
}

in_checkout() {
    cd "$root"
    set_up dev
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
    run) run "$@" ;;
    test)
        in_checkout
        lint
        tests -m 'not slow' "$@"
        ;;
    test-all)
        in_checkout
        lint
        tests "$@"
        ;;
    lint)
        in_checkout
        lint
        exec "$venv/bin/lint-imports"
        ;;
    setup) in_checkout ;;
    lock)
        in_checkout
        lock "$@"
        ;;
    translations)
        in_checkout
        translations
        ;;
    wheel)
        in_checkout
        pip wheel --no-deps --no-index --no-build-isolation --wheel-dir dist .
        ls dist/*.whl
        ;;
    screenshots)
        in_checkout
        exec "$venv/bin/python" -m tests.screenshots "$@"
        ;;
    clean)
        cd "$root"
        rm -rf .venv build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
        find app facenet_core resources tests packaging -name __pycache__ -prune -exec rm -rf {} +
        ;;
    help | -h | --help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
