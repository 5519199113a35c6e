//! What a host's robots.txt allows, by RFC 9309: a status of 4xx allows everything, a host that fails nothing.

use super::fault::Fault;
use texting_robots::Robot;

/// The name by which robots.txt speaks to this program.
const NAME: &str = "jialing";

/// What stands beyond is not read; RFC 9309 asks for at least as much.
pub(super) const MAX_BYTES: u64 = 500 << 10;

/// What one host allows.
pub(super) enum Rules {
    /// Everything.
    Open,
    /// What the file says.
    File(Robot),
    /// Nothing.
    Shut(Fault),
}

impl Rules {
    /// What the body of a robots.txt says.
    pub(super) fn read(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        match Robot::new(NAME, body) {
            Ok(robot) => Self::File(robot),
            Err(_) => Self::Shut(Fault::Robots("its host's robots.txt cannot be understood".to_owned())),
        }
    }

    /// What it means that robots.txt did not come.
    pub(super) fn without(fault: &Fault) -> Self {
        match fault {
            Fault::Status { status: 400..=428 | 430..=499, .. } => Self::Open,
            // The page would fare no better, and this says why.
            Fault::Refused(_) | Fault::Unreachable(_) | Fault::GivenUp(_) => Self::Shut(fault.clone()),
            other => Self::Shut(Fault::Robots(format!("its host's robots.txt {}", other.sentence()))),
        }
    }

    pub(super) fn check(&self, url: &url::Url) -> Result<(), Fault> {
        match self {
            Self::Open => Ok(()),
            Self::Shut(fault) => Err(fault.clone()),
            Self::File(robot) if robot.allowed(url.as_str()) => Ok(()),
            Self::File(_) => Err(Fault::Robots("its host's robots.txt forbids it".to_owned())),
        }
    }

    /// The distance between two requests that it asks for, in seconds.
    pub(super) fn delay(&self) -> Option<f32> {
        match self {
            Self::File(robot) => robot.delay,
            Self::Open | Self::Shut(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        Rules::read(robots.as_bytes())
            .check(&url::Url::parse("https://example.org").unwrap().join(path).unwrap())
            .is_ok()
    }

    #[test]
    fn rules_for_this_program_prevail_over_those_for_all() {
        let robots =
            "User-agent: *\nDisallow: /\n\nUser-agent: Jialing\nDisallow: /draft\nAllow: /draft/open\nCrawl-delay: 2\n";

        assert!(allows(robots, "/news") && !allows(robots, "/draft/1") && allows(robots, "/draft/open/1"));
        assert_eq!(Rules::read(robots.as_bytes()).delay(), Some(2.0));
        assert!(!allows("\u{FEFF}User-agent: *\nDisallow: /*.pdf$", "/a.pdf"));
    }

    #[test]
    fn nonsense_forbids_nothing() {
        assert!(allows("", "/a") && allows("<html><body>no such page</body></html>", "/a"));
    }

    #[test]
    fn no_file_opens_a_host_and_a_failing_host_is_shut() {
        let status = |status| Fault::Status { status, retry_after: None };

        assert!(matches!(Rules::without(&status(404)), Rules::Open));
        assert!(matches!(Rules::without(&status(403)), Rules::Open));
        for fault in [status(500), status(429), Fault::Unreachable("no route".into()), Fault::Redirects("loop".into())]
        {
            assert!(matches!(Rules::without(&fault), Rules::Shut(_)), "{fault:?}");
        }
    }
}
