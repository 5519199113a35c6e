//! What the names of a page's elements (`class`, `id`, `itemprop`, their own) say of what stands inside.

use crate::rules::Lexicon;
use html5ever::LocalName;
use std::sync::LazyLock;

static NAMES: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("names.toml")).expect("a test reads the file"));

/// Whether an element is beside the article: navigation, comments, other articles, shares.
pub(super) fn is_aside(name: &LocalName, names: &str) -> bool {
    matches!(&**name, "nav" | "footer" | "aside" | "menu" | "form") || has("aside", names)
}

/// Whether an element is named as articles' texts are.
pub(super) fn is_content(name: &LocalName, names: &str) -> bool {
    matches!(&**name, "article" | "main" | "founder-content" | "ucapcontent") || has("content", names)
}

/// Whether one of the words of an element's names is in a class of the list.
pub(super) fn has(class: &str, names: &str) -> bool {
    !names.is_empty() && parts(names).any(|part| NAMES.get(class, &part).is_some())
}

/// `postSource js-from` is post, source, js, from.
fn parts(names: &str) -> impl Iterator<Item = String> + '_ {
    let whole = names.split_whitespace().map(str::to_ascii_lowercase);
    let mut before = ' ';
    let mut word = String::new();
    let mut words = Vec::new();
    for c in names.chars().chain([' ']) {
        let border = !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if border && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.into_iter().chain(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_their_words() {
        assert!(has("aside", " bd-share") && has("aside", " commentList") && has("content", " TRS_Editor"));
        assert!(!has("aside", " shareholders") && !has("aside", "") && !has("source", " resource"));
    }
}
