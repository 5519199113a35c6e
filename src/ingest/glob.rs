//! Patterns: `articles/**/*.html`, for a shell that leaves them to the program and for more files than it can pass on.

use super::{Items, files};
use crate::error::{Error, Result};
use globset::{GlobBuilder, GlobMatcher};

/// A pattern of paths, and the folder to look in.
pub(super) struct Glob {
    folder: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// Reads a pattern; `None` where `given` is none.
    ///
    /// # Errors
    /// If its brackets or braces are not closed.
    pub(super) fn new(given: &str) -> Result<Option<Self>> {
        let Some(at) = given.find(['*', '?', '[', '{']) else { return Ok(None) };
        let pattern = GlobBuilder::new(given).literal_separator(true).build().map_err(|error| Error::Usage {
            message: format!("`{given}` is not a pattern: {}", error.kind()),
            hint: "`*` stands for any characters within a folder's name, `**` for any folders, `{a,b}` for a or b"
                .into(),
        })?;
        let folder = given[..at].rfind('/').map_or("", |slash| &given[..=slash]).to_owned();
        Ok(Some(Self { folder, matcher: pattern.compile_matcher() }))
    }

    /// Whether the folder to look in is there.
    pub(super) fn is_there(&self) -> bool {
        self.folder.is_empty() || std::path::Path::new(&self.folder).is_dir()
    }

    /// Whether a file of this path fits.
    pub(super) fn fits(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// The documents of every file that fits, by path. The pattern tells which files are articles: a type that is not
    /// known, or a hidden file that it names, is not passed over in silence.
    pub(super) fn files(self) -> Items {
        let folder = if self.folder.is_empty() { "." } else { &self.folder };
        files::matching(folder, move |path| self.matcher.is_match(path))
    }
}
