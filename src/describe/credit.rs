//! Credit codes of organizations, where the text prints one behind the name.
//!
//! 《青崖建设有限公司（统一社会信用代码：…）》: the words that introduce a code must stand between the two, and its check digit
//! must be right; nothing is guessed.

use super::graph::Graph;
use super::terms;
use crate::model::{CreditCode, Span};
use oxigraph::model::Literal;
use std::sync::LazyLock;

/// A code further from the name than this, in bytes, is not its own.
const NEAR: usize = 120;

#[derive(serde::Deserialize)]
struct Words {
    credit: Credit,
}

#[derive(serde::Deserialize)]
struct Credit {
    introduces: String,
}

static INTRODUCES: LazyLock<String> = LazyLock::new(|| {
    let words: Words = toml::from_str(include_str!("words.toml")).expect("words.toml is complete: a test reads it");
    words.credit.introduces
});

/// Every code in the text.
fn codes(text: &str) -> Vec<(Span, CreditCode)> {
    let mut found = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_alphanumeric(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                if let Some(code) = CreditCode::parse(&text[start..at]) {
                    found.push((Span::new(start, at), code));
                }
                from = None;
            }
            _ => {}
        }
    }
    found
}

impl Graph<'_> {
    /// The codes that the article prints.
    pub(super) fn credit_codes(&mut self) {
        let linked = self.linked;
        let text = linked.facts.annotated.article.text.as_str();
        for (span, code) in codes(text) {
            let organizations = linked.organizations.iter().enumerate();
            let mentions =
                organizations.flat_map(|(index, one)| one.mentions.iter().map(move |name| (name.end, index)));
            let before = mentions.filter(|(end, _)| *end <= span.start && span.start - end <= NEAR).max();
            let Some((end, index)) = before else { continue };
            let between = &text[end..span.start];
            if between.contains(INTRODUCES.as_str()) && !between.contains('\n') {
                let organization = self.organization(index);
                self.say(&organization, terms::CREDIT_CODE, Literal::from(code.as_str()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_whole_word_with_a_right_check_digit() {
        let text = "甲公司（信用代码91350100M000100Y43），乙公司（91350100M000100Y44），丙191350100M000100Y43。";

        let found: Vec<String> = codes(text).into_iter().map(|(_, code)| code.to_string()).collect();

        assert_eq!(found, ["91350100M000100Y43"]);
    }
}
