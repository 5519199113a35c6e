//! What work may use.

use super::refused;
use crate::serve::error::{Fault, Kind};
use crate::serve::federation::Federation;
use oxigraph::sparql::CancellationToken;

/// What work may use: it asks now and then whether it is still wanted.
#[derive(Clone)]
pub struct Budget {
    /// Set when the deadline has passed or the caller has gone.
    pub token: CancellationToken,
    pub(super) limit: usize,
    pub(super) federation: Option<Federation>,
}

impl Budget {
    /// An error once the work is no longer wanted.
    pub fn check(&self) -> Result<(), Fault> {
        if self.token.is_cancelled() {
            return Err(Fault::new(Kind::Deadline, "the evaluation was stopped"));
        }
        Ok(())
    }

    /// The longest result in bytes.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// What is made in memory from rows that are at hand, if it is within the limit.
    ///
    /// # Errors
    /// A fault that says so.
    pub fn within(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
        if bytes.len() > self.limit {
            return Err(refused(&std::io::ErrorKind::FileTooLarge.into(), self.limit));
        }
        Ok(bytes)
    }

    /// Which endpoints SERVICE may call; none calls none.
    pub const fn federation(&self) -> Option<&Federation> {
        self.federation.as_ref()
    }

    /// A budget that only bounds the result: in a worker, which is killed when its time is over.
    pub fn of(limit: usize) -> Self {
        Self { token: CancellationToken::new(), limit, federation: None }
    }

    /// The same, with endpoints that SERVICE may call.
    pub fn calling(self, federation: &Federation) -> Self {
        Self { federation: Some(federation.clone()), ..self }
    }

    /// A budget without end, for tests and for work at the start.
    pub fn unbounded() -> Self {
        Self::of(usize::MAX)
    }
}
