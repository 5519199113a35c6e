//! Every type that travels, in the order in which it travels. Read this file first.
//!
//! `Document` → `Article` → `Annotated` → `Facts` → `Linked` → `ArticleGraph`
//!
//! Text never changes after `clean`. Places in it are [`Span`]s: half-open byte ranges on character borders.

mod base;
mod credit_code;
mod date;
mod judgement;
mod sketch;
mod source_map;
mod span;
mod token;
mod vocabulary;

pub use base::Base;
pub use credit_code::CreditCode;
pub use date::{PartialDate, Period};
pub use judgement::{Judgement, Verdict, Weight};
pub use sketch::Sketch;
pub use source_map::{Piece, SourceMap};
pub use span::{Placed, Span, touching};
pub use token::{Tag, Token};
pub use vocabulary::{Bound, Comparison, EventType, OrganizationKind, Outlook, PlaceKind, Statistic, Status};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

// ── Places in a text ────────────────────────────────────────────────────────────────────────────────────────────

/// The published name of a rule, `family/rule`: `quantity/lower-bound-infix`. Renaming one changes data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// The rule of that name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// `family/rule`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RuleId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Something found in the text: where, what, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Found<T> {
    /// Where.
    pub span: Span,
    /// What.
    pub value: T,
    /// By which rule.
    pub rule: RuleId,
}

impl<T> Placed for Found<T> {
    fn span(&self) -> Span {
        self.span
    }
}

// ── ingest gives documents ──────────────────────────────────────────────────────────────────────────────────────

/// What a document's bytes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Media {
    /// Plain text.
    Text,
    /// Markdown: `#` lines are headings.
    Markdown,
    /// HTML.
    Html,
}

/// A file, page or NDJSON line as it came in, decoded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The file's path or the address as the user gave it, with `/` between segments; an NDJSON line adds `#L3`.
    /// The store remembers what each path gave.
    pub path: String,
    /// The file's own name, published as `jl:sourceFile`.
    pub name: String,
    /// What the bytes hold.
    pub media: Media,
    /// The encoding's WHATWG name: `UTF-8`, `gb18030`, `Big5`.
    pub encoding: String,
    /// The decoded text, BOM off, line ends as `\n`.
    pub text: String,
    /// SHA-256 of the bytes, in hexadecimal: published as `jl:contentHash`, and how a build knows what has changed.
    pub content_hash: String,
    /// What came with the text (the fields of an NDJSON line).
    pub declared: Declared,
}

impl Document {
    /// A text by itself, with nothing declared of it: what tests, benches and fuzzers read.
    pub fn of_text(text: impl Into<String>, media: Media) -> Self {
        Self {
            path: "text".into(),
            name: "text".into(),
            media,
            encoding: "UTF-8".into(),
            text: text.into(),
            content_hash: String::new(),
            declared: Declared::default(),
        }
    }
}

/// What a source says of its article outside the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Declared {
    /// The page's own address.
    pub url: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The publisher's name.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Option<PartialDate>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// The editor's name.
    pub editor: Option<String>,
    /// The work whose facts it reports (`dcterms:source`).
    pub source: Option<String>,
    /// Whether a feed or sitemap says so of a page: what the page says of itself then counts for more.
    pub secondhand: bool,
}

/// By what an article's date of publication is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// The source says so beside the text: a field of NDJSON, a feed, a sidecar.
    Declared,
    /// `<meta>`, or the fields that an e-paper writes into a comment.
    Meta,
    /// JSON-LD in the page.
    JsonLd,
    /// `<time datetime>`, microdata, or the clock of a messenger's page.
    TimeElement,
    /// The masthead, a dateline, who signed it and when.
    Text,
    /// The page's address.
    Address,
    /// The days that the reports of an issue name: a month.
    Issue,
    /// The file's name.
    FileName,
}

// ── clean gives articles ────────────────────────────────────────────────────────────────────────────────────────

