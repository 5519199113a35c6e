//! A thing's page: what is known of it, its figures with their sentences, and what speaks of it.

use super::chart::{Chart, chart};
use super::figure::{Figure, Figures, Origin, Quote};
use super::{Chrome, Link};
use crate::serve::error::Fault;
use crate::serve::evaluate::Budget;
use crate::serve::graph;
use crate::serve::reader::Reader;
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use askama::Template;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Figures that a page reads; a query has them all.
const FIGURES: usize = 1000;
/// Things that point here, of each kind.
const LINKED: usize = 100;

/// A property with its values, by a code that the template names.
#[derive(Debug, Clone)]
pub struct Field {
    /// `kind`, `within`, `date`, …
    pub code: &'static str,
    /// Links, or text.
    pub values: Vec<Link>,
}

/// Figures that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they have in common: the indicator on a place's page, the subject on an indicator's.
    pub head: Link,
    /// The figures, the newest first.
    pub figures: Vec<Figure>,
    /// Their levels over time.
    pub chart: Option<Chart>,
}

/// A thing on another's page.
#[derive(Debug, Clone)]
pub struct Item {
    /// The type's path segment.
    pub kind: &'static str,
    /// The thing.
    pub link: Link,
    /// Its type or status, as a concept.
    pub concept: Option<Link>,
    /// Its date.
    pub date: Option<String>,
}

/// A sentence with what it states.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The sentence.
    pub quote: Quote,
    /// The article, where the page is not its own.
    pub origin: Option<Rc<Origin>>,
    /// The figures that it states.
    pub figures: Vec<Figure>,
    /// The projects and events that it states.
    pub items: Vec<Item>,
}

/// An article's names for a thing.
#[derive(Debug, Clone)]
pub struct Mention {
    /// The article.
    pub origin: Rc<Origin>,
    /// The forms, in the order of the text.
    pub forms: Vec<Quote>,
}

/// A form of the page's data.
#[derive(Debug, Clone)]
pub struct Download {
    /// The suffix.
    pub name: &'static str,
    /// The media type.
    pub media: &'static str,
    /// The address.
    pub href: String,
}

#[derive(Template)]
#[template(path = "thing.html")]
struct ThingPage {
    chrome: Chrome,
    kind: String,
    iri: String,
    title: String,
    english: Option<String>,
    aliases: Vec<String>,
    fields: Vec<Field>,
    passages: Vec<Passage>,
    groups: Vec<Group>,
    cut: bool,
    items: Vec<Item>,
    mentions: Vec<Mention>,
    downloads: Vec<Download>,
    json_ld: String,
}

/// The page of a thing. `address` is its page's path without a suffix.
pub fn render(
    state: &AppState,
    view: &View,
    budget: &Budget,
    thing: NamedNodeRef<'_>,
    kind: &str,
    address: &str,
    triples: Vec<oxigraph::model::Triple>,
) -> Result<String, Fault> {
    let reader = Reader::new(&view.snapshot.data, budget);
    let page = Page {
        figures: Figures::new(&reader, state.prefix(), view.base()),
        reader: &reader,
        thing,
        others: reader.aliases(thing)?,
    };
    let title = match kind {
        "observation" => reader
            .node(thing, terms::HAS_INDICATOR)?
            .map(|indicator| reader.label(indicator.as_ref()))
            .transpose()?
            .unwrap_or_default(),
        _ => reader.label(thing)?,
    };
    let english = reader.english(thing)?.filter(|english| *english != title);
    let mut aliases = reader.texts(thing, terms::ALT_LABEL)?;
    for other in &page.others {
        aliases.push(reader.label(other.as_ref())?);
        aliases.extend(reader.texts(other.as_ref(), terms::ALT_LABEL)?);
    }
    aliases.sort();
    aliases.dedup();
    aliases.retain(|alias| *alias != title);
    let (groups, cut) = page.groups(kind)?;
    let content = ThingPage {
        chrome: Chrome::new(state, view, menu(kind)),
        kind: kind.to_owned(),
        iri: thing.as_str().to_owned(),
        fields: page.fields(kind)?,
        passages: if kind == "article" { page.article_passages()? } else { page.passages(kind)? },
        groups,
        cut,
        items: page.items(kind)?,
        mentions: page.mentions()?,
        downloads: graph::FORMS
            .iter()
            .map(|form| Download { name: form.suffix, media: form.media, href: format!("{address}.{}", form.suffix) })
            .collect(),
        json_ld: embedded(triples, budget)?,
        title,
        english,
        aliases,
    };
    Ok(content.render()?)
}

