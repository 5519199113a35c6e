//! `serve` takes the store and gives HTTP: the SPARQL endpoint, the graph store, things by their IRIs, canned queries, the
//! vocabularies, the catalog and the site. It writes for the bearer of the token alone, if there is one.
//!
//! ```text
//! listen      connections: TLS, bounds, the end in good order
//! middle      what every answer has: CORS, OPTIONS, problems, log, counts; what one client may take
//! ├ sparql        /sparql            the SPARQL 1.1 Protocol
//! ├ graph_store   /store             the Graph Store Protocol
//! ├ resource      /id /doc           things; /ontology /vocab; /catalog /void
//! ├ health        /healthz /readyz   for operators, with /metrics
//! ├ api           /api               canned queries; /openapi.json
//! └ site          / /things /search  pages
//! evaluate    the bound on time, size and number under all of them
//! ```
//!
//! Three promises. Every answer belongs to one version of the data. An answer that is not an error is whole. An IRI is
//! made from the store's base, never from the name by which a request came.

pub mod accept;
pub mod access;
pub mod answer;
pub mod api;
pub mod client;
pub mod error;
pub mod evaluate;
pub mod federation;
pub mod graph;
pub mod graph_store;
pub mod harden;
pub mod health;
mod listen;
pub mod log;
pub mod metrics;
mod middle;
pub mod quota;
pub mod reader;
pub mod request;
pub mod resource;
pub mod settings;
pub mod site;
pub mod sparql;
pub mod state;
pub mod terms;
mod tls;
pub mod trail;

pub use evaluate::{Limits, worker};
pub use settings::Settings;
pub use state::{AppState, Source};

use crate::error::{Error, Result};
use axum::Router;
use axum::routing::{any, get};
use resource::{catalog, discovery, vocabulary};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// How often the server looks whether there is a newer version.
const POLL: Duration = Duration::from_secs(1);
/// Below this compression costs more than it saves.
const COMPRESSED_FROM: u16 = 1024;
/// How long threads may take to end when nothing is served any more.
const FAREWELL: Duration = Duration::from_secs(1);

/// The routes. Where the base IRI has a path they answer under that path as well as at the root, so that a proxy may take
/// the path off or leave it.
pub fn app(state: AppState) -> Router {
    let routes = routes(&state);
    let all = match state.prefix() {
        "" => routes,
        prefix => Router::new()
            .route(&format!("{prefix}/"), get(site::home::handle))
            .nest(prefix, routes.clone())
            .merge(routes),
    };
    // The routes are one service within: the layers then see what the router itself answers, with its `Allow`.
    Router::new()
        .fallback_service(all.with_state::<()>(state.clone()))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(COMPRESSED_FROM).and(is_text)))
        .layer(axum::middleware::from_fn_with_state(state, middle::around))
}

/// The routes alone, at the root, for the server to ask itself.
pub(crate) fn bare(state: AppState) -> Router {
    routes(&state).with_state(state)
}

fn routes(state: &AppState) -> Router<AppState> {
    let router = Router::new()
        .route("/", get(site::home::handle))
        .route("/sparql", any(sparql::handle))
        .route("/store", any(graph_store::handle))
        .route("/store/{*path}", any(graph_store::handle))
        .route("/id/{kind}/{key}", get(resource::handle))
        .route("/doc/{kind}/{key}", get(resource::handle))
        .route("/api", get(api::list))
        .route("/api/", get(api::list))
        .route("/api/{name}", get(api::handle))
        .route("/openapi.json", get(api::openapi::handle))
        .route("/things/{kind}", get(site::list::handle))
        .route("/search", get(site::search::handle))
        .route("/problem", get(site::problem::handle))
        .route("/assets/{file}", get(site::assets::handle))
        .route("/favicon.svg", get(site::assets::handle))
        .route("/vocab/", get(vocabulary::handle))
        .route("/vocab/{scheme}", get(vocabulary::handle))
        .route("/vocab/{scheme}/{concept}", get(vocabulary::handle))
        .route("/ontology/{file}", get(vocabulary::file))
        .route("/dumps/", get(catalog::dumps))
        .route("/dumps/{file}", get(catalog::dump))
        .route("/dumps/{version}/{file}", get(catalog::versioned))
        .route("/dataset/{id}", get(catalog::dataset))
        .route("/dataset/{id}/croissant.jsonld", get(catalog::croissant))
        .route("/.well-known/sparql-examples", get(discovery::examples))
        .route("/.well-known/void", get(discovery::well_known_void))
        .route("/robots.txt", get(discovery::robots))
        .route("/sitemap.xml", get(discovery::sitemap))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics));
    let router = ["", ".ttl", ".jsonld", ".nt", ".rdf", ".xml"].into_iter().fold(router, |router, suffix| {
        router
            .route(&format!("/catalog{suffix}"), get(catalog::handle))
            .route(&format!("/void{suffix}"), get(discovery::void))
    });
    let router = router.route("/catalog.html", get(catalog::handle));
    let router = ["", ".ttl", ".jsonld", ".nt", ".rdf", ".html"].into_iter().fold(router, |router, suffix| {
        let router = router.route(&format!("/ontology{suffix}"), get(vocabulary::handle));
        router.route(&format!("/vocab{suffix}"), get(vocabulary::handle))
    });
    router.route_layer(axum::middleware::from_fn_with_state(state.clone(), middle::within))
}

/// Everything that is served is text but for pictures, of which there is one, in SVG.
fn is_text(
    _: axum::http::StatusCode,
    _: axum::http::Version,
    headers: &axum::http::HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    headers.contains_key(axum::http::header::CONTENT_TYPE)
}

/// Serves until the process is told to stop, and follows the store to its newest version. `bound` is told the address.
///
/// # Errors
/// [`Error::Bind`] if the address cannot be listened on; [`Error::Usage`] or [`Error::Read`] if the certificate cannot be
/// used.
pub async fn serve(state: AppState, bind: &str, bound: impl FnOnce(SocketAddr)) -> Result<()> {
    serve_until(state, bind, bound, stopped).await
}

/// The same, until `stop` says so. It is called again while the server stops: each further time ends what it waits for.
///
/// # Errors
/// As [`serve`].
pub async fn serve_until<S: Future<Output = ()>>(
    state: AppState,
    bind: &str,
    bound: impl FnOnce(SocketAddr),
    stop: impl FnMut() -> S,
) -> Result<()> {
    let failed = |source| Error::Bind { address: bind.to_owned(), source };
    listen::check(&state)?;
    let listener = TcpListener::bind(bind).await.map_err(failed)?;
    bound(listener.local_addr().map_err(failed)?);
    let follow = tokio::spawn(follow(state.clone()));
    let warm = state.clone();
    tokio::spawn(async move { warm.engine().warm().await });
    let result = listen::serve(listener, app(state.clone()), state, stop).await;
    follow.abort();
    result
}

/// The same as [`serve`], on a runtime of its own.
///
/// # Errors
/// As [`serve`].
pub fn run(state: AppState, bind: &str, bound: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Bind { address: bind.to_owned(), source })?;
    let result = runtime.block_on(serve(state, bind, bound));
    runtime.shutdown_timeout(FAREWELL);
    result
}

async fn follow(state: AppState) {
    loop {
        tokio::time::sleep(POLL).await;
        let state = state.clone();
        // A version that cannot be opened is counted in `/metrics`; the next look tries again.
        let _ = tokio::task::spawn_blocking(move || state.refresh()).await;
    }
}

/// Ctrl-C, or the signal by which a supervisor stops a service.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
