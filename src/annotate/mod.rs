//! `annotate` takes an article and adds layers: sentences, words, numbers, quantities, periods, places, organizations.
//!
//! One sentence, `2023年，河湾区森林覆盖率达到45.6%。`, gives the period 2023, the place 河湾区 and the quantity 45.6 %. What these
//! say about each other is for `extract` to tell.

mod name;
mod number;
mod organization;
mod period;
mod place;
mod quantity;
mod sentence;
mod token;

use crate::model::{Annotated, Article, Span};

/// The article with all its layers.
pub fn annotate(mut article: Article) -> Annotated {
    // The masthead names publishers and days of which the article says nothing: to the finders it is blank.
    let blanked = blank(&article.text, &article.masthead);
    let shown = std::mem::replace(&mut article.text, blanked);
    let text = &article.text;
    let sentences = sentence::sentences(text);
    let tokens = token::tokens(text);
    let numbers = number::numbers(text);
    let times = period::times(text, Span::new(0, article.title_len), article.published);
    let quantities = quantity::quantities(text, &numbers, &times);
    let periods = period::known(times);
    let scan = name::Scan::new(&article, &sentences, &tokens);
    let organizations = organization::organizations(&scan);
    let places = place::places(&scan, &organizations);
    let home = place::home(&scan);
    article.text = shown;
    Annotated { sentences, tokens, numbers, quantities, periods, places, organizations, home, article }
}

/// The text with white space in the place of `spans`, so that all else stands where it stood.
fn blank(text: &str, spans: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(&text[at..span.start]);
        out.extend(std::iter::repeat_n(' ', span.len()));
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}
