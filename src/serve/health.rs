//! What an operator asks: does the process answer, does the data, and what has the server counted.

use super::answer;
use super::error::Fault;
use super::evaluate::Lane;
use super::metrics::Data;
use super::request::Ask;
use super::state::AppState;
use super::terms;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use std::collections::BTreeSet;
use std::path::Path;

/// `/healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `/readyz`: the data answer, and the server is not about to stop.
pub async fn readyz(State(state): State<AppState>) -> Result<String, Fault> {
    if state.is_closing() {
        return Err(Fault::overloaded("the server is about to stop", 5));
    }
    let view = state.view();
    let shared = view.clone();
    state
        .engine()
        .run(Lane::Page, move |_| {
            shared.snapshot.data.named_graphs().next().transpose()?;
            Ok(())
        })
        .await?;
    Ok(format!("version {}\n", view.snapshot.header.version))
}

/// `/metrics`: what the server counts.
pub async fn metrics(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    // The size is looked up on the disk; it must not hold up others.
    let shared = state.clone();
    let size = tokio::task::spawn_blocking(move || shared.size()).await.ok().flatten();
    let header = &view.snapshot.header;
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let day = |text: &String| moment(&format!("{text}T00:00:00Z"));
    let text = state.metrics().text(&Data {
        version: header.version,
        committed: moment(&header.committed),
        newest: header.newest.as_ref().and_then(day),
        size,
        facts: terms::TYPES.iter().map(|(kind, _)| (*kind, view.index().count(kind))).collect(),
    });
    Ok(answer::ok(&ask, &view, "text/plain; version=0.0.4", None, text))
}

/// What a folder takes, each file once however many names it has: versions of the store share files.
pub fn size_of(folder: &Path) -> u64 {
    let mut seen = BTreeSet::new();
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    // A file that goes while it is looked at counts nothing.
    let lengths = files.filter_map(|file| {
        let data = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        #[cfg(unix)]
        let is_new = {
            use std::os::unix::fs::MetadataExt;
            seen.insert((data.dev(), data.ino()))
        };
        #[cfg(not(unix))]
        let is_new = seen.insert(file.path().to_owned());
        is_new.then_some(data.len())
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_two_names_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::io::Write::write_all(&mut tempfile::NamedTempFile::new_in(folder.path()).unwrap(), b"gone").unwrap();
        tempfile::NamedTempFile::new_in(folder.path()).unwrap().persist(&file).unwrap();
        let mut written = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
        std::io::Write::write_all(&mut written, b"12345").unwrap();
        std::fs::hard_link(&file, folder.path().join("b")).unwrap();

        assert_eq!(size_of(folder.path()), 5);
        assert_eq!(size_of(&folder.path().join("none")), 0);
    }
}
