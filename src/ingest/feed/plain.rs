//! The text of the HTML that feeds put into titles and summaries.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Elements that stand within a word.
const INLINE: [&str; 10] = ["a", "b", "em", "font", "i", "span", "strong", "sub", "sup", "u"];

/// The text of a piece of HTML: tags off, a space in the place of those that stand between words, references resolved.
pub(super) fn text(html: &str) -> String {
    let tokenizer = Tokenizer::new(Text::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The sink never asks it to stop for a script.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.text.into_inner()
}

#[derive(Default)]
struct Text {
    text: RefCell<String>,
}

impl TokenSink for Text {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.text.borrow_mut().push_str(&text),
            Token::TagToken(tag) if !INLINE.contains(&tag.name.as_ref()) => self.text.borrow_mut().push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_goes_and_references_are_read() {
        assert_eq!(super::text("A&amp;B<br>云溪&#26085;报 <b>新</b>"), "A&B 云溪日报 新");
        assert_eq!(super::text("<p class='a"), "");
    }
}
