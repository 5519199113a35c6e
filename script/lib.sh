# What the scripts share: the build directory, and a check of what a build needs.
# It stands outside the clone, so that RocksDB is compiled once for every clone.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/jialing/target}"

# What a build needs beside Rust, as Debian's packages: libclang-dev (bindgen loads it) and g++ (RocksDB is C++).

say() { printf '%s\n' "$*" >&2; }

has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    local found
    found="$({ ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib*/libclang*.so* 2>/dev/null || true; } |
        grep -v 'libclang-cpp' || true)"
    [ -n "$found" ]
}

missing() {
    has_libclang || printf 'libclang-dev '
    { command -v c++ || command -v g++ || command -v clang++; } >/dev/null 2>&1 || printf 'g++ '
}

# What the tests with others' clients need, as Debian's packages.
missing_for_tests() {
    { command -v python3 && python3 -c 'import ensurepip, venv'; } >/dev/null 2>&1 || printf 'python3-venv '
    command -v node >/dev/null 2>&1 || printf 'nodejs '
    command -v npm >/dev/null 2>&1 || printf 'npm '
    { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 || printf 'chromium '
}

# Installs Debian packages where that is allowed; else says exactly what to install and fails.
install_packages() {
    local runner=""
    if command -v apt-get >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ]; then
            runner="env"
        elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
            runner="sudo"
        fi
    fi
    if [ -z "$runner" ]; then
        say "error: these packages are missing: $*"
        say "  hint: on Debian or Ubuntu run: sudo apt-get install $*"
        return 1
    fi
    say "installing $*"
    $runner apt-get update -qq && $runner env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >&2
}

check_rust() {
    if ! command -v cargo >/dev/null 2>&1; then
        say "error: there is no cargo"
        say "  hint: install Rust 1.89 or newer: https://rustup.rs, or: sudo apt-get install rustup && rustup default stable"
        return 1
    fi
    local version minor
    version="$(rustc --version | cut -d' ' -f2)"
    minor="$(printf '%s' "$version" | cut -d. -f2)"
    if [ "$(printf '%s' "$version" | cut -d. -f1)" = 1 ] && [ "$minor" -lt 89 ]; then
        say "error: Rust $version is too old"
        say "  hint: Rust 1.89 or newer is needed: rustup update stable"
        return 1
    fi
}

# Before a build starts: a build of twelve minutes should not fail at its very end for want of a library.
check_machine() {
    check_rust || return 1
    local lacking
    lacking="$(missing)"
    # shellcheck disable=SC2086
    [ -z "$lacking" ] || install_packages $lacking || return 1
}

# The same for the tests.
check_clients() {
    local lacking
    lacking="$(missing_for_tests)"
    # shellcheck disable=SC2086
    [ -z "$lacking" ] || install_packages $lacking
}
