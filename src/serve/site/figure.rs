//! A figure as a page shows it: value, unit, period, source, and the sentence behind it with the number marked.

use super::{Link, href};
use crate::serve::error::Fault;
use crate::serve::reader::{Reader, local_name};
use crate::serve::terms;
use oxigraph::model::{NamedNode, NamedNodeRef};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The article behind a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its IRI.
    pub iri: String,
    /// Its title, leading to its page.
    pub title: Link,
    /// Who published it.
    pub publisher: Option<Link>,
    /// When, ISO 8601.
    pub date: Option<String>,
}

/// A part of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The words.
    pub text: String,
    /// Whether it is a figure that the page speaks of.
    pub mark: bool,
}

/// The sentence behind a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The fragment that names it on its article's page: `char=0,56`.
    pub anchor: String,
    /// Where its article's page has it.
    pub href: String,
    /// The first character's offset in the article's text.
    pub start: usize,
    /// The words, the numbers marked.
    pub segments: Vec<Segment>,
    /// The same stretch as the page printed it, where that differs.
    pub printed: Option<String>,
}

/// A figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its page.
    pub href: String,
    /// What is measured.
    pub indicator: Link,
    /// What it describes.
    pub about: Option<Link>,
    /// The value as written, with the upper end of a range.
    pub value: String,
    /// The unit as written.
    pub unit: String,
    /// The unit concept's IRI: equal for what can be compared.
    pub unit_iri: String,
    /// The value in that unit.
    pub normalized: Option<f64>,
    /// Codes of the vocabularies: `min`, `level`, `observed`, `none`.
    pub bound: String,
    /// See `bound`.
    pub statistic: String,
    /// See `bound`.
    pub outlook: String,
    /// See `bound`.
    pub comparison: String,
    /// The period in ISO 8601.
    pub period: Option<String>,
    /// The period's last day, or its first where the end is open.
    pub when: Option<String>,
    /// The number's offset in the text.
    pub position: usize,
    /// The article.
    pub origin: Option<Rc<Origin>>,
    /// The sentence.
    pub quote: Option<Quote>,
    /// How many other figures contradict it.
    pub conflicts: usize,
}

/// Reads figures, and keeps what many of them share.
pub struct Figures<'a> {
    /// Where it reads.
    pub reader: &'a Reader<'a>,
    prefix: &'a str,
    base: &'a str,
    origins: RefCell<BTreeMap<String, Rc<Origin>>>,
    links: RefCell<BTreeMap<String, Link>>,
}

impl<'a> Figures<'a> {
    /// A reader of figures whose links begin with `prefix`.
    pub fn new(reader: &'a Reader<'a>, prefix: &'a str, base: &'a str) -> Self {
        Self { reader, prefix, base, origins: RefCell::default(), links: RefCell::default() }
    }

    /// Where an IRI leads.
    pub fn href(&self, iri: &str) -> String {
        href(self.prefix, self.base, iri)
    }

    /// A thing's name, leading to its page.
    pub fn link(&self, thing: NamedNodeRef<'_>) -> Result<Link, Fault> {
        if let Some(link) = self.links.borrow().get(thing.as_str()) {
            return Ok(link.clone());
        }
        let link = Link { href: self.href(thing.as_str()), text: self.reader.label(thing)? };
        self.links.borrow_mut().insert(thing.as_str().to_owned(), link.clone());
        Ok(link)
    }

