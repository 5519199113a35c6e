//! Which paths of earlier builds are there no more, so that a build withdraws what they gave.

use crate::error::Problem;
use crate::ingest;
use std::collections::BTreeSet;

/// What the sources gave, by path: what is there, and what is not in spite of being named.
#[derive(Default)]
pub(super) struct Seen {
    /// Documents and problems alike.
    pub(super) paths: BTreeSet<String>,
    /// What could not be read, or not to its end: what it holds is not known.
    unread: BTreeSet<String>,
    /// Pages that their publisher has taken away for good.
    taken_away: BTreeSet<String>,
}

impl Seen {
    /// Notes why a path gave no document.
    pub(super) fn note(&mut self, problem: &Problem) {
        if !problem.fatal {
            return;
        }
        match problem.code {
            "ingest.gone" => self.taken_away.insert(problem.path.clone()),
            // What breaks off at one of its lines or records does not tell what came after.
            "ingest.unreadable" | "ingest.truncated" | "ingest.damaged" | "ingest.bomb" => {
                self.unread.insert(container(&problem.path).to_owned())
            }
            _ => self.unread.insert(problem.path.clone()),
        };
    }
}

fn container(path: &str) -> &str {
    path.split_once('#').map_or(path, |(container, _)| container)
}

/// The paths among `stored` that an earlier build read from these sources and that are there no more.
///
/// What is in a folder or file is all that it holds, so what it no longer holds is gone. A feed or sitemap tells only what
/// is new: a page that it lists no more is there all the same. So an address withdraws nothing but what stood in its own
/// file (`https://…/all.ndjson#L3`), and itself only when its server says that it is gone for good (410): a 404 may be a
/// mistake that is mended tomorrow. What cannot be read withdraws nothing.
pub(super) fn gone<'s>(sources: &[String], stored: impl Iterator<Item = &'s String>, seen: &Seen) -> Vec<String> {
    let below = |path: &str, source: &str, borders: &[char]| {
        path.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with(borders))
    };
    let within = |path: &str| {
        sources.iter().any(|source| match ingest::address_path(source) {
            Some(address) => below(path, &address, &['#', '!']),
            None if source == "." => ingest::address_path(path).is_none(),
            None => ingest::is_within(source, path),
        })
    };
    let is_there = |path: &str| seen.paths.contains(path) && !seen.taken_away.contains(path);
    let unknown = |path: &str| seen.unread.iter().any(|unread| below(path, unread, &['/', '#', '!']));
    stored.filter(|path| within(path) && !is_there(path) && !unknown(path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of `stored` is gone after a build of `sources` that saw `paths` and met `problems`.
    fn after(sources: &[&str], stored: &[&str], paths: &[&str], problems: &[(&str, &'static str)]) -> Vec<String> {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let mut seen = Seen { paths: own(paths).into_iter().collect(), ..Seen::default() };
        for (path, code) in problems {
            seen.paths.insert((*path).to_owned());
            seen.note(&Problem::fatal(*path, code, ""));
        }
        gone(&own(sources), own(stored).iter(), &seen)
    }

    #[test]
    fn what_a_folder_or_file_no_longer_holds_is_gone() {
        let stored = ["a/1.txt", "a/2.txt", "a/all.ndjson#L2", "ab/3.txt", "b.zip!/4.txt"];

        assert_eq!(after(&["a/"], &stored, &["a/1.txt"], &[]), ["a/2.txt", "a/all.ndjson#L2"]);
        assert_eq!(after(&["b.zip"], &stored, &[], &[]), ["b.zip!/4.txt"]);
        assert_eq!(after(&["."], &stored[..2], &["a/2.txt"], &[]), ["a/1.txt"]);
    }

    #[test]
    fn what_cannot_be_read_withdraws_nothing() {
        let stored = ["a/1.txt", "a/all.ndjson#L1", "a/all.ndjson#L2", "a/b/3.txt"];
        let problems =
            [("a/1.txt", "ingest.binary"), ("a/all.ndjson#L1", "ingest.unreadable"), ("a/b", "ingest.unreadable")];

        assert_eq!(after(&["a"], &stored, &[], &problems), Vec::<String>::new());
        let a_bad_line = [("a/all.ndjson#L1", "ingest.bad-line")];
        assert_eq!(after(&["a/all.ndjson"], &stored, &[], &a_bad_line), ["a/all.ndjson#L2"]);
    }

    #[test]
    fn a_page_that_a_feed_lists_no_more_is_not_gone() {
        let stored =
            ["https://a.org", "https://a.org/n/1", "https://a.org/feed?entry=7", "https://a.org/all.ndjson#L9"];

        assert_eq!(
            after(&["https://a.org/feed", "https://a.org/"], &stored, &["https://a.org/n/2"], &[]),
            Vec::<String>::new()
        );
        let lines = after(&["https://a.org/all.ndjson"], &stored, &["https://a.org/all.ndjson#L1"], &[]);
        assert_eq!(lines, ["https://a.org/all.ndjson#L9"]);
        let failed = [("https://a.org/all.ndjson", "ingest.timeout")];
        assert_eq!(after(&["https://a.org/all.ndjson"], &stored, &[], &failed), Vec::<String>::new());
    }

    #[test]
    fn an_address_is_gone_only_when_its_server_says_for_good() {
        let page = "https://a.org/n/1";
        let after_code = |source, code| after(&[source], &[page], &[], &[(page, code)]);

        assert_eq!(after_code(page, "ingest.not-found"), Vec::<String>::new());
        assert_eq!(after_code("https://user:secret@a.org/n/1", "ingest.gone"), [page]);
        assert_eq!(after_code("https://a.org/feed", "ingest.gone"), Vec::<String>::new());
    }
}
