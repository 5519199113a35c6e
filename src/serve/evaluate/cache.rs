//! Results that are asked for again. Data change only when a version is committed, and the key names the version's
//! content, so what is found is exact; what may differ from one evaluation to the next is never kept.

use super::job::{Asked, Head, Outcome, Task};
use super::spool::Whole;
use axum::body::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache as Quick;

/// The longest result that is kept, in bytes.
const LONGEST: usize = 1 << 20;
/// What an entry takes beside its key and its result.
const OVERHEAD: u64 = 256;
/// How many entries are expected for each byte that may be kept.
const ENTRIES: u64 = 4096;

#[derive(Clone)]
struct ByBytes;

impl Weighter<String, (Head, Bytes)> for ByBytes {
    fn weight(&self, key: &String, (_, bytes): &(Head, Bytes)) -> u64 {
        OVERHEAD + (key.len() + bytes.len()) as u64
    }
}

/// A bounded number of bytes of results.
pub struct Cache(Option<Quick<String, (Head, Bytes), ByBytes>>);

impl Cache {
    /// A cache of so many bytes; 0 keeps nothing.
    pub fn new(bytes: u64) -> Self {
        let entries = usize::try_from(bytes / ENTRIES).unwrap_or(usize::MAX).max(1);
        Self((bytes > 0).then(|| Quick::with_weighter(entries, bytes, ByBytes)))
    }

    /// The result under that key.
    pub fn get(&self, key: &str) -> Option<(Head, Bytes)> {
        self.0.as_ref()?.get(key)
    }

    /// Keeps a result that is short enough, and that the same task on the same data will always give.
    pub fn put(&self, key: String, head: &Head, whole: &Whole) {
        let (Some(cache), Whole::Memory(bytes)) = (&self.0, whole) else { return };
        if head.stable && head.outcome == Outcome::Whole && bytes.len() <= LONGEST {
            cache.insert(key, (head.clone(), bytes.clone()));
        }
    }
}

/// What a task's result is kept under; none for what is not kept. What the caller holds already makes no difference.
pub fn key(content: &str, task: &Task) -> Option<String> {
    let task = match task {
        Task::Query { operation, accept, .. } => serde_json::to_string(&(operation, accept)),
        Task::Rows { asked: Asked::Canned { name, values, page }, limit } => {
            serde_json::to_string(&(name, values, page, limit))
        }
        Task::Rows { asked: Asked::Operation(operation), limit } => serde_json::to_string(&(operation, limit)),
        Task::Graph { .. } | Task::Change(_) => return None,
    };
    task.ok().map(|task| format!("{content} {task}"))
}

/// The head of a kept result, for this caller: one who holds it already is told so.
pub fn heeding(head: Head, task: &Task) -> Head {
    if let (Task::Query { held: Some(held), .. }, Some(tag)) = (task, &head.tag) {
        if let Some(held) = tag.held(held) {
            return Head { outcome: Outcome::Unchanged, tag: Some(held), ..head };
        }
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::sparql::operation::Operation;

    fn task(query: &str, accept: &str) -> Task {
        Task::Query {
            operation: Operation { query: query.into(), ..Operation::default() },
            accept: Some(accept.into()),
            held: None,
        }
    }

    fn whole(text: &str) -> Whole {
        Whole::Memory(text.to_owned().into())
    }

    #[test]
    fn a_result_is_found_again_on_the_same_content_alone() {
        let cache = Cache::new(1 << 20);
        let head = Head { stable: true, ..Head::default() };
        let asked = task("ASK {}", "*/*");
        cache.put(key("v1", &asked).unwrap(), &head, &whole("true"));

        assert_eq!(cache.get(&key("v1", &asked).unwrap()).unwrap().1, "true");
        for other in [key("v2", &asked), key("v1", &task("ASK {} ", "*/*")), key("v1", &task("ASK {}", "text/csv"))] {
            assert!(cache.get(&other.unwrap()).is_none());
        }
    }

    #[test]
    fn what_may_differ_or_is_no_result_or_is_too_long_is_not_kept() {
        let cache = Cache::new(8 << 20);
        let stable = Head { stable: true, ..Head::default() };
        let (a, b, c) = (task("a", ""), task("b", ""), task("c", ""));
        cache.put(key("v", &a).unwrap(), &Head::default(), &whole("x"));
        cache.put(key("v", &b).unwrap(), &Head { outcome: Outcome::Page, ..stable.clone() }, &whole("x"));
        cache.put(key("v", &c).unwrap(), &stable, &whole(&"x".repeat(LONGEST + 1)));

        for task in [a, b, c] {
            assert!(cache.get(&key("v", &task).unwrap()).is_none());
        }
        assert!(key("v", &Task::Graph { graph: None, form: "ttl".into() }).is_none());
    }

    #[test]
    fn the_cache_does_not_outgrow_its_bytes() {
        let cache = Cache::new(100_000);
        let head = Head { stable: true, ..Head::default() };
        let tasks: Vec<Task> = (0..100).map(|number| task(&number.to_string(), "")).collect();
        for task in &tasks {
            cache.put(key("v", task).unwrap(), &head, &whole(&"x".repeat(10_000)));
        }

        let kept = tasks.iter().filter(|task| cache.get(&key("v", task).unwrap()).is_some()).count();

        assert!((1..10).contains(&kept), "{kept}");
    }
}
