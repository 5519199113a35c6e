//! `annotate` takes an article and adds layers: sentences, words, numbers, quantities, periods, places, organizations
//! and their credit codes.
//!
//! One sentence, `2023年，河湾区森林覆盖率达到45.6%。`, gives the period 2023, the place 河湾区 and the quantity 45.6 %. What these
//! say about each other is for `extract` to tell.

mod credit;
mod name;
mod number;
mod organization;
mod period;
mod place;
mod quantity;
mod sentence;
mod tagger;
mod token;

use crate::model::{Annotated, Article, Judgement, RuleId, Span, Verdict};

pub use tagger::Tagger;

/// The article with all its layers.
pub fn annotate(article: Article) -> Annotated {
    Annotator::default().annotate(article)
}

/// The same, with what became of each candidate for a name: for those who check the machine.
pub fn judged(article: Article) -> (Annotated, Vec<Judgement>) {
    Annotator::default().judged(article)
}

/// How articles are annotated: by the rules alone, which is the default, or with a [`Tagger`] beside them.
#[derive(Debug, Default)]
pub struct Annotator {
    tagger: Option<Tagger>,
}

impl Annotator {
    /// By the rules, and by the tagger where they leave something undecided.
    pub fn with_tagger(tagger: Tagger) -> Self {
        Self { tagger: Some(tagger) }
    }

    /// What beside the rules decides what it finds, in a few letters; nothing where the rules alone do.
    pub fn fingerprint(&self) -> Option<&str> {
        self.tagger.as_ref().map(Tagger::fingerprint)
    }

    /// The article with all its layers.
    pub fn annotate(&self, article: Article) -> Annotated {
        // What is undecided is read off the log of judgements.
        let log = if self.tagger.is_some() { name::Log::listening() } else { name::Log::default() };
        layered(article, log, self.tagger.as_ref()).0
    }

    /// The same, with what became of each candidate for a name.
    pub fn judged(&self, article: Article) -> (Annotated, Vec<Judgement>) {
        layered(article, name::Log::listening(), self.tagger.as_ref())
    }
}

fn layered(mut article: Article, log: name::Log, tagger: Option<&Tagger>) -> (Annotated, Vec<Judgement>) {
    // The masthead names publishers and days of which the article says nothing: to the finders it is blank.
    let blanked = blank(&article.text, &article.masthead);
    let shown = std::mem::replace(&mut article.text, blanked);
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
    let scan = name::Scan::new(&article, &sentences, &tokens).told_to(log).helped_by(tagger);
    let mut organizations = organization::organizations(&scan);
    let mut places = place::places(&scan, &organizations);
    // A name that damage runs through is not the name that was printed.
    let stands = |span: Span, rule: &RuleId| {
        let damaged = article.is_damaged(span);
        if damaged {
            scan.judge(rule, span, || Verdict::Refused("damaged"));
        }
        !damaged
    };
    organizations.retain(|found| stands(found.span, &found.rule));
    places.retain(|found| stands(found.span, &found.rule));
    let credit_codes = credit::codes(text, &organizations);
    let home = place::home(&scan);
    let judged = scan.judged();
    article.text = shown;
    let annotated = Annotated {
        article,
        sentences,
        tokens,
        numbers,
        quantities,
        periods,
        places,
        organizations,
        credit_codes,
        home,
    };
    (annotated, judged)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_damage_runs_through_is_none() {
        let text = "青禾科技有限公司与岚山集团签约，两家都在北碚区。";
        let article = Article { damaged: vec![Span::new(0, "青禾".len())], ..Article::of_text(text) };

        let annotated = annotate(article);

        let names: Vec<&str> = annotated.organizations.iter().map(|found| found.value.name.as_str()).collect();
        assert_eq!(names, ["岚山集团"]);
        assert_eq!(annotated.places.len(), 1);
    }
}
