//! What one client may take: requests a minute, seconds of work a minute, requests at once. Who has taken all of it gets
//! 429 with the time after which there is some again.
//!
//! An account fills as a bucket with a leak does. Work is charged when it is done, since nobody knows before what a query
//! costs; so an account may be overdrawn, and then stays closed until it has leaked.

use super::error::{Fault, Kind};
use super::settings::Clients;
use axum::http::{HeaderMap, HeaderName, header};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The window of all limits, in seconds.
const WINDOW: f64 = 60.0;
/// How many accounts are kept: some 8 MB. Beyond, those that owe least are forgotten.
const ACCOUNTS: usize = 65_536;
/// No client is shut out for longer than so many windows.
const DEBT: f64 = 5.0;
/// How long a client that does too much at once shall wait, in seconds.
const AT_ONCE_WAIT: u64 = 1;

/// `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers has them.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left.
pub const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// The accounts of all clients. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Quota(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    requests: f64,
    seconds: f64,
    at_once: u32,
    accounts: Mutex<HashMap<IpAddr, Account>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Account {
    requests: f64,
    seconds: f64,
    under_way: u32,
    /// Of the last change, since the server's start.
    at: Duration,
}

impl Account {
    /// Lets the account leak until `now`.
    fn leak(&mut self, limits: &Inner, now: Duration) {
        let passed = now.saturating_sub(self.at).as_secs_f64() / WINDOW;
        self.requests = (self.requests - passed * limits.requests).max(0.0);
        self.seconds = (self.seconds - passed * limits.seconds).max(0.0);
        self.at = self.at.max(now);
    }

    /// How full it is, for the choice of what to forget.
    fn weight(&self, limits: &Inner) -> f64 {
        let share = |used: f64, limit: f64| if limit > 0.0 { used / limit } else { 0.0 };
        f64::from(self.under_way) + share(self.requests, limits.requests) + share(self.seconds, limits.seconds)
    }
}

/// A request that was let in. When it ends, also by the client's going, its work is charged.
#[derive(Debug)]
pub struct Place {
    quota: Quota,
    client: IpAddr,
}

