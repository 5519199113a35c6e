//! What is told of one article: its text in blocks, what was found in each, what was not taken and why.

use super::find::{Find, finds};
use super::rival::{Rival, rivals};
use super::words::Term;
use crate::describe::{Names, names};
use crate::model::{Article, Base, Judgement, Linked, Ref, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// Longer stretches of printed text are shown by their beginning, in characters.
const LONGEST_QUOTE: usize = 60;

/// All that is told of an article.
#[derive(Serialize)]
pub(super) struct Account {
    pub path: String,
    pub number: usize,
    pub iri: String,
    pub title: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    pub published: Option<String>,
    pub dated_by: Option<crate::model::DateSource>,
    pub publisher: Option<String>,
    pub authors: Vec<String>,
    pub editor: Option<String>,
    /// From where it speaks.
    pub home: Option<Home>,
    pub blocks: Vec<Block>,
    pub repairs: Vec<Mended>,
    /// The rules that fired, with what they say.
    pub rules: BTreeMap<String, &'static str>,
}

/// From where an article speaks.
#[derive(Serialize)]
pub(super) struct Home {
    pub name: String,
    pub iri: Option<String>,
}

/// A sentence or another stretch of the text.
#[derive(Serialize)]
pub(super) struct Block {
    pub role: Term,
    pub text: String,
    pub stretch: Stretch,
    pub finds: Vec<Find>,
    pub rivals: Vec<Rival>,
    /// What of it is damaged: no fact is drawn across.
    pub damaged: Vec<Stretch>,
}

/// A place in the text: in characters for readers, as the IRIs count; in bytes for who marks it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Stretch {
    /// The first character.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
    #[serde(skip)]
    pub span: Span,
}

/// A repair, with what stood there and what stands now.
#[derive(Serialize)]
pub(super) struct Mended {
    pub kind: Term,
    pub printed: String,
    pub clean: String,
}

/// The borders of a text's characters.
pub(super) struct Ruler(Vec<usize>);

impl Ruler {
    fn new(text: &str) -> Self {
        Self(text.char_indices().map(|(at, _)| at).collect())
    }

    pub fn stretch(&self, span: Span) -> Stretch {
        let at = |byte| self.0.partition_point(|border| *border < byte);
        Stretch { start: at(span.start), end: at(span.end), span }
    }
}

/// What the tellers look things up in.
pub(super) struct Context<'a> {
    pub linked: &'a Linked,
    pub names: &'a Names,
    pub ruler: Ruler,
}

impl Context<'_> {
    pub fn text(&self) -> &str {
        &self.linked.facts.annotated.article.text
    }

    /// What a thing of this article is called.
    pub fn name(&self, thing: Ref) -> Option<&str> {
        let linked = self.linked;
        Some(match thing {
            Ref::Place(index) => &linked.places[linked.place_of[index]].name,
            Ref::Organization(index) => &linked.organizations[linked.organization_of[index]].name,
            Ref::Project(index) => &linked.projects[index].name,
            Ref::Event(index) => &linked.facts.events[index].value.label,
            Ref::Home => &linked.places[linked.home?].name,
        })
    }
}

impl Account {
    pub fn new(linked: &Linked, judged: &[Judgement], base: &Base) -> Self {
        let names = names(linked, base);
        let article = &linked.facts.annotated.article;
        let context = Context { linked, names: &names, ruler: Ruler::new(&article.text) };
        let mut finds = finds(&context, judged);
        let mut rivals = rivals(&context, judged, &finds);
        let rules = finds.iter().filter_map(|find| Some((find.rule.clone(), super::words::rule(&find.rule)?)));
        let rules =
            rules.chain(rivals.iter().filter_map(|rival| Some((rival.rule.clone(), super::words::rule(&rival.rule)?))));
        let rules = rules.collect();
        let mut blocks = blocks(&context);
        // From the last to the first, each block takes what begins in it off the end.
        for block in blocks.iter_mut().rev() {
            let start = block.stretch.span.start;
            block.finds = finds.split_off(finds.partition_point(|find| find.stretch.span.start < start));
            block.rivals = rivals.split_off(rivals.partition_point(|rival| rival.stretch.span.start < start));
        }
        let home = linked.home.map(|index| Home {
            name: linked.places[index].name.clone(),
            iri: names.places.get(index).map(|iri| iri.as_str().to_owned()),
        });
        Self {
            path: article.path.clone(),
            number: article.number,
            iri: names.article.as_str().to_owned(),
            title: article.title.clone(),
            url: article.url.clone(),
            source: article.source.clone(),
            published: article.published.map(|date| date.to_string()),
            dated_by: article.dated_by,
            publisher: article.publisher.clone(),
            authors: article.authors.clone(),
            editor: article.editor.clone(),
            home,
            blocks,
            repairs: mended(article),
            rules,
        }
    }

