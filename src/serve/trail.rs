//! What is known of a request by whoever works on it, for the log and the client's account: the route, the query, the
//! time that its evaluation took. It goes with the task, so that nobody has to hand it on.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

tokio::task_local! {
    static TRAIL: Arc<Trail>;
}

/// What one request leaves behind.
#[derive(Debug, Default)]
pub struct Trail(Mutex<Marks>);

/// The marks so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The template of the route: `/id/{kind}/{key}`.
    pub route: Option<String>,
    /// Who asks, as the log has it.
    pub client: Option<String>,
    /// The query's text.
    pub query: Option<String>,
    /// How many rows or triples the result has.
    pub rows: Option<u64>,
    /// How long evaluations took, without the wait for their turn.
    pub spent: Option<Duration>,
}

impl Trail {
    /// The marks so far.
    pub fn marks(&self) -> Marks {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The request came from there.
    pub fn came_from(&self, client: std::net::IpAddr) {
        self.mark(|marks| marks.client = Some(client.to_string()));
    }

    fn mark(&self, set: impl FnOnce(&mut Marks)) {
        set(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Runs `work` with that trail.
pub async fn follow<F: Future>(trail: Arc<Trail>, work: F) -> F::Output {
    TRAIL.scope(trail, work).await
}

fn mark(set: impl FnOnce(&mut Marks)) {
    // Outside of a request there is nobody to tell.
    let _ = TRAIL.try_with(|trail| trail.mark(set));
}

/// The request came to that route.
pub fn route(template: &str) {
    mark(|marks| marks.route = Some(template.to_owned()));
}

/// The request asks this query. To be called before it is evaluated, in the request's own task.
pub fn query(text: &str) {
    mark(|marks| marks.query = Some(text.to_owned()));
}

/// The result has so many rows or triples.
pub fn rows(count: u64) {
    mark(|marks| marks.rows = Some(count));
}

/// An evaluation took that long; to be called for each, also for one that failed.
pub fn spent(time: Duration) {
    mark(|marks| marks.spent = Some(marks.spent.unwrap_or_default() + time));
}

/// How long evaluations took so far, if there were any.
pub fn time_spent() -> Option<Duration> {
    TRAIL.try_with(|trail| trail.marks().spent).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn marks_are_those_of_the_own_request() {
        let (one, other) = (Arc::new(Trail::default()), Arc::new(Trail::default()));

        let left = follow(one.clone(), async {
            query("ASK {}");
            spent(Duration::from_secs(1));
            tokio::task::yield_now().await;
            spent(Duration::from_secs(2));
        });
        let right = follow(other.clone(), async { route("/sparql") });
        tokio::join!(left, right);
        query("nobody's");

        let expected = Marks { query: Some("ASK {}".into()), spent: Some(Duration::from_secs(3)), ..Marks::default() };
        assert_eq!(one.marks(), expected);
        assert_eq!(other.marks(), Marks { route: Some("/sparql".into()), ..Marks::default() });
    }
}