fn menu(kind: &str) -> &'static str {
    terms::TYPES.iter().find(|(known, _)| *known == kind).map_or("", |(known, _)| known)
}

/// The description for programs that read the page. A `<` could end the element.
fn embedded(triples: Vec<oxigraph::model::Triple>, budget: &Budget) -> Result<String, Fault> {
    if triples.len() > 400 {
        return Ok(String::new());
    }
    let Some(form) = graph::named("jsonld") else {
        return Ok(String::new());
    };
    let bytes = form.write_graph(triples, budget)?;
    Ok(String::from_utf8_lossy(&bytes).replace('<', "\\u003c"))
}

struct Page<'a> {
    figures: Figures<'a>,
    reader: &'a Reader<'a>,
    thing: NamedNodeRef<'a>,
    /// The IRIs for which it stands.
    others: Vec<NamedNode>,
}

impl Page<'_> {
    /// The subjects of which that is said of the thing, by whatever IRI, and whether there are more.
    fn subjects(&self, predicate: NamedNodeRef<'_>, limit: usize) -> Result<(Vec<NamedNode>, bool), Fault> {
        let (mut found, mut cut) = self.reader.subjects(predicate, self.thing, limit)?;
        for other in &self.others {
            let (more, is_cut) = self.reader.subjects(predicate, other.as_ref(), limit - found.len())?;
            found.extend(more);
            cut |= is_cut;
        }
        Ok((found, cut))
    }

    /// What is said of the thing itself, in the order of the page.
    fn fields(&self, kind: &str) -> Result<Vec<Field>, Fault> {
        let links: &[(&'static str, NamedNodeRef<'_>)] = match kind {
            "article" => &[("publisher", terms::PUBLISHER)],
            "observation" => &[
                ("indicator", terms::HAS_INDICATOR),
                ("about", terms::ABOUT),
                ("statistic", terms::STATISTIC),
                ("outlook", terms::OUTLOOK),
                ("comparison", terms::COMPARISON),
                ("bound", terms::BOUND),
                ("unit", terms::UNIT),
                ("article", terms::WAS_DERIVED_FROM),
                ("conflicts", terms::CONFLICTS_WITH),
            ],
            _ => &[
                ("kind", terms::KIND),
                ("within", terms::CONTAINED_IN_PLACE),
                ("type", terms::EVENT_TYPE),
                ("status", terms::STATUS),
            ],
        };
        let texts: &[(&'static str, NamedNodeRef<'_>)] = &[
            ("date", terms::DATE),
            ("issued", terms::ISSUED),
            ("code", terms::ADMIN_CODE),
            ("value", terms::VALUE),
            ("value-max", terms::VALUE_MAX),
            ("unit-text", terms::UNIT_TEXT),
            ("normalized", terms::NORMALIZED_VALUE),
            ("period", terms::PERIOD),
            ("authors", terms::CREATOR),
            ("editor", terms::EDITOR),
            ("file", terms::SOURCE_FILE),
            ("rule", terms::RULE),
            ("confidence", terms::CONFIDENCE),
        ];
        let more: &[(&'static str, NamedNodeRef<'_>)] = &[
            ("located", terms::LOCATED_IN),
            ("participant", terms::PARTICIPANT),
            ("concerns", terms::CONCERNS),
            ("counterpart", terms::COUNTERPART),
            ("republication", terms::REPUBLICATION_OF),
            ("same", terms::SAME_AS),
        ];
        let mut fields = Vec::new();
        for (code, predicate) in links {
            fields.push((*code, self.figures.links(self.thing, *predicate)?));
        }
        for (code, predicate) in texts {
            let found = self.reader.texts(self.thing, *predicate)?;
            let text = |text: String| {
                let decimal = matches!(*code, "value" | "value-max" | "normalized" | "confidence");
                Link::text(if decimal { super::figure::plain(&text) } else { text })
            };
            fields.push((*code, found.into_iter().map(text).collect()));
        }
        for (code, predicate) in more {
            fields.push((*code, self.figures.links(self.thing, *predicate)?));
        }
        fields.push(("source", self.sources()?));
        Ok(fields
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(code, values)| Field { code, values })
            .collect())
    }

    /// `dcterms:source`: an address, or words.
    fn sources(&self) -> Result<Vec<Link>, Fault> {
        let found = self.reader.objects(self.thing, terms::SOURCE)?;
        Ok(found
            .into_iter()
            .filter_map(|term| match term {
                Term::NamedNode(node) => {
                    Some(Link { href: self.figures.href(node.as_str()), text: node.into_string() })
                }
                Term::Literal(literal) => Some(Link::text(literal.value())),
                _ => None,
            })
            .collect())
    }

    /// The figures about the thing, or of the indicator, in groups.
    fn groups(&self, kind: &str) -> Result<(Vec<Group>, bool), Fault> {
        let predicate = match kind {
            "article" | "observation" => return Ok((Vec::new(), false)),
            "indicator" => terms::HAS_INDICATOR,
            _ => terms::ABOUT,
        };
        let (observations, cut) = self.subjects(predicate, FIGURES)?;
        let mut groups: BTreeMap<Link, Vec<Figure>> = BTreeMap::new();
        for observation in &observations {
            let figure = self.figures.figure(observation.as_ref())?;
            let head =
                if kind == "indicator" { figure.about.clone().unwrap_or_default() } else { figure.indicator.clone() };
            groups.entry(head).or_default().push(figure);
        }
        let mut groups: Vec<Group> = groups
            .into_iter()
            .map(|(head, mut figures)| {
                figures.sort_by(|a, b| {
                    (&b.when, &a.statistic, a.position, &a.href).cmp(&(&a.when, &b.statistic, b.position, &b.href))
                });
                Group { chart: chart(&figures), head, figures }
            })
            .collect();
        groups.sort_by(|a, b| {
            (b.figures.len(), &a.head.text, &a.head.href).cmp(&(a.figures.len(), &b.head.text, &b.head.href))
        });
        Ok((groups, cut))
    }

    /// The sentences behind a project, an event or a figure.
    fn passages(&self, kind: &str) -> Result<Vec<Passage>, Fault> {
        let figure = (kind == "observation").then(|| self.figures.figure(self.thing)).transpose()?;
        let marks: Vec<(usize, &str)> = figure.iter().map(|figure| (figure.position, figure.unit.as_str())).collect();
        let mut passages = Vec::new();
        for evidence in self.reader.nodes(self.thing, terms::EVIDENCE)? {
            if let Some(quote) = self.figures.quote(evidence.as_ref(), &marks)? {
                passages.push(Passage {
                    quote,
                    origin: self.article_of(&evidence)?,
                    figures: Vec::new(),
                    items: Vec::new(),
                });
            }
        }
        Ok(passages)
    }

    /// An evidence's IRI is its article's with a fragment.
    fn article_of(&self, evidence: &NamedNode) -> Result<Option<Rc<Origin>>, Fault> {
        let Some((article, _)) = evidence.as_str().split_once('#') else {
            return Ok(None);
        };
        self.figures.origin(NamedNodeRef::new_unchecked(article)).map(Some)
    }

    /// All that an article states, sentence by sentence, in the order of the text.
    fn article_passages(&self) -> Result<Vec<Passage>, Fault> {
        let mut stated: BTreeMap<NamedNode, Vec<NamedNode>> = BTreeMap::new();
        for quad in self.reader.quads(None, Some(terms::EVIDENCE), None, self.thing.into()) {
            let quad = quad?;
            if let (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(evidence)) = (quad.subject, quad.object) {
                stated.entry(evidence).or_default().push(subject);
            }
        }
        let mut passages = Vec::new();
        for (evidence, mut subjects) in stated {
            subjects.sort();
            let (mut figures, mut items) = (Vec::new(), Vec::new());
            for subject in &subjects {
                match self.kind_of(subject.as_ref())? {
                    Some("observation") => figures.push(self.figures.figure(subject.as_ref())?),
                    Some(kind) => items.push(self.item(kind, subject.as_ref())?),
                    None => {}
                }
            }
            figures.sort_by(|a, b| (a.position, &a.href).cmp(&(b.position, &b.href)));
            let marks: Vec<(usize, &str)> =
                figures.iter().map(|figure| (figure.position, figure.unit.as_str())).collect();
            if let Some(quote) = self.figures.quote(evidence.as_ref(), &marks)? {
                passages.push(Passage { quote, origin: None, figures, items });
            }
        }
        passages.sort_by(|a, b| (a.quote.start, &a.quote.anchor).cmp(&(b.quote.start, &b.quote.anchor)));
        Ok(passages)
    }

    fn kind_of(&self, subject: NamedNodeRef<'_>) -> Result<Option<&'static str>, Fault> {
        let classes = self.reader.nodes(subject, terms::TYPE)?;
        Ok(terms::TYPES.iter().find(|(_, class)| classes.iter().any(|found| found == class)).map(|(kind, _)| *kind))
    }

    fn item(&self, kind: &'static str, subject: NamedNodeRef<'_>) -> Result<Item, Fault> {
        let concept = match kind {
            "event" => self.figures.links(subject, terms::EVENT_TYPE)?,
            "project" => self.figures.links(subject, terms::STATUS)?,
            _ => self.figures.links(subject, terms::KIND)?,
        };
        Ok(Item {
            kind,
            link: self.figures.link(subject)?,
            concept: concept.into_iter().next(),
            date: self.reader.text(subject, terms::DATE)?,
        })
    }

    /// The things that point here, or at which an article points.
    fn items(&self, kind: &str) -> Result<Vec<Item>, Fault> {
        let mut nodes = Vec::new();
        if kind == "article" {
            nodes.extend(self.reader.nodes(self.thing, terms::MENTIONS)?);
        } else {
            for predicate in
                [terms::LOCATED_IN, terms::PARTICIPANT, terms::CONCERNS, terms::CONTAINED_IN_PLACE, terms::PUBLISHER]
            {
                nodes.extend(self.subjects(predicate, LINKED)?.0);
            }
        }
        nodes.sort();
        nodes.dedup();
        let mut items = Vec::new();
        for node in &nodes {
            if let Some(kind) = self.kind_of(node.as_ref())? {
                items.push(self.item(kind, node.as_ref())?);
            }
        }
        let order = |kind: &str| terms::TYPES.iter().position(|(known, _)| *known == kind);
        items.sort_by(|a, b| (order(a.kind), &b.date, &a.link).cmp(&(order(b.kind), &a.date, &b.link)));
        Ok(items)
    }

    /// The forms in which articles name the thing.
    fn mentions(&self) -> Result<Vec<Mention>, Fault> {
        let (evidences, _) = self.subjects(terms::REFERS_TO, FIGURES)?;
        let mut articles: BTreeMap<String, Mention> = BTreeMap::new();
        for evidence in &evidences {
            let Some(origin) = self.article_of(evidence)? else {
                continue;
            };
            let Some(quote) = self.figures.quote(evidence.as_ref(), &[])? else {
                continue;
            };
            let mention = articles.entry(origin.iri.clone()).or_insert_with(|| Mention { origin, forms: Vec::new() });
            mention.forms.push(quote);
        }
        let mut mentions: Vec<Mention> = articles.into_values().collect();
        for mention in &mut mentions {
            mention.forms.sort_by(|a, b| (a.start, &a.anchor).cmp(&(b.start, &b.anchor)));
        }
        mentions.sort_by(|a, b| (&b.origin.date, &a.origin.iri).cmp(&(&a.origin.date, &b.origin.iri)));
        Ok(mentions)
    }
}
