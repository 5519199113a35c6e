//! A query operation as the protocol words it: the query, its dataset, the form asked for by name.

use crate::serve::answer::Tag;
use crate::serve::error::{Fault, Kind};
use crate::serve::request::{self, Ask};
use crate::serve::state::View;
use oxigraph::model::{GraphName, NamedNode};
use oxigraph::sparql::PreparedSparqlQuery;

/// The dataset that the protocol names; it wins over FROM in the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    /// `default-graph-uri`
    pub default: Vec<String>,
    /// `named-graph-uri`
    pub named: Vec<String>,
}

/// One query operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// The query's text.
    pub query: String,
    /// Its dataset.
    pub dataset: Dataset,
    /// `?format=`
    pub format: Option<String>,
}

impl Operation {
    /// Query by GET.
    pub fn from_url(ask: &Ask, limit: usize) -> Result<Self, Fault> {
        // Three bytes for each that is escaped.
        if ask.query.as_deref().unwrap_or_default().len() > limit * 3 {
            return Err(Fault::new(Kind::UriTooLong, "send the query by POST"));
        }
        Self::read(ask.parameters()?, None, limit)
    }

    /// Query by POST: a form, or the query as it is.
    pub fn from_body(ask: &Ask, kind: Option<&str>, body: &[u8], limit: usize) -> Result<Self, Fault> {
        match kind {
            Some("application/x-www-form-urlencoded") => {
                let mut parameters = request::pairs(body)?;
                let format = ask.parameters()?.into_iter().filter(|(name, _)| name == "format");
                parameters.extend(format);
                Self::read(parameters, None, limit)
            }
            Some("application/sparql-query") => {
                let query =
                    std::str::from_utf8(body).map_err(|_| Fault::new(Kind::BadRequest, "the body is not UTF-8"))?;
                Self::read(ask.parameters()?, Some(query), limit)
            }
            Some("application/sparql-update") => Err(read_only()),
            other => Err(Fault::new(
                Kind::MediaType,
                format!(
                    "expected application/sparql-query or application/x-www-form-urlencoded, found {}",
                    other.map_or("none".into(), |kind| format!("`{kind}`"))
                ),
            )
            .with("offered", ["application/sparql-query", "application/x-www-form-urlencoded"].to_vec())),
        }
    }

    fn read(parameters: Vec<(String, String)>, body: Option<&str>, limit: usize) -> Result<Self, Fault> {
        let mut operation = Self::default();
        let mut queries: Vec<String> = body.into_iter().map(str::to_owned).collect();
        for (name, value) in parameters {
            match name.as_str() {
                "query" => queries.push(value),
                "default-graph-uri" => operation.dataset.default.push(value),
                "named-graph-uri" => operation.dataset.named.push(value),
                "format" => operation.format = Some(value),
                "update" => return Err(read_only()),
                // Others belong to extensions of clients: `timeout`, `version`. The protocol lets a service pass them over.
                _ => {}
            }
        }
        let mut queries = queries.into_iter();
        operation.query = queries.next().ok_or_else(|| Fault::new(Kind::NoQuery, "expected the parameter `query`"))?;
        if queries.next().is_some() {
            return Err(Fault::new(Kind::ManyQueries, "expected one query, found several"));
        }
        if operation.query.len() > limit {
            return Err(Fault::new(
                Kind::BodyTooLarge,
                format!("expected a query of at most {limit} bytes, found {}", operation.query.len()),
            ));
        }
        Ok(operation)
    }

    /// The validator of its result in that form.
    pub fn tag(&self, view: &View, media: &str) -> Tag {
        let mut parts = vec!["/sparql", media, &self.query];
        parts.extend(self.dataset.default.iter().flat_map(|graph| ["d", graph.as_str()]));
        parts.extend(self.dataset.named.iter().flat_map(|graph| ["n", graph.as_str()]));
        Tag::new(view, &parts)
    }
}

fn read_only() -> Fault {
    Fault::new(Kind::ReadOnly, "updates are not taken here; the data are built by `jialing build`")
}

impl Dataset {
    /// The query on that dataset, if the protocol names one.
    pub fn apply(&self, mut query: PreparedSparqlQuery) -> Result<PreparedSparqlQuery, Fault> {
        if self.default.is_empty() && self.named.is_empty() {
            return Ok(query);
        }
        let default = self.default.iter().map(|iri| Ok(GraphName::from(graph(iri)?)));
        let named = self.named.iter().map(|iri| Ok(graph(iri)?.into()));
        let (default, named) = (default.collect::<Result<_, Fault>>()?, named.collect::<Result<_, Fault>>()?);
        query.dataset_mut().set_default_graph(default);
        query.dataset_mut().set_available_named_graphs(named);
        Ok(query)
    }
}

fn graph(iri: &str) -> Result<NamedNode, Fault> {
    NamedNode::new(iri).map_err(|error| Fault::new(Kind::BadRequest, format!("`{iri}` is no graph's IRI: {error}")))
}
