//! From a listing to documents, page by page, through the sitemaps that a sitemap index lists.

use super::{Entry, Listing, listing};
use crate::error::Problem;
use crate::ingest::fetch::Web;
use crate::ingest::input::{self, Input};
use crate::ingest::{Item, Items, address};
use std::collections::{BTreeSet, VecDeque};
use std::io::Cursor;
use std::sync::Arc;
use url::Url;

/// An index of indexes without end stops here.
const MAX_SITEMAPS: usize = 1000;

/// The documents that one source leads to.
pub(super) struct Walk {
    path: String,
    name: String,
    web: Arc<Web>,
    /// What is known and not yet read, with the address of what listed it.
    entries: VecDeque<(Entry, Option<Url>)>,
    sitemaps: VecDeque<(Url, Option<Url>)>,
    /// The documents of the page that is open.
    current: Option<Items>,
    problems: VecDeque<Problem>,
    been: BTreeSet<String>,
    pages: usize,
    opened: usize,
    was_cut: bool,
    failed: bool,
}

impl Walk {
    pub(super) fn new(path: String, name: String, base: Option<Url>, listing: Listing, web: Arc<Web>) -> Self {
        let mut walk = Self {
            path,
            name,
            web,
            entries: VecDeque::new(),
            sitemaps: VecDeque::new(),
            current: None,
            problems: VecDeque::new(),
            been: BTreeSet::new(),
            pages: 0,
            opened: 0,
            was_cut: false,
            failed: false,
        };
        walk.been.extend(base.as_ref().map(place));
        let path = walk.path.clone();
        walk.list(listing, base.as_ref(), &path);
        walk
    }

    /// Notes what a listing at `path` says.
    fn list(&mut self, listing: Listing, base: Option<&Url>, path: &str) {
        for entry in listing.entries {
            let place = entry.link.as_ref().map_or_else(|| entry.id.clone(), place);
            if self.been.contains(&place) {
                continue;
            }
            if self.pages == self.web.options.max_pages {
                self.cut(format!("its first {} pages are read: set a larger `max_pages`", self.pages));
                break;
            }
            self.been.insert(place);
            self.pages += 1;
            self.entries.push_back((entry, base.cloned()));
        }
        for sitemap in listing.sitemaps {
            if self.been.insert(place(&sitemap)) {
                self.sitemaps.push_back((sitemap, base.cloned()));
            }
        }
        if listing.foreign > 0 {
            let message = format!("{} links to other hosts are passed over, as the protocol says", listing.foreign);
            self.problems.push_back(Problem::note(path, "ingest.foreign-link", message));
        }
        if let Some(fault) = listing.fault {
            self.failed = true;
            let message = format!("expected a whole sitemap, found {fault}: what stands before is read");
            self.problems.push_back(Problem::fatal(path, "ingest.bad-feed", message));
        }
    }

    /// Tells once that not everything is read.
    fn cut(&mut self, message: String) {
        if !self.was_cut {
            self.was_cut = true;
            self.problems.push_back(Problem::note(&self.path, "ingest.feed-cut", message));
        }
    }

    /// Opens the next sitemap of an index.
    fn open(&mut self, url: &Url, from: Option<&Url>) {
        let path = crate::ingest::fetch::public(url).to_string();
        if self.pages == self.web.options.max_pages {
            return self.cut(format!("its first {} pages are read: set a larger `max_pages`", self.pages));
        }
        if self.opened == MAX_SITEMAPS {
            return self.cut(format!("its first {MAX_SITEMAPS} sitemaps are read"));
        }
        self.opened += 1;
        let room = self.web.options.max_pages - self.pages;
        let read = address::sitemap(url, from, &self.web).map_err(|fault| fault.problem(&path)).and_then(|page| {
            let read = listing(&page.body, None, Some(&page.address), room);
            let read = read.map_err(|(code, message)| Problem::fatal(&path, code, message))?;
            Ok((page.address, read))
        });
        match read {
            Ok((base, listing)) => self.list(listing, Some(&base), &path),
            Err(problem) => {
                self.failed = true;
                self.problems.push_back(problem);
            }
        }
    }

    fn documents(&self, entry: Entry, from: Option<&Url>) -> Items {
        let Entry { link, id, mut declared, whole } = entry;
        match (link, whole) {
            (Some(link), None) => address::linked(link, from, declared, &self.web),
            (link, whole) => {
                declared.url = link.as_ref().map(address::tidy);
                let path = link.as_ref().map(|link| crate::ingest::fetch::public(link).to_string());
                input::documents(Input {
                    path: path.unwrap_or_else(|| format!("{}?entry={id}", self.path)),
                    name: link.as_ref().map_or_else(|| self.name.clone(), address::name),
                    media_type: Some("text/html".to_owned()),
                    charset: Some("utf-8".to_owned()),
                    declared,
                    reader: Box::new(Cursor::new(whole.unwrap_or_default())),
                })
            }
        }
    }
}

impl Iterator for Walk {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.current.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.current = None;
            if let Some(problem) = self.problems.pop_front() {
                return Some(Err(problem));
            }
            if let Some((entry, from)) = self.entries.pop_front() {
                self.current = Some(self.documents(entry, from.as_ref()));
            } else if let Some((sitemap, from)) = self.sitemaps.pop_front() {
                self.open(&sitemap, from.as_ref());
            } else if self.pages == 0 && !self.failed {
                self.failed = true;
                let message = "expected entries with links to pages, found none: check that it is the right feed";
                return Some(Err(Problem::fatal(&self.path, "ingest.empty-feed", message)));
            } else {
                return None;
            }
        }
    }
}

/// What makes two links one.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}