impl Quota {
    /// Accounts with those limits; `None` if nothing is limited.
    pub fn new(settings: &Clients) -> Option<Self> {
        let limited = settings.requests_per_minute > 0 || settings.seconds_per_minute > 0 || settings.at_once > 0;
        limited.then(|| {
            Self(Arc::new(Inner {
                requests: settings.requests_per_minute.into(),
                seconds: settings.seconds_per_minute.into(),
                at_once: settings.at_once,
                accounts: Mutex::default(),
            }))
        })
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<IpAddr, Account>> {
        self.0.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a request in, or says why not and when.
    ///
    /// # Errors
    /// 429 with `Retry-After` and the policies that were violated.
    pub fn enter(&self, client: IpAddr, now: Duration) -> Result<Place, Fault> {
        let limits = &*self.0;
        let mut accounts = self.accounts();
        if accounts.len() >= ACCOUNTS && !accounts.contains_key(&client) {
            forget(&mut accounts, limits, now);
        }
        let account = accounts.entry(client).or_default();
        account.leak(limits, now);
        // Seconds until as much has leaked as there is too much.
        let until = |over: f64, limit: f64| (over / limit * WINDOW).ceil().max(1.0);
        if limits.requests > 0.0 && account.requests + 1.0 > limits.requests {
            let wait = until(account.requests + 1.0 - limits.requests, limits.requests);
            return Err(refusal("requests", &format!("{} requests a minute", limits.requests), whole(wait)));
        }
        if limits.seconds > 0.0 && account.seconds >= limits.seconds {
            // Not at the first drop: else each further request would be one too many again.
            let wait = until(account.seconds - limits.seconds * 0.9, limits.seconds);
            return Err(refusal("seconds", &format!("{} seconds of work a minute", limits.seconds), whole(wait)));
        }
        if limits.at_once > 0 && account.under_way >= limits.at_once {
            return Err(refusal("at-once", &format!("{} requests at once", limits.at_once), AT_ONCE_WAIT));
        }
        account.requests += 1.0;
        account.under_way += 1;
        Ok(Place { quota: self.clone(), client })
    }

    /// Tells a client what the limits are and what is left.
    pub fn tell(&self, client: IpAddr, headers: &mut HeaderMap) {
        let limits = &*self.0;
        let account = self.accounts().get(&client).copied().unwrap_or_default();
        let (mut policies, mut left) = (Vec::new(), Vec::new());
        for (name, limit, used) in
            [("requests", limits.requests, account.requests), ("seconds", limits.seconds, account.seconds)]
        {
            if limit > 0.0 {
                policies.push(format!("\"{name}\";q={limit};w={WINDOW}"));
                left.push(format!("\"{name}\";r={};t={}", whole(limit - used), whole((used / limit * WINDOW).ceil())));
            }
        }
        if !policies.is_empty() {
            super::answer::put(headers, POLICY, &policies.join(", "));
            super::answer::put(headers, LEFT, &left.join(", "));
        }
    }
}

impl Place {
    /// Ends the request, and charges what it took.
    pub fn leave(self, work: Duration, now: Duration) {
        let limits = &*self.quota.0;
        let mut accounts = self.quota.accounts();
        let Some(account) = accounts.get_mut(&self.client) else { return };
        account.leak(limits, now);
        account.under_way = account.under_way.saturating_sub(1);
        account.seconds = (account.seconds + work.as_secs_f64()).min(limits.seconds * DEBT);
    }
}

fn refusal(policy: &str, limit: &str, wait: u64) -> Fault {
    Fault::new(
        Kind::TooManyRequests,
        format!("expected at most {limit} from one client; ask again in {wait} s, or take the dumps"),
    )
    .with("violated-policies", vec![policy])
    .header(header::RETRY_AFTER, &wait.to_string())
}

/// Makes room: half of the accounts go, those that are least full.
fn forget(accounts: &mut HashMap<IpAddr, Account>, limits: &Inner, now: Duration) {
    let mut weights: Vec<f64> = accounts
        .values_mut()
        .map(|account| {
            account.leak(limits, now);
            account.weight(limits)
        })
        .collect();
    let middle = weights.len() / 2;
    let (_, border, _) = weights.select_nth_unstable_by(middle, f64::total_cmp);
    let (border, mut surplus) = (*border, middle);
    accounts.retain(|_, account| {
        let goes = surplus > 0 && account.weight(limits) <= border;
        surplus -= usize::from(goes);
        !goes
    });
}

/// A number of seconds or requests without its fraction.
fn whole(number: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number, none below zero")]
    let whole = number.clamp(0.0, 1e9) as u64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const ONE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn quota(requests: u32, seconds: u32, at_once: u32) -> Quota {
        let settings =
            Clients { requests_per_minute: requests, seconds_per_minute: seconds, at_once, ..Clients::default() };
        Quota::new(&settings).unwrap()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn wait(fault: &Fault) -> u64 {
        let (name, value) = &fault.headers[0];
        assert_eq!(name, header::RETRY_AFTER);
        value.to_str().unwrap().parse().unwrap()
    }

    #[test]
    fn who_asks_too_often_waits_as_long_as_told_and_others_do_not() {
        let quota = quota(3, 0, 0);
        for _ in 0..3 {
            quota.enter(ONE, at(0)).unwrap().leave(at(100), at(0));
        }

        let fault = quota.enter(ONE, at(0)).unwrap_err();

        assert_eq!((fault.kind, wait(&fault)), (Kind::TooManyRequests, 20));
        assert!(quota.enter(OTHER, at(0)).is_ok());
        assert!(quota.enter(ONE, at(wait(&fault) - 1)).is_err());
        assert!(quota.enter(ONE, at(wait(&fault))).is_ok());
    }

    #[test]
    fn work_is_charged_when_it_is_done_and_debt_has_an_end() {
        let quota = quota(0, 10, 0);
        quota.enter(ONE, at(0)).unwrap().leave(at(1000), at(0));

        let fault = quota.enter(ONE, at(0)).unwrap_err();

        let (name, value) = &fault.extra[0];
        assert_eq!((&**name, value), ("violated-policies", &serde_json::json!(["seconds"])));
        assert_eq!(wait(&fault), 246, "five windows, less what is let be");
        assert!(quota.enter(ONE, at(245)).is_ok());
    }

    #[test]
    fn so_many_at_once_and_a_place_is_free_when_one_ends() {
        let quota = quota(0, 0, 2);
        let first = quota.enter(ONE, at(0)).unwrap();
        let _second = quota.enter(ONE, at(0)).unwrap();

        assert!(quota.enter(ONE, at(0)).is_err());
        first.leave(at(0), at(0));
        assert!(quota.enter(ONE, at(0)).is_ok());
    }

    #[test]
    fn what_is_left_is_told() {
        let quota = quota(10, 60, 0);
        quota.enter(ONE, at(0)).unwrap().leave(at(15), at(0));
        let mut headers = HeaderMap::new();

        quota.tell(ONE, &mut headers);

        assert_eq!(headers[POLICY], "\"requests\";q=10;w=60, \"seconds\";q=60;w=60");
        assert_eq!(headers[LEFT], "\"requests\";r=9;t=6, \"seconds\";r=45;t=15");
    }

    #[test]
    fn no_limits_need_no_accounts() {
        let none = Clients { requests_per_minute: 0, seconds_per_minute: 0, at_once: 0, ..Clients::default() };

        assert!(Quota::new(&none).is_none());
    }

    #[test]
    fn the_table_of_clients_has_an_end_and_keeps_who_owes_most() {
        let quota = quota(10, 0, 0);
        let busy = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));
        for _ in 0..10 {
            quota.enter(busy, at(0)).unwrap().leave(at(0), at(0));
        }
        for number in 0..u32::try_from(2 * ACCOUNTS).unwrap() {
            let client = IpAddr::V4(Ipv4Addr::from_bits(number));
            quota.enter(client, at(0)).unwrap().leave(at(0), at(0));
        }

        assert!(quota.accounts().len() <= ACCOUNTS);
        assert!(quota.enter(busy, at(0)).is_err(), "who owes most is not forgotten");
    }
}
