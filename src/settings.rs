//! What the user says about the published data as a whole: the `[catalog]` table of `jialing.toml`; and how times are
//! written there and on the command line.

use serde::{Deserialize, Deserializer, Serialize};
use std::time::Duration;

/// How the data describes itself to portals (DCAT, VoID, the site's footer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalog {
    /// The dataset's title in Chinese.
    pub title: String,
    /// The dataset's title in English.
    pub title_en: String,
    /// What it holds, in Chinese.
    pub description: String,
    /// What it holds, in English.
    pub description_en: String,
    /// The licence's IRI.
    pub licence: String,
    /// The publisher's name.
    pub publisher: String,
    /// The publisher's page.
    pub publisher_url: Option<String>,
    /// An address for questions: `mailto:…` or a page.
    pub contact: Option<String>,
    /// What kind of body the publisher is: a code of ADMS, `LocalAuthority`.
    pub publisher_type: String,
    /// How often new data come: a code of the EU's table, `DAILY`.
    pub frequency: String,
    /// Under what conditions the data are open: `unconditional`, `conditional` or `closed`.
    pub openness: String,
}

impl Default for Catalog {
    fn default() -> Self {
        let texts: Texts = toml::from_str(include_str!("settings.toml")).expect("the embedded file is tested");
        Self {
            title: texts.title,
            title_en: texts.title_en,
            description: texts.description,
            description_en: texts.description_en,
            licence: texts.licence,
            publisher: texts.publisher,
            publisher_url: None,
            contact: None,
            publisher_type: texts.publisher_type,
            frequency: texts.frequency,
            openness: texts.openness,
        }
    }
}

#[derive(Deserialize)]
struct Texts {
    title: String,
    title_en: String,
    description: String,
    description_en: String,
    licence: String,
    publisher: String,
    publisher_type: String,
    frequency: String,
    openness: String,
}

/// Reads `30s`, `500ms` or `2m`.
///
/// # Errors
/// If it is none of these: a sentence that says so.
pub fn duration(text: &str) -> Result<Duration, String> {
    let fault = || format!("expected a time like `30s`, `500ms` or `2m`, found `{text}`");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| fault())?;
    match &text[digits..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(fault),
        _ => Err(fault()),
    }
}

/// The same, where a settings file holds it.
///
/// # Errors
/// As [`duration`].
pub fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    duration(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_number_and_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert!(duration("30").unwrap_err().contains("`30`"));
        assert!(duration("fast").is_err());
    }

    #[test]
    fn the_default_catalog_has_a_title_in_both_languages() {
        let catalog = Catalog::default();

        assert!(catalog.title.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)));
        assert!(catalog.title_en.is_ascii());
    }
}
