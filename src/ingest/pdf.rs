//! PDF with a text layer: the lines as they are set. What is a picture of a text is left to a program that reads pictures.

mod fonts;
mod streams;

use super::input::{Input, one};
use super::{Items, document, limits};
use crate::error::Problem;
use crate::model::Media;
use pdf_extract::{Document, OutputError, PlainTextOutput};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// The library goes down one call for each level of a file's objects. This is room for a hundred times the depth that
/// real files have; it is taken from the system only as it is used.
const STACK: usize = 256 << 20;

/// The document of a PDF file.
pub(super) fn documents(input: Input) -> Items {
    let Input { path, name, declared, reader, .. } = input;
    let bytes = match limits::whole(&path, reader) {
        Ok(bytes) => bytes,
        Err(problem) => return one(Err(problem)),
    };
    let hash = super::hash(&bytes);
    match on_a_thread(move || text(&bytes)) {
        Ok(text) if text.trim().is_empty() => {
            let message = "expected a text layer, found pictures, or fonts that do not say which characters they show: \
                           read it with a program for character recognition";
            one(Err(Problem::fatal(path, "ingest.no-text-layer", message)))
        }
        Ok(text) => super::hashed(document(&path, &name, Media::Text, None, text.into_bytes(), declared), hash),
        Err(Fault::Encrypted) => {
            let message = "it is encrypted: save it without its password";
            one(Err(Problem::fatal(path, "ingest.encrypted", message)))
        }
        Err(Fault::Damaged) => {
            let message = "it is damaged, or of a kind that is not read: save it anew, or as text";
            one(Err(Problem::fatal(path, "ingest.damaged", message)))
        }
    }
}

enum Fault {
    Encrypted,
    Damaged,
}

fn text(bytes: &[u8]) -> Result<String, Fault> {
    let mut document = Document::load_mem(bytes).map_err(|_| Fault::Damaged)?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Fault::Encrypted);
    }
    if streams::are_too_large(&document, bytes.len()) || streams::draw_themselves(&document) {
        return Err(Fault::Damaged);
    }
    fonts::tell_unicode(&mut document);
    let mut text = String::new();
    let mut output = PlainTextOutput::new(&mut text);
    let drawn: Result<(), OutputError> = pdf_extract::output_doc(&document, &mut output);
    drawn.map_err(|_| Fault::Damaged)?;
    Ok(text.trim_start().to_owned())
}

thread_local! {
    /// Whether a panic of this thread is told as a problem, and so is no news for standard error.
    static IS_HELD: Cell<bool> = const { Cell::new(false) };
}

/// Runs the library where it can neither end the program by a panic nor by its depth.
fn on_a_thread(read: impl FnOnce() -> Result<String, Fault> + Send) -> Result<String, Fault> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_HELD.get() {
                told(panic);
            }
        }));
    });
    std::thread::scope(|scope| {
        let held = move || {
            IS_HELD.set(true);
            catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Fault::Damaged))
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, held);
        thread.map_or(Err(Fault::Damaged), |thread| thread.join().unwrap_or(Err(Fault::Damaged)))
    })
}
