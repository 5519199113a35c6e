//! `serve` takes the store and gives HTTP: the SPARQL endpoint, the graph store, things by their IRIs, canned queries, the
//! vocabularies, the catalog and the site. It only reads.
//!
//! ```text
//! middle      what every answer has: CORS, OPTIONS, problems, counts
//! ├ sparql        /sparql            the SPARQL 1.1 Protocol
//! ├ graph_store   /store             the Graph Store Protocol, reading
//! ├ resource      /id /doc           things; /ontology /vocab; /catalog /void; health
//! ├ api           /api               canned queries; /openapi.json
//! └ site          / /things /search  pages
//! evaluate    the bound on time, size and number under all of them
//! ```
//!
//! Three promises. Every answer belongs to one version of the data. An answer that is not an error is whole. An IRI is
//! made from the store's base, never from the name by which a request came.

pub mod accept;
pub mod answer;
pub mod api;
pub mod error;
pub mod evaluate;
pub mod graph;
pub mod graph_store;
pub mod metrics;
mod middle;
pub mod reader;
pub mod request;
pub mod resource;
pub mod site;
pub mod sparql;
pub mod state;
pub mod terms;

pub use evaluate::Limits;
pub use state::{AppState, Source};

use crate::error::{Error, Result};
use axum::Router;
use axum::routing::{any, get};
use resource::{catalog, discovery, vocabulary};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// How often the server looks whether there is a newer version.
const POLL: Duration = Duration::from_secs(1);
/// Below this compression costs more than it saves.
const COMPRESSED_FROM: u16 = 1024;
/// How long requests under way may take to end when the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// The routes. Where the base IRI has a path they answer under that path as well as at the root, so that a proxy may take
/// the path off or leave it.
pub fn app(state: AppState) -> Router {
    let routes = routes();
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
    routes().with_state(state)
}

fn routes() -> Router<AppState> {
    let router = Router::new()
        .route("/", get(site::home::handle))
        .route("/sparql", any(sparql::handle))
        .route("/store", any(graph_store::handle))
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
        .route("/healthz", get(discovery::healthz))
        .route("/readyz", get(discovery::readyz))
        .route("/metrics", get(discovery::metrics));
    let router = ["", ".ttl", ".jsonld", ".nt", ".rdf", ".xml"].into_iter().fold(router, |router, suffix| {
        router
            .route(&format!("/catalog{suffix}"), get(catalog::handle))
            .route(&format!("/void{suffix}"), get(discovery::void))
    });
    let router = router.route("/catalog.html", get(catalog::handle));
    ["", ".ttl", ".jsonld", ".nt", ".rdf", ".html"].into_iter().fold(router, |router, suffix| {
        let router = router.route(&format!("/ontology{suffix}"), get(vocabulary::handle));
        router.route(&format!("/vocab{suffix}"), get(vocabulary::handle))
    })
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
/// [`Error::Bind`] if the address cannot be listened on.
pub async fn serve(state: AppState, bind: &str, bound: impl FnOnce(SocketAddr)) -> Result<()> {
    let failed = |source| Error::Bind { address: bind.to_owned(), source };
    let listener = TcpListener::bind(bind).await.map_err(failed)?;
    bound(listener.local_addr().map_err(failed)?);
    let follow = tokio::spawn(follow(state.clone()));
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let running = axum::serve(listener, app(state)).with_graceful_shutdown(async move {
        stopped().await;
        let _ = tell.send(());
    });
    // Open connections end by themselves, or are left when their time is over.
    let late = async {
        let _ = told.await;
        tokio::time::sleep(FAREWELL).await;
    };
    let result = tokio::select! {
        result = running.into_future() => result.map_err(failed),
        () = late => Ok(()),
    };
    follow.abort();
    result
}

/// The same, on a runtime of its own.
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