/// How `clean` changed the text at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// What was done: `pinyin`, `script`, `shift`, `line-break`, `space`, `repeat`, `boilerplate`, `markup`, `width`.
    pub kind: &'static str,
    /// Where, in the article's printed text.
    pub printed: Span,
}

/// One article, clean: simplified characters, one body, no page furniture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Article {
    /// What makes it the same article tomorrow; the stage `clean` says of what it is a hash. Part of its IRI.
    pub key: String,
    /// Its document's path.
    pub path: String,
    /// Its document's file name.
    pub name: String,
    /// Its place in an issue, from 1.
    pub number: usize,
    /// The page's own address.
    pub url: Option<String>,
    /// The work whose facts it reports.
    pub source: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The publisher's name.
    pub publisher: Option<String>,
    /// When it was published: a day, a month or a year, as far as that is known.
    pub published: Option<PartialDate>,
    /// By what that is known.
    pub dated_by: Option<DateSource>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// The editor's name.
    pub editor: Option<String>,
    /// The clean text: the title's line, if there is a title, then a line for each paragraph. It never changes.
    pub text: String,
    /// The length of the title's line in `text` without its line end; 0 without a title.
    pub title_len: usize,
    /// Lines of `text` that say who published it, when and by whom: no fact is read from them.
    pub masthead: Vec<Span>,
    /// The text as the page printed it, markup off.
    #[serde(serialize_with = "as_str")]
    pub printed: Arc<str>,
    /// From `text` back to `printed`.
    pub map: SourceMap,
    /// What was repaired.
    pub repairs: Vec<Repair>,
    /// Stretches of `text` that are damaged beyond certain repair: no fact is drawn across one.
    pub damaged: Vec<Span>,
    /// Ends of lines of `text` at which a sentence breaks off and goes on nowhere that is certain: columns that OCR has mixed.
    pub cuts: Vec<usize>,
    /// SHA-256 of the document's bytes.
    pub content_hash: String,
}

impl Article {
    /// Whether damage runs through a stretch of `text`.
    pub fn is_damaged(&self, stretch: Span) -> bool {
        !touching(&self.damaged, stretch).is_empty()
    }
}

#[cfg(test)]
impl Article {
    /// A text as an article of which nothing else is known.
    pub(crate) fn of_text(text: &str) -> Self {
        Self {
            key: "k".into(),
            path: "p".into(),
            name: "n".into(),
            number: 1,
            url: None,
            source: None,
            title: None,
            publisher: None,
            published: None,
            dated_by: None,
            authors: Vec::new(),
            editor: None,
            text: text.into(),
            title_len: 0,
            masthead: Vec::new(),
            printed: Arc::from(text),
            map: SourceMap::default(),
            repairs: Vec::new(),
            damaged: Vec::new(),
            cuts: Vec::new(),
            content_hash: String::new(),
        }
    }
}

fn as_str<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

// ── annotate adds layers ────────────────────────────────────────────────────────────────────────────────────────

/// A sentence, its clauses and its paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// With its closing mark.
    pub span: Span,
    /// Its clauses, without the marks between them. `、` and brackets do not end a clause.
    pub clauses: Vec<Span>,
    /// The number of its line in the text, from 0.
    pub paragraph: usize,
}

impl Placed for Sentence {
    fn span(&self) -> Span {
        self.span
    }
}

/// A number in the text, whatever its script.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Number {
    /// The value, with 万 and 亿 multiplied in.
    pub value: Decimal,
    /// The value before 万 and 亿: 1300 in 1300亿.
    pub written: Decimal,
    /// 万, 亿, 万亿 as written, else empty.
    pub scale: String,
    /// The bound that stands in the number itself (十余, 两万多, 超千); `Exact` otherwise.
    pub bound: Bound,
}

/// What kind of figure a quantity is by its own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Measure {
    /// So much of something: 53%, 1300亿元, 4所.
    Amount,
    /// A place in an order: 第一, 居首, 前十.
    Rank,
    /// A part of a whole: 四分之三, 三成.
    Part,
    /// So many times: 3倍, 翻一番.
    Multiple,
}

