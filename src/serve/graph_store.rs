//! `/store`: the SPARQL 1.1 Graph Store HTTP Protocol. A graph is named by `?graph=IRI`, by `?default`, or by the
//! request's own address below `/store/`. Reading is for all, writing for the bearer of the token.

use super::answer::{self, Tag};
use super::error::{Fault, Kind};
use super::evaluate::job::{Change, Part, Task};
use super::graph;
use super::request::{self, Ask};
use super::sparql::operation::read_only;
use super::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, Response, StatusCode, header};
use oxigraph::io::RdfFormat;
use oxigraph::model::NamedNode;
use sha2::{Digest, Sha256};

/// The methods of the route where nobody may write.
pub const ALLOW: &str = "GET, HEAD, OPTIONS";
/// The methods where the token's bearer may.
const ALLOW_WRITING: &str = "GET, HEAD, PUT, POST, DELETE, OPTIONS";

/// Which graph a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Default,
    Named(String),
    /// The store itself: a POST to it makes a graph.
    Store,
}

impl Wanted {
    fn of(ask: &Ask, state: &AppState) -> Result<(Self, Option<String>), Fault> {
        let mut given = ask.parameters_once(&["graph", "default", "format"])?;
        let format = given.remove("format");
        let base = &state.view().snapshot.header.base;
        let local = ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path);
        let direct = local.strip_prefix("/store/").filter(|path| !path.is_empty());
        let wanted = match (direct, given.remove("graph"), given.contains_key("default")) {
            (Some(_), None, false) => Self::Named(graph_iri(&format!("{base}{local}"), base)?),
            (None, Some(iri), false) => Self::Named(graph_iri(&iri, base)?),
            (None, None, true) => Self::Default,
            (None, None, false) => Self::Store,
            _ => return Err(Fault::new(Kind::BadRequest, "expected one name of one graph, found several")),
        };
        Ok((wanted, format))
    }

    /// The graph's IRI; none for the default graph.
    fn graph(self) -> Result<Option<String>, Fault> {
        match self {
            Self::Named(iri) => Ok(Some(iri)),
            Self::Default => Ok(None),
            Self::Store => Err(Fault::new(Kind::BadRequest, "expected either `graph` with an IRI or `default`")),
        }
    }
}

/// Every request to `/store` and below it.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let (ask, body) = Ask::split(request);
    match (ask.method.as_str(), state.token()) {
        ("GET" | "HEAD", _) => read(&state, &ask).await,
        ("PUT" | "POST" | "DELETE", Some(token)) => {
            token.admits(&ask)?;
            write(&state, &ask, body).await
        }
        ("PUT" | "POST" | "DELETE", None) if state.engine().can_change() => Err(read_only()),
        (_, Some(_)) => Err(Fault::method(ALLOW_WRITING)),
        (_, None) => Err(Fault::method(ALLOW)),
    }
}

async fn read(state: &AppState, ask: &Ask) -> Result<Response<Body>, Fault> {
    let view = state.view();
    let (wanted, format) = Wanted::of(ask, state)?;
    let form = match format {
        Some(name) => graph::named(&name)
            .ok_or_else(|| Fault::new(Kind::NotAcceptable, format!("there is no format `{name}`")))?,
        None => graph::negotiate(ask.accept().as_deref())?,
    };
    let graph = wanted.graph()?;
    let tag = Tag::new(&view, &["/store", graph.as_deref().unwrap_or("default"), form.suffix]);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let (head, whole) = state.engine().evaluate(&view, Task::Graph { graph, form: form.suffix.to_owned() }).await?;
    Ok(answer::whole(ask, &view, &head.media, Some(&tag), whole))
}

async fn write(state: &AppState, ask: &Ask, body: Body) -> Result<Response<Body>, Fault> {
    let (wanted, _) = Wanted::of(ask, state)?;
    if ask.method == "DELETE" {
        state.change(Change::Drop { graph: wanted.graph()? }, &[]).await?;
        return Ok(answer::changed(StatusCode::NO_CONTENT));
    }
    let body = request::body(ask, body, state.limits().upload).await?;
    let (parts, body) = parts(ask, body).await?;
    let add = ask.method == "POST";
    let (graph, location) = match wanted {
        Wanted::Store if add => {
            // Named by its content: sent twice, it is one graph.
            let name = format!("{:x}", Sha256::digest(&body));
            let iri = format!("{}/store/{}", state.view().base(), &name[..16]);
            (Some(iri.clone()), Some(iri))
        }
        other => (other.graph()?, None),
    };
    let head = state.change(Change::Put { graph, parts, add }, &body).await?;
    let mut response = answer::changed(if head.created { StatusCode::CREATED } else { StatusCode::NO_CONTENT });
    if let Some(location) = location {
        answer::put(response.headers_mut(), header::LOCATION, &answer::ascii(&location));
    }
    Ok(response)
}

/// The pieces of a body: one, or the files of a form.
async fn parts(ask: &Ask, body: Bytes) -> Result<(Vec<Part>, Vec<u8>), Fault> {
    let kind = ask.header(header::CONTENT_TYPE).unwrap_or_default();
    if ask.essence().as_deref() != Some("multipart/form-data") {
        let media = rdf(&kind)?;
        return Ok((vec![Part { media, length: body.len() }], body.to_vec()));
    }
    let broken = |error: multer::Error| Fault::new(Kind::BadBody, format!("the form cannot be read: {error}"));
    let boundary = multer::parse_boundary(&kind).map_err(broken)?;
    let whole = std::future::ready(Ok::<_, std::convert::Infallible>(body));
    let mut form = multer::Multipart::new(futures_util::stream::once(whole), boundary);
    let (mut parts, mut all) = (Vec::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let kind = field.content_type().map(|kind| kind.essence_str().to_owned());
        let by_name = field.file_name().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_owned());
        let media = match (kind, by_name.as_deref().and_then(RdfFormat::from_extension)) {
            (Some(kind), _) => rdf(&kind)?,
            (None, Some(format)) => format.media_type().to_owned(),
            (None, None) => return Err(Fault::new(Kind::MediaType, "a part of the form has no media type")),
        };
        let bytes = field.bytes().await.map_err(broken)?;
        parts.push(Part { media, length: bytes.len() });
        all.extend_from_slice(&bytes);
    }
    if parts.is_empty() {
        return Err(Fault::new(Kind::BadBody, "the form has no parts"));
    }
    Ok((parts, all))
}

/// The media type, if it is of a form of RDF.
fn rdf(kind: &str) -> Result<String, Fault> {
    let offered: Vec<&str> = graph::FORMS.iter().map(|form| form.media).collect();
    let found = RdfFormat::from_media_type(kind).filter(|_| !kind.is_empty());
    found.map(|format| format.media_type().to_owned()).ok_or_else(|| {
        Fault::new(Kind::MediaType, format!("expected one of {}, found `{kind}`", offered.join(", ")))
            .with("offered", offered)
    })
}

/// A graph's IRI, which may be relative to the store's address.
fn graph_iri(iri: &str, base: &str) -> Result<String, Fault> {
    let bad = || Fault::new(Kind::BadRequest, format!("`{iri}` is no IRI")).with("parameter", "graph");
    if let Ok(node) = NamedNode::new(iri) {
        return Ok(node.into_string());
    }
    let path = iri.strip_prefix('/').ok_or_else(bad)?;
    NamedNode::new(format!("{base}/{path}")).map(NamedNode::into_string).map_err(|_| bad())
}
