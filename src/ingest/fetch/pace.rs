//! When a host may be asked: a polite distance between requests, longer waits after it failed, and no request at all
//! once it has failed too often.

#![expect(clippy::disallowed_methods, reason = "to wait is to look at the clock; none of it reaches the data")]

use super::fault::Fault;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest `Crawl-delay` that is honoured: some sites ask for an hour, and mean that they want no robots.
const MAX_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// The longest wait before a retry. A host that asks for more is left alone for the rest of the run.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// After so many pages in a row that failed for the host's sake, each with its retries, it is left alone.
const MAX_FAILURES: u32 = 5;

/// What is known of each host.
pub(super) struct Pace {
    delay: Duration,
    hosts: Mutex<BTreeMap<String, Host>>,
}

#[derive(Default)]
struct Host {
    /// Not before then.
    next: Option<Instant>,
    /// The distance that its robots.txt asks for.
    crawl_delay: Duration,
    failures: u32,
    /// Why it is left alone.
    closed: Option<String>,
}

impl Pace {
    pub(super) fn new(delay: Duration) -> Self {
        Self { delay, hosts: Mutex::default() }
    }

    /// Waits until `host` may be asked.
    pub(super) fn wait(&self, host: &str) -> Result<(), Fault> {
        let pause = {
            let mut hosts = self.hosts();
            let host = hosts.entry(host.to_owned()).or_default();
            if let Some(why) = &host.closed {
                return Err(Fault::GivenUp(why.clone()));
            }
            let now = Instant::now();
            let at = host.next.map_or(now, |next| next.max(now));
            host.next = Some(at + self.delay.max(host.crawl_delay));
            at - now
        };
        std::thread::sleep(pause);
        Ok(())
    }

    /// Honours what the host's robots.txt asks for.
    pub(super) fn slow_down(&self, host: &str, seconds: f32) {
        let asked = Duration::try_from_secs_f32(seconds).unwrap_or(Duration::ZERO).min(MAX_CRAWL_DELAY);
        let mut hosts = self.hosts();
        let host = hosts.entry(host.to_owned()).or_default();
        host.crawl_delay = asked;
        host.next = host.next.map(|next| next.max(Instant::now() + asked));
    }

    /// Puts off the next request after `fault`, the `attempt`th in a row; `false` if no further one is worth making.
    pub(super) fn put_off(&self, host: &str, fault: &Fault, attempt: u32) -> bool {
        let doubled = self.delay.max(Duration::from_millis(10)).saturating_mul(1 << attempt.min(16));
        let asked = match fault {
            Fault::Status { retry_after, .. } => *retry_after,
            _ => None,
        };
        let mut hosts = self.hosts();
        let host = hosts.entry(host.to_owned()).or_default();
        if asked.is_some_and(|asked| asked > MAX_WAIT) {
            host.closed = Some(fault.sentence());
            return false;
        }
        let pause = asked.unwrap_or(Duration::ZERO).max(doubled.min(MAX_WAIT));
        host.next = Some(Instant::now() + pause);
        true
    }

    /// Notes how a page ended.
    pub(super) fn note(&self, host: &str, fault: Option<&Fault>) {
        let mut hosts = self.hosts();
        let host = hosts.entry(host.to_owned()).or_default();
        match fault.filter(|fault| fault.is_of_host()) {
            None => host.failures = 0,
            Some(fault) => {
                host.failures += 1;
                if host.failures >= MAX_FAILURES {
                    host.closed.get_or_insert_with(|| fault.sentence());
                }
            }
        }
    }

    fn hosts(&self) -> MutexGuard<'_, BTreeMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `Retry-After` says: seconds, or a date.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(std::time::SystemTime::now()).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: Fault = Fault::Status { status: 503, retry_after: None };

    #[test]
    fn two_requests_to_one_host_stand_apart_and_two_hosts_do_not_wait_for_each_other() {
        let pace = Pace::new(Duration::from_millis(60));
        let begun = Instant::now();

        for host in ["a", "b", "a"] {
            pace.wait(host).unwrap();
        }

        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(60) && took < Duration::from_millis(120), "{took:?}");
    }

    #[test]
    fn a_crawl_delay_prevails_within_bounds() {
        let pace = Pace::new(Duration::ZERO);
        pace.slow_down("a", 0.05);
        pace.slow_down("b", 1e9);
        pace.slow_down("c", f32::NAN);
        let begun = Instant::now();

        pace.wait("a").unwrap();
        pace.wait("a").unwrap();

        assert!(begun.elapsed() >= Duration::from_millis(50));
        assert_eq!(pace.hosts()["b"].crawl_delay, MAX_CRAWL_DELAY);
        assert_eq!(pace.hosts()["c"].crawl_delay, Duration::ZERO);
    }

    #[test]
    fn a_host_that_asks_for_a_long_rest_or_fails_again_and_again_is_left_alone() {
        let pace = Pace::new(Duration::ZERO);
        let rest = Fault::Status { status: 503, retry_after: Some(Duration::from_secs(3600)) };

        assert!(!pace.put_off("a", &rest, 1));
        for _ in 0..MAX_FAILURES {
            pace.note("b", Some(&BUSY));
            pace.note("c", Some(&Fault::Status { status: 404, retry_after: None }));
        }

        assert!(matches!(pace.wait("a"), Err(Fault::GivenUp(why)) if why.contains("3600 s")));
        assert!(matches!(pace.wait("b"), Err(Fault::GivenUp(_))));
        assert_eq!(pace.wait("c"), Ok(()));
    }

    #[test]
    fn each_retry_waits_twice_as_long() {
        let pace = Pace::new(Duration::from_millis(10));
        let mut waits = Vec::new();
        for attempt in 1..4 {
            assert!(pace.put_off("a", &BUSY, attempt));
            waits.push(pace.hosts()["a"].next.unwrap() - Instant::now());
        }

        assert!(waits[1] > waits[0].mul_f64(1.5) && waits[2] > waits[1].mul_f64(1.5), "{waits:?}");
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let later = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(90));

        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert!((85..=90).contains(&retry_after(&later).unwrap().as_secs()));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }
}
