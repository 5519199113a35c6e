//! Words and their parts of speech, by jieba's own dictionary.

use super::sentence::stretches;
use crate::model::{Span, Tag, Token};
use jieba_rs::Jieba;
use std::sync::LazyLock;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The words of the text, line by line. White space is no word.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for line in stretches(text) {
        let mut at = line.start;
        for word in JIEBA.tag(line.of(text), true) {
            let span = Span::new(at, at + word.word.len());
            at = span.end;
            if !word.word.trim().is_empty() {
                found.push(Token { span, tag: Tag::new(word.tag) });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cover_the_text_but_for_white_space() {
        let text = "全市建成公园\n 共计12个";
        let words: Vec<_> = tokens(text).iter().map(|token| token.span.of(text).to_owned()).collect();

        assert_eq!(words.concat(), text.replace(['\n', ' '], ""));
        assert!(words.contains(&"公园".to_owned()));
    }
}
