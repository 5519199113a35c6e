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
pub fn annotate(article: Article) -> Annotated {
    let text = &article.text;
    let sentences = sentence::sentences(text);
    let tokens = token::tokens(text);
    let numbers = number::numbers(text);
    let title = Span::new(0, article.title_len);
    // Where nobody says when it was published, a line with little but a date, at the head of the text, does.
    let published = article.published.or_else(|| period::byline(text, title));
    let times = period::times(text, title, published);
    let quantities = quantity::quantities(text, &numbers, &times);
    let periods = period::known(times);
    let scan = name::Scan::new(&article, &sentences, &tokens);
    let organizations = organization::organizations(&scan);
    let places = place::places(&scan, &organizations);
    let home = place::home(&scan);
    Annotated { sentences, tokens, numbers, quantities, periods, places, organizations, home, article }
}
