//! What the user says about the published data as a whole: the `[catalog]` table of `jialing.toml`.

use serde::{Deserialize, Serialize};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_catalog_has_a_title_in_both_languages() {
        let catalog = Catalog::default();

        assert!(catalog.title.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)));
        assert!(catalog.title_en.is_ascii());
    }
}
