//! A query operation as the protocol words it: the query, its dataset, the form asked for by name.

use crate::serve::answer::Tag;
use crate::serve::error::{Fault, Kind};
use crate::serve::request::{self, Ask};
use oxigraph::model::{GraphName, NamedNode};
use oxigraph::sparql::PreparedSparqlQuery;
use serde::{Deserialize, Serialize};

/// The dataset that the protocol names; it wins over FROM in the query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// `default-graph-uri`
    pub default: Vec<String>,
    /// `named-graph-uri`
    pub named: Vec<String>,
}

/// One query operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        match Request::read(ask.parameters()?, None)? {
            Request::Query(operation) => operation.bounded(limit),
            Request::Update { .. } => Err(Fault::method("POST")),
        }
    }

    /// An error if the query is too long to be parsed.
    fn bounded(self, limit: usize) -> Result<Self, Fault> {
        if self.query.len() > limit {
            return Err(Fault::new(
                Kind::BodyTooLarge,
                format!("expected a query of at most {limit} bytes, found {}", self.query.len()),
            ));
        }
        Ok(self)
    }

    /// The validator of its result in that form, on the version whose content has that hash.
    pub fn tag(&self, content: &str, media: &str) -> Tag {
        let mut parts = vec!["/sparql", media, &self.query];
        parts.extend(self.dataset.default.iter().flat_map(|graph| ["d", graph.as_str()]));
        parts.extend(self.dataset.named.iter().flat_map(|graph| ["n", graph.as_str()]));
        Tag::of(content, &parts)
    }
}

/// What a POST asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A query.
    Query(Operation),
    /// An update, with the dataset that the protocol names for its patterns.
    Update {
        /// Its text.
        update: String,
        /// `using-graph-uri` and `using-named-graph-uri`
        using: Dataset,
    },
}

/// The text of an operation, sent as the whole body.
enum Text<'a> {
    Query(&'a str),
    Update(&'a str),
}

impl Request {
    /// An operation by POST: a form, a query or an update as it is.
    pub fn from_body(ask: &Ask, kind: Option<&str>, body: &[u8], limit: usize) -> Result<Self, Fault> {
        let text = || std::str::from_utf8(body).map_err(|_| Fault::new(Kind::BadRequest, "the body is not UTF-8"));
        let found = match kind {
            Some("application/x-www-form-urlencoded") => {
                let mut parameters = request::pairs(body)?;
                let beside =
                    ask.parameters()?.into_iter().filter(|(name, _)| name == "format" || name.ends_with("-uri"));
                parameters.extend(beside);
                Self::read(parameters, None)?
            }
            Some("application/sparql-query") => Self::read(ask.parameters()?, Some(Text::Query(text()?)))?,
            Some("application/sparql-update") => Self::read(ask.parameters()?, Some(Text::Update(text()?)))?,
            other => {
                let offered =
                    ["application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"];
                let found = other.map_or("none".into(), |kind| format!("`{kind}`"));
                let detail = format!("expected {}, found {found}", offered.join(" or "));
                return Err(Fault::new(Kind::MediaType, detail).with("offered", offered.to_vec()));
            }
        };
        match found {
            Self::Query(operation) => operation.bounded(limit).map(Self::Query),
            update @ Self::Update { .. } => Ok(update),
        }
    }

    fn read(parameters: Vec<(String, String)>, body: Option<Text<'_>>) -> Result<Self, Fault> {
        let mut operation = Operation::default();
        let mut using = Dataset::default();
        let (mut queries, mut updates) = (Vec::new(), Vec::new());
        match body {
            Some(Text::Query(text)) => queries.push(text.to_owned()),
            Some(Text::Update(text)) => updates.push(text.to_owned()),
            None => {}
        }
        for (name, value) in parameters {
            match name.as_str() {
                "query" => queries.push(value),
                "update" => updates.push(value),
                "default-graph-uri" => operation.dataset.default.push(value),
                "named-graph-uri" => operation.dataset.named.push(value),
                "using-graph-uri" => using.default.push(value),
                "using-named-graph-uri" => using.named.push(value),
                "format" => operation.format = Some(value),
                // Others belong to extensions of clients: `timeout`, `version`. The protocol lets a service pass them over.
                _ => {}
            }
        }
        match (queries.len(), updates.len()) {
            (1, 0) => {
                operation.query = queries.remove(0);
                Ok(Self::Query(operation))
            }
            (0, 1) => Ok(Self::Update { update: updates.remove(0), using }),
            (0, 0) => Err(Fault::new(Kind::NoQuery, "expected the parameter `query`")),
            _ => Err(Fault::new(Kind::ManyQueries, "expected one query or one update, found several")),
        }
    }
}

/// What a server without a token says to those who would write.
pub fn read_only() -> Fault {
    Fault::new(Kind::ReadOnly, "nobody may write here; the data are built by `jialing build`")
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
