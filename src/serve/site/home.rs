//! `/`: what is here, and how to get at it.

use super::figure::{Figure, Figures};
use super::index::Index;
use super::list::Row;
use super::{Chrome, respond};
use crate::query;
use crate::serve::answer::Tag;
use crate::serve::error::Fault;
use crate::serve::evaluate::Lane;
use crate::serve::reader::Reader;
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use crate::serve::terms;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use oxigraph::model::NamedNodeRef;

/// Newest articles shown.
const NEWEST: usize = 8;
/// Best-known places, indicators and organizations shown.
const KNOWN: usize = 12;
/// Articles, and figures in each, that are looked at for a sample.
const LOOKED_AT: (usize, usize) = (5, 60);

/// How many there are of a type.
struct Count {
    kind: String,
    number: usize,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    chrome: Chrome,
    description: String,
    description_en: String,
    counts: Vec<Count>,
    articles: Vec<Row>,
    places: Vec<Row>,
    indicators: Vec<Row>,
    organizations: Vec<Row>,
    queries: &'static [query::Canned],
    sample: Option<Figure>,
}

/// The first page.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let tag = Tag::new(&view, &["/"]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let page = state
        .engine()
        .run(Lane::Page, move |budget| {
            let reader = Reader::new(&shared.snapshot.data, budget);
            let figures = Figures::new(&reader, work.prefix(), shared.base());
            let index = shared.index();
            let rows = |kind: &'static str, number: usize| {
                let list = index.list(kind).iter().take(number);
                list.map(|entry| Row::new(work.prefix(), shared.base(), kind, entry)).collect()
            };
            HomePage {
                chrome: Chrome::new(&work, &shared, "home"),
                description: work.catalog().description.clone(),
                description_en: work.catalog().description_en.clone(),
                counts: terms::TYPES
                    .iter()
                    .map(|(kind, _)| Count { kind: (*kind).to_owned(), number: index.count(kind) })
                    .collect(),
                articles: rows("article", NEWEST),
                places: rows("place", KNOWN),
                indicators: rows("indicator", KNOWN),
                organizations: rows("organization", KNOWN),
                queries: query::canned(),
                sample: sample(&figures, index)?,
            }
            .render()
            .map_err(Fault::from)
        })
        .await?;
    Ok(respond(&ask, &view, Some(&tag), page))
}

/// A figure that shows what all this is about: from the newest articles, one that says what, of whom, when and how much.
fn sample(figures: &Figures<'_>, index: &Index) -> Result<Option<Figure>, Fault> {
    let mut spare = None;
    for article in index.list("article").iter().take(LOOKED_AT.0) {
        let article = NamedNodeRef::new_unchecked(&article.iri);
        let (subjects, _) = figures.reader.subjects(terms::WAS_DERIVED_FROM, article, LOOKED_AT.1)?;
        let mut found = Vec::new();
        for subject in &subjects {
            if figures.reader.node(subject.as_ref(), terms::HAS_INDICATOR)?.is_some() {
                found.push(figures.figure(subject.as_ref())?);
            }
        }
        found.sort_by(|a, b| (a.position, &a.href).cmp(&(b.position, &b.href)));
        let telling = |figure: &&Figure| {
            figure.about.is_some()
                && figure.period.is_some()
                && !figure.unit.is_empty()
                && figure.statistic == "level"
                && figure.outlook == "observed"
                && figure.quote.is_some()
        };
        if let Some(figure) = found.iter().find(telling) {
            return Ok(Some(figure.clone()));
        }
        spare = spare.or_else(|| found.into_iter().find(|figure| figure.quote.is_some()));
    }
    Ok(spare)
}
