//! Programs that others wrote: clients, each against a running server, and validators of the data. What they read is what we
//! mean.
//!
//! They are installed once, pinned, in the cache folder (`~/.cache/jialing/clients`), outside the clone. Needed are
//! Python 3 with venv, Node with npm, and Chromium; `script/test` installs them or says which packages they are.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]
#![expect(clippy::non_ascii_literal, reason = "the data speak the language of the texts")]
#![expect(clippy::disallowed_methods, reason = "the test installs and runs other programs")]

#[path = "http/data.rs"]
mod data;

use jialing::serve::{AppState, Limits, app};
use jialing::settings::Catalog;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// Runs a program to its end, and says what it said if it failed.
fn run(command: &mut Command, needs: &str) -> String {
    let out = command.output().unwrap_or_else(|error| {
        panic!("{command:?}: {error}\n  hint: on Debian or Ubuntu run: sudo apt-get install {needs}")
    });
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(out.status.success(), "{command:?}\n{}\n{}", said(&out.stdout), said(&out.stderr));
    said(&out.stdout)
}

/// A folder in the cache that `install` has filled, once for each content of `pins`. Tests that need the same folder at the
/// same time wait for the one that came first.
fn installed(kind: &str, pins: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let mut hash = Sha256::new();
    for name in pins {
        hash.update(fs::read(scripts().join(name)).unwrap());
    }
    let key: String = format!("{:x}", hash.finalize()).chars().take(16).collect();
    let cache = dirs::cache_dir().unwrap().join("jialing/clients");
    fs::create_dir_all(&cache).unwrap();
    let lock = fs::File::create(cache.join(format!("{kind}.lock"))).unwrap();
    lock.lock().unwrap();
    let folder = cache.join(format!("{kind}-{key}"));
    let done = folder.join("installed");
    if !done.exists() {
        // What an installation left that was broken off is worth nothing.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        install(&folder);
        fs::write(done, "").unwrap();
    }
    folder
}

/// The Python of an environment that has the clients.
fn python() -> PathBuf {
    let needs = "python3-venv";
    let folder = installed("python", &["requirements.txt"], |folder| {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")), needs);
        let pip = folder.join("venv/bin/pip");
        let quiet = ["install", "--quiet", "--disable-pip-version-check", "-r"];
        run(Command::new(pip).args(quiet).arg(scripts().join("requirements.txt")), needs);
    });
    folder.join("venv/bin/python")
}

/// A folder whose `node_modules` has the clients.
fn node() -> PathBuf {
    let pins = ["package.json", "package-lock.json", ".npmrc"];
    installed("node", &pins, |folder| {
        for name in pins {
            fs::copy(scripts().join(name), folder.join(name)).unwrap();
        }
        run(Command::new("npm").args(["ci", "--silent"]).current_dir(folder), "nodejs npm");
    })
}

/// Serves three articles at a free port of this machine, and gives `client` the address.
fn with_server(client: impl FnOnce(&str)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let state = AppState::new(data::snapshot(), Catalog::default(), Limits::default()).unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, app(state)).await });
    client(&address);
    runtime.shutdown_background();
}

fn python_client(script: &str) {
    let python = python();
    with_server(|address| {
        let said = run(Command::new(&python).arg(scripts().join(script)).arg(address), "python3-venv");
        assert_eq!(said.lines().last(), Some("ok"), "{said}");
    });
}

fn node_client(script: &str, more: &[&str]) {
    let folder = node();
    // A module finds its packages from where it lies.
    let copy = folder.join(script);
    fs::copy(scripts().join(script), &copy).unwrap();
    with_server(|address| {
        let mut command = Command::new("node");
        let said = run(command.arg(&copy).arg(address).args(more).current_dir(&folder), "nodejs npm");
        assert_eq!(said.lines().last(), Some("ok"), "{said}");
    });
}

#[test]
fn rdflibs_sparql_store_reads_the_endpoint() {
    python_client("rdflib_store.py");
}

#[test]
fn sparqlwrapper_gets_every_form_by_every_method() {
    python_client("sparqlwrapper.py");
}

#[test]
fn ckans_harvester_reads_every_field_of_the_catalog() {
    python_client("ckan_dcat.py");
}

#[test]
fn comunica_queries_the_endpoint_and_the_catalog() {
    node_client("comunica.mjs", &[]);
}

#[test]
fn yasgui_in_chromium_shows_what_the_endpoint_answers() {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    let chromium = found.expect("there is no Chromium\n  hint: on Debian run: sudo apt-get install chromium");

    node_client("yasgui.mjs", &[chromium]);
}

#[test]
fn the_lock_of_packages_names_no_registry() {
    let lock = fs::read_to_string(scripts().join("package-lock.json")).unwrap();

    assert!(!lock.contains("\"resolved\""), "npm install with omit-lockfile-registry-resolved, as .npmrc says");
}

#[test]
fn pyshacl_and_the_constraints_of_data_cube_agree_with_our_own_check() {
    let python = python();
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let jialing = env!("CARGO_BIN_EXE_jialing");
    run(Command::new(jialing).arg("build").arg(seeds).arg("--store").arg(&store), "");

    let said = run(Command::new(python).arg(scripts().join("shacl.py")).arg(jialing).arg(&store), "python3-venv");

    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["faults"], serde_json::json!([]), "{said}");
    assert!(report["articles"].as_u64().unwrap() >= 5, "{said}");
}
