//! `fetch` takes an address and gives the page behind it, as a portal's operator would have it done: robots.txt
//! honoured, one request a second to a host, unchanged pages not sent again, a failing host left in peace.
//!
//! It leaves to its callers what a page is: an article, a feed, a sitemap. Everything runs on the caller's thread, one
//! request at a time, and must not be called from within an asynchronous runtime.

mod cache;
mod fault;
mod guard;
mod pace;
mod robots;
mod wire;

#[cfg(test)]
pub(super) mod server;
#[cfg(test)]
mod tests;

pub(super) use fault::Fault;
pub(super) use guard::Led;

use super::options::Options;
use crate::error::Result;
use cache::{Cache, Head, Kept};
use pace::Pace;
use robots::Rules;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;
use wire::{Answer, Limit, Validators, Wire};

/// Portals redirect to https, to a mobile page, to a canonical address; RFC 9309 asks for five.
const MAX_REDIRECTS: usize = 8;

/// How long a robots.txt holds, by RFC 9309.
const ROBOTS_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A page that came, or was kept and is still current.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The address that gave it, after redirects.
    pub(super) address: Url,
    /// The `Content-Type` header.
    pub(super) content_type: Option<String>,
    /// Decompressed.
    pub(super) body: Vec<u8>,
}

/// The way to pages, for one run.
pub(super) struct Web {
    pub(super) options: Options,
    wire: Wire,
    cache: Option<Cache>,
    pace: Pace,
    robots: Mutex<BTreeMap<String, Arc<Rules>>>,
}

impl Web {
    /// # Errors
    /// If a setting makes no sense, or the cache's folder cannot be made.
    pub(super) fn new(options: &Options) -> Result<Self> {
        Ok(Self {
            wire: Wire::new(options)?,
            cache: options.cache.as_deref().map(Cache::open).transpose()?,
            pace: Pace::new(options.delay),
            robots: Mutex::default(),
            options: options.clone(),
        })
    }

    /// The page at `url`, which `led` gave.
    pub(super) fn get(&self, url: &Url, led: Led) -> Result<Page, Fault> {
        let kept = self.cache.as_ref().and_then(|cache| cache.find(url));
        if self.options.offline {
            return kept.and_then(page).ok_or(Fault::Offline);
        }
        let limit = Limit { bytes: self.options.max_bytes, cut: false };
        self.follow(url, led, kept, limit, self.options.robots)
    }

    /// Follows redirects, each of which is checked as if it were a link.
    fn follow(&self, url: &Url, led: Led, kept: Option<Kept>, limit: Limit, robots: bool) -> Result<Page, Fault> {
        let mut been: Vec<Url> = Vec::new();
        let mut at = url.clone();
        at.set_fragment(None);
        loop {
            let led = been.last().map_or(led, Led::Page);
            guard::check(&at, led, self.options.allow_private)?;
            if robots {
                self.rules(&at).check(&at)?;
            }
            let kept = kept.as_ref().filter(|kept| kept.head.address == public(&at).as_str());
            let known = kept.map(|kept| Validators {
                etag: kept.head.etag.as_deref(),
                last_modified: kept.head.last_modified.as_deref(),
            });
            match self.ask(&at, known.unwrap_or_default(), limit)? {
                Answer::Moved(target) => {
                    let next = target_of(&at, &target)?;
                    been.push(at);
                    if been.contains(&next) {
                        return Err(Fault::Redirects(format!("it is redirected in a circle to `{}`", public(&next))));
                    }
                    if been.len() > MAX_REDIRECTS {
                        return Err(Fault::Redirects(format!("it is redirected more than {MAX_REDIRECTS} times")));
                    }
                    at = next;
                }
                Answer::Unchanged => {
                    if let Some(cache) = &self.cache {
                        cache.confirm(url);
                    }
                    return kept.cloned().and_then(page).ok_or(Fault::Status { status: 304, retry_after: None });
                }
                Answer::Page { head, body } => {
                    let address = public(&at);
                    if let Some(cache) = &self.cache {
                        let head = Head {
                            address: address.to_string(),
                            content_type: head.content_type.clone(),
                            etag: head.etag,
                            last_modified: head.last_modified,
                        };
                        cache.keep(url, &head, &body);
                    }
                    return Ok(Page { address, content_type: head.content_type, body });
                }
            }
        }
    }

    /// Asks, and asks again what may pass.
    fn ask(&self, url: &Url, known: Validators, limit: Limit) -> Result<Answer, Fault> {
        let host = url.host_str().unwrap_or_default();
        for attempt in 1.. {
            self.pace.wait(host)?;
            let answer = self.wire.ask(url, known, limit);
            let passing = answer.as_ref().err().filter(|fault| fault.may_pass());
            // A wait that the server asked for holds for its other pages too, whether or not this one is tried again.
            let again = passing.is_some_and(|fault| self.pace.put_off(host, fault, attempt));
            if !again || attempt > self.options.retries {
                self.pace.note(host, answer.as_ref().err());
                return answer;
            }
        }
        unreachable!("the loop above returns")
    }

    /// What the host of `url` allows: asked once in a run, and once a day where there is a cache.
    fn rules(&self, url: &Url) -> Arc<Rules> {
        let origin = url.origin().ascii_serialization();
        if let Some(rules) = self.robots.lock().unwrap_or_else(PoisonError::into_inner).get(&origin) {
            return Arc::clone(rules);
        }
        let rules = Arc::new(self.ask_for_rules(url));
        if let Some(seconds) = rules.delay() {
            self.pace.slow_down(url.host_str().unwrap_or_default(), seconds);
        }
        self.robots.lock().unwrap_or_else(PoisonError::into_inner).insert(origin, Arc::clone(&rules));
        rules
    }

    fn ask_for_rules(&self, url: &Url) -> Rules {
        let mut file = url.clone();
        file.set_path("/robots.txt");
        file.set_query(None);
        let kept = self.cache.as_ref().and_then(|cache| cache.find(&file));
        if let Some(kept) = kept.as_ref().filter(|kept| kept.age < ROBOTS_AGE) {
            return Rules::read(&kept.body);
        }
        let old = kept.as_ref().map(|kept| kept.body.clone());
        let limit = Limit { bytes: robots::MAX_BYTES, cut: true };
        match self.follow(&file, Led::Page(url), kept, limit, false) {
            Ok(page) => Rules::read(&page.body),
            Err(fault) => {
                let rules = Rules::without(&fault);
                match (&rules, old, &self.cache) {
                    // What it said when it could be read still says more than that it cannot be.
                    (Rules::Shut(_), Some(old), _) => return Rules::read(&old),
                    // Kept as an empty file, which allows everything too.
                    (Rules::Open, _, Some(cache)) => {
                        cache.keep(&file, &Head { address: public(&file).to_string(), ..Head::default() }, b"");
                    }
                    _ => {}
                }
                rules
            }
        }
    }
}

fn page(kept: Kept) -> Option<Page> {
    let address = Url::parse(&kept.head.address).ok()?;
    Some(Page { address, content_type: kept.head.content_type, body: kept.body })
}

/// Where a redirect leads. A name and password are for the host that they were given for.
fn target_of(at: &Url, target: &str) -> Result<Url, Fault> {
    let fault = |_| Fault::Redirects("it is redirected to what is no address".to_owned());
    let mut next = at.join(target).map_err(fault)?;
    if next.origin() != at.origin() {
        next = public(&next);
    }
    next.set_fragment(None);
    Ok(next)
}

/// The address without the name and password in it, as it may be shown and stored.
pub(super) fn public(url: &Url) -> Url {
    let mut url = url.clone();
    // Addresses that cannot have them have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
