//! An optional second reader of names: a neural tagger of characters that the user gives by path. It takes a sentence and
//! gives the stretches that it takes for names of places and organizations.
//!
//! It is slow beside the rules, so it reads only sentences in which they leave something undecided ([`undecided`] says what
//! that is), and its word is one part of their decision ([`evidence`]): alone it makes no name and takes none away.

mod decode;
mod evidence;
mod files;
mod undecided;

pub(super) use evidence::{organizations, places};

use crate::error::Result;
use crate::model::{Sentence, Span};
use decode::Transitions;
use rten::{Model, NodeId, RunOptions, ThreadPool, Value};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A sentence is read in stretches of at most so many characters: memory stays small whatever the text.
const LONGEST: usize = 400;

/// What the tagger takes a stretch for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Place,
    Organization,
    Other,
}

/// A stretch that the tagger takes for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tagged {
    span: Span,
    tag: Tag,
}

/// A tagger of characters in the form of LAC: an encoder in ONNX, the weights of a CRF, a dictionary of characters and a list of
/// tags. It is loaded once and shared by all threads.
pub struct Tagger {
    model: Model,
    /// The model's inputs and output, in the order: characters, length; scores.
    nodes: [NodeId; 3],
    transitions: Transitions,
    /// The model's number for a character, and for those that it does not know.
    characters: FxHashMap<char, i32>,
    unknown: i32,
    /// For each tag, what it takes a stretch for and whether it begins one.
    tags: Vec<(Tag, bool)>,
    fingerprint: String,
}

impl std::fmt::Debug for Tagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tagger").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

thread_local! {
    /// One thread for each that asks: a model run by several at once waits for nobody, and sums in one order.
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

impl Tagger {
    /// Loads the files of a folder, and tries them out together.
    ///
    /// # Errors
    /// [`crate::error::Error::Tagger`] says which file is missing or wrong, and how.
    pub fn load(dir: &Path) -> Result<Self> {
        files::load(dir)
    }

    /// A hash of the files: two taggers that could read differently differ in it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The stretches of `text` that the tagger takes for names, in its order.
    fn tag(&self, text: &str) -> Vec<Tagged> {
        let mut found = Vec::new();
        let borders: Vec<(usize, char)> = text.char_indices().collect();
        for stretch in borders.chunks(LONGEST) {
            let ids = stretch.iter().map(|(_, c)| self.characters.get(c).copied().unwrap_or(self.unknown)).collect();
            // A model that passed its trial reads every text; were it to fail on one, the rules stand alone there.
            let Ok(scores) = self.scores(ids) else { continue };
            let path = decode::best_path(&scores, &self.transitions);
            found.extend(decode::stretches(&path, stretch, &self.tags));
        }
        found
    }

    /// The score of each tag for each character, row by row.
    fn scores(&self, ids: Vec<i32>) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>> {
        let length = ids.len();
        let [characters, lengths, scores] = self.nodes;
        let inputs = vec![
            (characters, Value::from_shape([1, length], ids)?.into()),
            (lengths, Value::from_shape([1], vec![i32::try_from(length)?])?.into()),
        ];
        let options = RunOptions::default().with_thread_pool(Some(POOL.with(Arc::clone)));
        let [out] = self.model.run_n(inputs, [scores], Some(options))?;
        let ([rows, found, width], values) = out.into_shape_vec::<f32, 3>()?;
        if rows != 1 || found != length || width != self.tags.len() {
            return Err(format!(
                "expected scores of 1 × {length} × {}, found {rows} × {found} × {width}",
                self.tags.len()
            )
            .into());
        }
        Ok(values)
    }
}

/// The tagger at one article: each sentence is read once, and only if someone asks.
pub(super) struct Reader<'t> {
    tagger: &'t Tagger,
    heard: RefCell<BTreeMap<usize, Vec<Tagged>>>,
}

impl<'t> Reader<'t> {
    pub fn new(tagger: &'t Tagger) -> Self {
        Self { tagger, heard: RefCell::default() }
    }

    /// The names that the tagger sees in a sentence.
    fn names(&self, text: &str, sentence: &Sentence) -> Vec<Tagged> {
        let at = sentence.span.start;
        if let Some(known) = self.heard.borrow().get(&at) {
            return known.clone();
        }
        // No borrow is held while the model runs: the thread may take up another article meanwhile.
        let mut names = self.tagger.tag(sentence.span.of(text));
        for name in &mut names {
            name.span = Span::new(at + name.span.start, at + name.span.end);
        }
        self.heard.borrow_mut().insert(at, names.clone());
        names
    }
}

#[cfg(test)]
mod tests;