    /// What the article is called where it is shown.
    pub fn called(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.path)
    }

    /// How many repairs there are of each kind.
    pub fn repair_counts(&self) -> Vec<(Term, usize)> {
        let mut counts: Vec<(Term, usize)> = Vec::new();
        for repair in &self.repairs {
            match counts.iter_mut().find(|(kind, _)| *kind == repair.kind) {
                Some((_, count)) => *count += 1,
                None => counts.push((repair.kind, 1)),
            }
        }
        counts
    }
}

/// The text in order: its sentences, its masthead, and what is neither.
fn blocks(context: &Context<'_>) -> Vec<Block> {
    let annotated = &context.linked.facts.annotated;
    let (article, text) = (&annotated.article, context.text());
    let masthead = |span: Span| {
        let next = article.masthead.partition_point(|line| line.end <= span.start);
        article.masthead.get(next).is_some_and(|line| line.overlaps(span))
    };
    let mut parts: Vec<(Span, &'static str)> = article.masthead.iter().map(|span| (*span, "masthead")).collect();
    for sentence in annotated.sentences.iter().filter(|sentence| !masthead(sentence.span)) {
        parts.push((sentence.span, if sentence.span.start < article.title_len { "title" } else { "sentence" }));
    }
    parts.sort_by_key(|(span, _)| *span);
    let mut blocks = Vec::new();
    let mut at = 0;
    let mut push = |span: Span, role: &'static str| {
        let shown = span.of(text);
        if shown.trim().is_empty() {
            return;
        }
        let from = article.damaged.partition_point(|damaged| damaged.end <= span.start);
        let damaged = article.damaged[from..].iter().take_while(|damaged| damaged.start < span.end);
        let clipped = |damaged: &Span| Span::new(damaged.start.max(span.start), damaged.end.min(span.end));
        blocks.push(Block {
            role: Term::of("role", role),
            text: shown.trim_end().to_owned(),
            stretch: context.ruler.stretch(span),
            finds: Vec::new(),
            rivals: Vec::new(),
            damaged: damaged.map(|damaged| context.ruler.stretch(clipped(damaged))).collect(),
        });
    };
    for (span, role) in parts {
        if at < span.start {
            push(Span::new(at, span.start), "rest");
        }
        push(span, role);
        at = at.max(span.end);
    }
    push(Span::new(at, text.len()), "rest");
    blocks
}

/// The repairs, each with what was printed and what `clean` made of it.
fn mended(article: &Article) -> Vec<Mended> {
    let pieces = &article.map.pieces;
    let quote = |text: &str| {
        let cut = text.char_indices().nth(LONGEST_QUOTE).map(|(at, _)| at);
        cut.map_or_else(|| text.to_owned(), |at| format!("{}\u{2026}", &text[..at]))
    };
    let now = |printed: Span| {
        let first = pieces.partition_point(|piece| piece.printed.end <= printed.start);
        let inside = pieces[first..].iter().take_while(|piece| piece.printed.start < printed.end);
        inside
            .filter(|piece| printed.contains(piece.printed))
            .map(|piece| piece.clean.of(&article.text))
            .collect::<String>()
    };
    let shown = article.repairs.iter().map(|repair| Mended {
        kind: Term::of("repair", repair.kind),
        printed: quote(repair.printed.of(&article.printed)),
        clean: quote(&now(repair.printed)),
    });
    shown.collect()
}