/// A unit as written, and what it measures in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Unit {
    /// As written, with 万 and 亿: 亿元, 万人, 个百分点.
    pub text: String,
    /// The notation of the unit concept in `ontology/vocab.ttl`: `CNY`, `PERCENT`, `NUM`, `none`.
    pub key: String,
    /// What one of the written unit is in the unit concept: a numerator and a denominator (亩 = 2000/3 m²).
    pub factor: (i128, i128),
}

/// A number with its unit and bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Quantity {
    /// The value in the unit as written.
    pub value: Decimal,
    /// The upper end of a range.
    pub max: Option<Decimal>,
    /// The unit; `None` for a bare number or a rank.
    pub unit: Option<Unit>,
    /// What the value is a bound of.
    pub bound: Bound,
    /// What kind of figure it is.
    pub measure: Measure,
    /// The digits alone, without bound words and unit: where the number stands.
    pub number: Span,
}

/// A place that is named at some point of the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PlaceMention {
    /// The fullest form that it certainly stands for in this article (我区 → 北碚区).
    pub name: String,
    /// What kind of place.
    pub kind: PlaceKind,
    /// The administrative code, where the gazetteer is sure.
    pub code: Option<String>,
}

/// An organization that is named at some point of the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct OrganizationMention {
    /// The fullest form that it certainly stands for in this article (区委 → 中共北碚区委).
    pub name: String,
    /// What kind of organization.
    pub kind: OrganizationKind,
}

/// A code that the text states of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct StatedCode {
    /// Where.
    pub span: Span,
    /// The code, in capitals and without the spaces that part it in print.
    pub code: CreditCode,
    /// The index in `Annotated::organizations` of the mention beside it.
    pub organization: usize,
}

/// The administrative area from which an article speaks: whose district 我区 is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Home {
    /// Its full name.
    pub name: String,
    /// Its administrative code.
    pub code: Option<String>,
    /// Its kind.
    pub kind: PlaceKind,
}

/// An article with all that annotate found. A layer is a field, so no stage can ask for one that does not exist.
/// Every layer is in the order of the text; within a layer, finds do not overlap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Annotated {
    /// The article.
    pub article: Article,
    /// Sentences and clauses.
    pub sentences: Vec<Sentence>,
    /// Words.
    pub tokens: Vec<Token>,
    /// Numbers.
    pub numbers: Vec<Found<Number>>,
    /// Quantities: numbers with units and bounds. What is no figure (dates, road numbers, `5G`) is not among them.
    pub quantities: Vec<Found<Quantity>>,
    /// Dates and periods, resolved against the publication date.
    pub periods: Vec<Found<Period>>,
    /// Places named.
    pub places: Vec<Found<PlaceMention>>,
    /// Organizations named.
    pub organizations: Vec<Found<OrganizationMention>>,
    /// Codes that the text states of organizations.
    pub credit_codes: Vec<StatedCode>,
    /// From where the article speaks.
    pub home: Option<Home>,
}

// ── extract gives facts ─────────────────────────────────────────────────────────────────────────────────────────

/// A thing of this article: an index into one of its layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Ref {
    /// `Annotated::places[i]`
    Place(usize),
    /// `Annotated::organizations[i]`
    Organization(usize),
    /// `Facts::projects[i]`
    Project(usize),
    /// `Facts::events[i]`
    Event(usize),
    /// `Annotated::home`
    Home,
}

/// A figure that the text asserts about something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// What is measured, in the fewest words that still say it.
    pub indicator: String,
    /// Other wordings that the same text gives.
    pub aliases: Vec<String>,
    /// What it describes; `None` where the text does not say.
    pub about: Option<Ref>,
    /// The figure.
    pub quantity: Quantity,
    /// What the figure says of the indicator.
    pub statistic: Statistic,
    /// Observed or ahead.
    pub outlook: Outlook,
    /// What a growth or change is against.
    pub comparison: Comparison,
    /// The time that it holds for; `None` where the text is silent.
    pub period: Option<Period>,
    /// The clause or sentence that states it.
    pub evidence: Span,
    /// How sure the rule is, 0 to 1.
    pub confidence: Decimal,
}