    /// The links of all objects.
    pub fn links(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Vec<Link>, Fault> {
        let nodes = self.reader.nodes(subject, predicate)?;
        nodes.iter().map(|node| self.link(node.as_ref())).collect()
    }

    /// The article's title, publisher and date.
    pub fn origin(&self, article: NamedNodeRef<'_>) -> Result<Rc<Origin>, Fault> {
        if let Some(origin) = self.origins.borrow().get(article.as_str()) {
            return Ok(origin.clone());
        }
        let origin = Rc::new(Origin {
            iri: article.as_str().to_owned(),
            title: self.link(article)?,
            publisher: self.links(article, terms::PUBLISHER)?.into_iter().next(),
            date: self.reader.text(article, terms::ISSUED)?,
        });
        self.origins.borrow_mut().insert(article.as_str().to_owned(), origin.clone());
        Ok(origin)
    }

    /// The code of a concept: the last segment of its IRI.
    pub fn code(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<String, Fault> {
        Ok(self.reader.node(subject, predicate)?.map(|concept| local_name(concept.as_str())).unwrap_or_default())
    }

    /// An observation as a figure.
    pub fn figure(&self, observation: NamedNodeRef<'_>) -> Result<Figure, Fault> {
        let reader = self.reader;
        let text = |predicate| reader.text(observation, predicate);
        let mut value = plain(&text(terms::VALUE)?.unwrap_or_default());
        if let Some(max) = text(terms::VALUE_MAX)? {
            value = format!("{value}\u{2013}{}", plain(&max));
        }
        let unit = text(terms::UNIT_TEXT)?.unwrap_or_default();
        let position = text(terms::POSITION)?.and_then(|text| text.parse().ok()).unwrap_or_default();
        let origin = reader.node(observation, terms::WAS_DERIVED_FROM)?;
        let evidence = reader.node(observation, terms::EVIDENCE)?;
        let (end, start) = (text(terms::PERIOD_END)?, text(terms::PERIOD_START)?);
        Ok(Figure {
            href: self.href(observation.as_str()),
            indicator: self.links(observation, terms::HAS_INDICATOR)?.into_iter().next().unwrap_or_default(),
            about: self.links(observation, terms::ABOUT)?.into_iter().next(),
            unit_iri: reader.node(observation, terms::UNIT)?.map(NamedNode::into_string).unwrap_or_default(),
            normalized: text(terms::NORMALIZED_VALUE)?.and_then(|text| text.parse().ok()),
            bound: self.code(observation, terms::BOUND)?,
            statistic: self.code(observation, terms::STATISTIC)?,
            outlook: self.code(observation, terms::OUTLOOK)?,
            comparison: self.code(observation, terms::COMPARISON)?,
            period: text(terms::PERIOD)?,
            when: end.or(start),
            position,
            origin: origin.map(|article| self.origin(article.as_ref())).transpose()?,
            quote: match evidence {
                Some(evidence) => self.quote(evidence.as_ref(), &[(position, unit.as_str())])?,
                None => None,
            },
            conflicts: reader.nodes(observation, terms::CONFLICTS_WITH)?.len(),
            value,
            unit,
        })
    }

    /// The words of an evidence with the numbers at these offsets marked.
    pub fn quote(&self, evidence: NamedNodeRef<'_>, numbers: &[(usize, &str)]) -> Result<Option<Quote>, Fault> {
        let Some(exact) = self.reader.text(evidence, terms::EXACT)? else {
            return Ok(None);
        };
        let start = self.reader.text(evidence, terms::START)?.and_then(|text| text.parse().ok()).unwrap_or_default();
        Ok(Some(Quote {
            anchor: evidence.as_str().split_once('#').map_or("", |(_, fragment)| fragment).to_owned(),
            href: self.href(evidence.as_str()),
            start,
            segments: segments(&exact, start, numbers),
            printed: self.reader.text(evidence, terms::SOURCE_QUOTE)?,
        }))
    }
}

/// A decimal without a fraction of noughts: `53.0` is 53.
pub fn plain(decimal: &str) -> String {
    match decimal.split_once('.') {
        Some((whole, fraction)) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
        }
        None => decimal.to_owned(),
    }
}

/// How far behind its number a unit may stand: 达1300余亿元.
const REACH: usize = 16;

/// Cuts a quote so that each number with its unit is a segment of its own. Offsets that lie outside are passed over.
fn segments(exact: &str, start: usize, numbers: &[(usize, &str)]) -> Vec<Segment> {
    let characters: Vec<char> = exact.chars().collect();
    let mut marks: Vec<(usize, usize)> = numbers
        .iter()
        .filter_map(|(position, unit)| {
            let from = position.checked_sub(start).filter(|from| *from < characters.len())?;
            Some((from, from + extent(&characters[from..], unit)))
        })
        .collect();
    marks.sort_unstable();
    let mut out = Vec::new();
    let mut done = 0;
    for (from, to) in marks {
        if from < done {
            continue;
        }
        for (range, mark) in [(done..from, false), (from..to, true)] {
            if !range.is_empty() {
                out.push(Segment { text: characters[range].iter().collect(), mark });
            }
        }
        done = to;
    }
    if done < characters.len() {
        out.push(Segment { text: characters[done..].iter().collect(), mark: false });
    }
    out
}

/// How many characters a number takes up: to the end of its unit if that is near, else its digits, else one.
fn extent(characters: &[char], unit: &str) -> usize {
    let unit: Vec<char> = unit.chars().collect();
    if !unit.is_empty() {
        let window = &characters[..characters.len().min(REACH + unit.len())];
        if let Some(place) = window.windows(unit.len()).position(|part| *part == unit[..]) {
            return place + unit.len();
        }
    }
    let digits = characters
        .iter()
        .take_while(|character| character.is_ascii_digit() || matches!(character, '.' | ',' | '%' | '-'))
        .count();
    digits.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(exact: &str, start: usize, numbers: &[(usize, &str)]) -> String {
        segments(exact, start, numbers)
            .into_iter()
            .map(|segment| if segment.mark { format!("⟦{}⟧", segment.text) } else { segment.text })
            .collect()
    }

    #[test]
    fn a_number_is_marked_with_its_unit() {
        assert_eq!(marked("覆盖率达53%以上", 30, &[(34, "%")]), "覆盖率达⟦53%⟧以上");
        assert_eq!(marked("投资两千余亿元，", 0, &[(2, "亿元")]), "投资⟦两千余亿元⟧，");
        assert_eq!(marked("总量居全国第3位", 0, &[(6, "")]), "总量居全国第⟦3⟧位");
    }

    #[test]
    fn several_numbers_are_marked_and_strays_are_passed_over() {
        assert_eq!(
            marked("甲、乙分别为7.5%、8%", 10, &[(21, "%"), (16, "%"), (3, ""), (99, "")]),
            "甲、乙分别为⟦7.5%⟧、⟦8%⟧"
        );
    }

    #[test]
    fn a_decimal_loses_its_noughts() {
        assert_eq!(plain("53.0"), "53");
        assert_eq!(plain("7.60"), "7.6");
        assert_eq!(plain("1300"), "1300");
        assert_eq!(plain("-0.25"), "-0.25");
    }
}
