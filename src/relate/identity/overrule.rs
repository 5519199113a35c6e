//! The user's file: what is one thing, and what is not, whatever the articles and the rules say.
//!
//! ```text
//! verdict,one,other,why
//! same,organization/力帆科技(集团)股份有限公司,organization/力帆~500109,its annual report of 2023
//! apart,高新区~500109,北碚高新区~500109,the former is the city's
//! ```
//!
//! `one` stays where two things are the same. A thing is named by its IRI, by the last parts of it (`place/500109`), by its
//! key (`力帆~500109`) or by its name, if only one thing of the class has that.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What a line says of two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Apart,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overrule {
    pub(super) line: u64,
    pub(super) verdict: Verdict,
    pub(super) one: String,
    pub(super) other: String,
    pub(super) why: String,
}

/// The lines of the user's file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrules {
    text: String,
    pub(super) lines: Vec<Overrule>,
}

impl Overrules {
    /// Reads the text of such a file; an empty one overrules nothing. `path` is what errors call it.
    ///
    /// # Errors
    /// [`Error::Usage`] with the file and line for what is not of this form, and for two lines that say the opposite.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let wrong = |line: u64, message: String| Error::Usage {
            message: format!("`{}`, line {line}: {message}", path.display()),
            hint: "a line is `same,ONE,OTHER,WHY` or `apart,ONE,OTHER,WHY`, below the header `verdict,one,other,why`; \
                   ONE and OTHER are IRIs, keys or names"
                .into(),
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut lines: Vec<Overrule> = Vec::new();
        let mut header = true;
        for (line, written) in (1..).zip(text.lines()) {
            if written.trim().is_empty() || written.trim_start().starts_with('#') {
                continue;
            }
            // A line at a time, so that a fault is told where it is.
            let mut reader =
                csv::ReaderBuilder::new().trim(csv::Trim::All).has_headers(false).from_reader(written.as_bytes());
            let mut record = csv::StringRecord::new();
            reader.read_record(&mut record).map_err(|error| wrong(line, error.to_string()))?;
            if header {
                let expected = ["verdict", "one", "other", "why"];
                if !record.iter().eq(expected) && !record.iter().eq(expected[..3].iter().copied()) {
                    let found = record.iter().collect::<Vec<_>>().join(",");
                    return Err(wrong(line, format!("expected the header `{}`, found `{found}`", expected.join(","))));
                }
                header = false;
                continue;
            }
            if !(3..=4).contains(&record.len()) {
                return Err(wrong(line, format!("expected three or four fields, found {}", record.len())));
            }
            let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
            let (one, other, why) = (field(1), field(2), field(3));
            let verdict = match field(0).as_str() {
                "same" => Verdict::Same,
                "apart" => Verdict::Apart,
                other => return Err(wrong(line, format!("expected `same` or `apart`, found `{other}`"))),
            };
            if one.is_empty() || other.is_empty() {
                return Err(wrong(line, "a thing has no name".into()));
            }
            if one == other {
                return Err(wrong(line, format!("`{one}` stands on both sides")));
            }
            let pair = |a: &str, b: &str| (a.min(b).to_owned(), a.max(b).to_owned());
            let twin = lines.iter().find(|known| pair(&known.one, &known.other) == pair(&one, &other));
            if let Some(known) = twin.filter(|known| known.verdict != verdict) {
                return Err(wrong(line, format!("line {} says the opposite", known.line)));
            }
            lines.push(Overrule { line, verdict, one, other, why });
        }
        Ok(Self { text: text.to_owned(), lines })
    }

    /// The file as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A hash of what it says; empty if it says nothing.
    pub fn hash(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let mut hash = Sha256::new();
        for Overrule { verdict, one, other, why, .. } in &self.lines {
            hash.update(format!("{verdict:?}\n{one}\n{other}\n{why}\n"));
        }
        format!("{:x}", hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let error = Overrules::parse(text, Path::new("identity.csv")).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn a_file_of_lines_is_read() {
        let text = "verdict,one,other,why\n# ours\nsame,甲公司,乙公司~500109,\"renamed, 2023\"\n apart , a,b\n";

        let overrules = Overrules::parse(text, Path::new("x")).unwrap();

        let told: Vec<_> = overrules.lines.iter().map(|line| (line.verdict, &*line.one, &*line.why)).collect();
        assert_eq!(told, [(Verdict::Same, "甲公司", "renamed, 2023"), (Verdict::Apart, "a", "")]);
        assert_eq!(overrules.lines[0].line, 3);
        assert_ne!(overrules.hash(), "");
    }

    #[test]
    fn an_empty_file_overrules_nothing() {
        for text in ["", "\n", "verdict,one,other,why\n"] {
            let overrules = Overrules::parse(text, Path::new("x")).unwrap();

            assert_eq!((overrules.lines.len(), overrules.hash()), (0, String::new()), "{text:?}");
        }
    }

    #[test]
    fn a_bad_line_is_told_with_its_file_and_number() {
        let head = "verdict,one,other,why\nsame,a,b,c\n";
        for (line, told) in [
            ("equal,a,b,", "expected `same` or `apart`, found `equal`"),
            ("same,a", "expected three or four fields, found 2"),
            ("same,a,b,c,d", "expected three or four fields, found 5"),
            ("same,,b,", "a thing has no name"),
            ("same,b,b,", "`b` stands on both sides"),
            ("apart,b,a,", "line 2 says the opposite"),
        ] {
            assert_eq!(fault(&format!("{head}{line}\n")), format!("`identity.csv`, line 3: {told}"));
        }
        assert!(fault("a,b\n").contains("line 1: expected the header"), "{}", fault("a,b\n"));
        assert!(fault("same,a,b,c\n").contains("line 1"));
    }
}
