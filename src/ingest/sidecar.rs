//! What a folder says of its articles: `seeds.toml` beside them names for each file its title, publisher, date and the work
//! whose facts it reports. It is never read as an article itself.

#![expect(clippy::disallowed_methods, reason = "the sidecar is read from the disk")]

use crate::error::Problem;
use crate::model::{Declared, PartialDate};
use serde::Deserialize;
use std::path::Path;

/// The sidecar's name.
const NAME: &str = "seeds.toml";

#[derive(Deserialize)]
struct Sidecar {
    #[serde(default)]
    seed: Vec<Seed>,
}

#[derive(Deserialize)]
struct Seed {
    file: String,
    title: Option<String>,
    publisher: Option<String>,
    date: Option<PartialDate>,
    reports: Option<Reported>,
}

/// The work whose facts an article reports.
#[derive(Deserialize)]
struct Reported {
    title: Option<String>,
    publisher: Option<String>,
    date: Option<PartialDate>,
}

/// What the sidecar in `folder` declares of `file`; nothing where there is no sidecar or it does not name the file.
///
/// # Errors
/// A problem of the file if the sidecar cannot be read: an article must not be published under a wrong name.
pub(super) fn declared(folder: &Path, file: &str, shown: &str) -> Result<Declared, Problem> {
    let path = folder.join(NAME);
    if !path.is_file() {
        return Ok(Declared::default());
    }
    let fault = |what: String| {
        let message = format!("`{NAME}` beside it cannot be read: {}; correct it or take it away", what.trim_end());
        Problem::fatal(shown, "ingest.bad-sidecar", message)
    };
    let text = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let sidecar: Sidecar = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let Some(seed) = sidecar.seed.into_iter().find(|seed| seed.file == file) else { return Ok(Declared::default()) };
    Ok(Declared {
        title: seed.title,
        publisher: seed.publisher,
        published: seed.date,
        source: seed.reports.map(Reported::told).filter(|told| !told.is_empty()),
        ..Declared::default()
    })
}

impl Reported {
    /// Title, publisher and date, as far as they are known.
    fn told(self) -> String {
        let date = self.date.map(|date| date.to_string());
        [self.title, self.publisher, date].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_names_title_date_and_the_work_reported() {
        let dir = tempfile::tempdir().unwrap();
        let toml = "[[seed]]\nfile = \"a.txt\"\ntitle = \"甲\"\ndate = \"2024-03\"\nreports = { title = \"乙\", date = \"2024\" }\n";
        std::fs::write(dir.path().join(NAME), toml).unwrap();

        let named = declared(dir.path(), "a.txt", "a.txt").unwrap();

        assert_eq!((named.title.as_deref(), named.source.as_deref()), (Some("甲"), Some("乙, 2024")));
        assert_eq!(named.published, PartialDate::month(2024, 3));
        assert_eq!(declared(dir.path(), "b.txt", "b.txt").unwrap(), Declared::default());
    }

    #[test]
    fn a_sidecar_that_is_not_toml_is_a_problem_of_the_article() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NAME), "[[seed]\n").unwrap();

        let problem = declared(dir.path(), "a.txt", "seeds/a.txt").unwrap_err();

        assert_eq!((problem.path.as_str(), problem.code), ("seeds/a.txt", "ingest.bad-sidecar"));
    }
}