/// A named undertaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// The fullest name that the article gives.
    pub name: String,
    /// Every place where it is named, in the order of the text; their words are its mentions.
    pub mentions: Vec<Span>,
    /// How far it has come, if the text says.
    pub status: Option<Status>,
    /// Where it is.
    pub places: Vec<Ref>,
    /// Who takes part.
    pub participants: Vec<Ref>,
    /// The clause or sentence that states it.
    pub evidence: Span,
    /// How sure the rule is, 0 to 1.
    pub confidence: Decimal,
}

/// Something that happened, or is fixed to happen, at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its type.
    pub kind: EventType,
    /// A short neutral description in Chinese.
    pub label: String,
    /// The day, month or year, completed from the publication date.
    pub date: Option<PartialDate>,
    /// Where it took place.
    pub places: Vec<Ref>,
    /// Who took part.
    pub participants: Vec<Ref>,
    /// The projects that it concerns, as indices into `Facts::projects`.
    pub projects: Vec<usize>,
    /// The clause or sentence that states it.
    pub evidence: Span,
    /// How sure the rule is, 0 to 1.
    pub confidence: Decimal,
}

/// An annotated article and the facts that it states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// The article with its layers.
    pub annotated: Annotated,
    /// Figures; the span is the number's.
    pub observations: Vec<Found<Observation>>,
    /// Projects; the span is the name's first place.
    pub projects: Vec<Found<Project>>,
    /// Events; the span is the trigger's.
    pub events: Vec<Found<Event>>,
}

// ── link gives identities ───────────────────────────────────────────────────────────────────────────────────────

/// One thing, whatever the article called it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity<K> {
    /// The last part of its IRI (see the table of keys in the ontology's documentation).
    pub key: String,
    /// Its name. A function of the key: it never differs between articles.
    pub name: String,
    /// Names valid anywhere, from the tables that ship with the program. A function of the key too.
    pub aliases: Vec<String>,
    /// Its kind.
    pub kind: K,
    /// The code that the state gives it: an area's administrative code, an organization's unified social credit code. The
    /// latter is what this article states, and nothing where it states two.
    pub code: Option<String>,
    /// The key and name of the place around it.
    pub within: Option<(String, String)>,
    /// The same thing elsewhere, as IRIs.
    pub same_as: Vec<String>,
    /// Where the article names it, in the order of the text.
    pub mentions: Vec<Span>,
}

/// A project's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectIdentity {
    /// The last part of its IRI.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// Facts whose names are tied to identities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Linked {
    /// The article, its layers and its facts.
    pub facts: Facts,
    /// The places, each once, in the order of their keys. Home is among them even where the text never names it, and so
    /// is every area around one of them.
    pub places: Vec<Identity<PlaceKind>>,
    /// The organizations, each once, in the order of their keys. The publisher is among them.
    pub organizations: Vec<Identity<OrganizationKind>>,
    /// An identity for each of `Facts::projects`, in its order; two projects may share one.
    pub projects: Vec<ProjectIdentity>,
    /// For each of `Annotated::places`, its index in `places`.
    pub place_of: Vec<usize>,
    /// For each of `Annotated::organizations`, its index in `organizations`.
    pub organization_of: Vec<usize>,
    /// Home's index in `places`.
    pub home: Option<usize>,
    /// The publisher's index in `organizations`.
    pub publisher: Option<usize>,
}

// ── describe gives graphs ───────────────────────────────────────────────────────────────────────────────────────

/// All that one article states, as a named graph that is whole by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleGraph {
    /// The graph's name and the article's IRI.
    pub iri: oxigraph::model::NamedNode,
    /// Its triples, sorted, each once.
    pub triples: Vec<oxigraph::model::Triple>,
}
