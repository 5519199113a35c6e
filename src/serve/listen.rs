//! Connections: taken up to a number in all and for each client, bounded in the time that a head may take to come and an
//! answer to go, and ended in good order: what runs is finished, what is idle is closed, what is new is refused.

use super::client::{self, Peer};
use super::metrics::Connection;
use super::state::AppState;
use super::tls::Tls;
use crate::error::Result;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

/// The longest head of a request, in bytes: a query by GET is at most half of it.
const HEAD: usize = 128 << 10;
/// The most headers of a request.
const HEADERS: usize = 100;
/// How long what runs may take beyond its deadline when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// After a connection could not be taken: most likely there are too many files open.
const BREATH: Duration = Duration::from_millis(100);

/// Serves on `listener` until `stop`, goes on for the time of `drain`, and then until what runs has ended. A further `stop`
/// ends either wait.
///
/// # Errors
/// If TLS cannot be set up.
pub async fn serve<S: Future<Output = ()>>(
    listener: TcpListener,
    app: Router,
    state: AppState,
    mut stop: impl FnMut() -> S,
) -> Result<()> {
    let settings = &state.settings().server;
    let tls = Tls::new(settings.tls_cert.as_deref(), settings.tls_key.as_deref())?;
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose()?;
    let renewal = tls.map(|tls| tokio::spawn(tls.follow()));
    let gate = Arc::new(Gate {
        app,
        acceptor,
        state: state.clone(),
        room: Arc::new(Semaphore::new(settings.connections.max(1))),
        clients: Mutex::default(),
    });
    let graceful = GracefulShutdown::new();
    {
        let told = async {
            stop().await;
            state.close();
            tracing::info!("told to stop: what runs is finished");
            tokio::select! {
                () = sleep(settings.drain) => {}
                () = stop() => {}
            }
        };
        tokio::select! {
            () = gate.take(&listener, &graceful) => {}
            () = told => {}
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(state.limits().deadline + FAREWELL) => tracing::warn!("not all that ran has ended in time"),
        () = stop() => tracing::warn!("told to stop at once"),
    }
    if let Some(renewal) = renewal {
        renewal.abort();
    }
    Ok(())
}

/// What every connection shares.
struct Gate {
    app: Router,
    acceptor: Option<TlsAcceptor>,
    state: AppState,
    room: Arc<Semaphore>,
    clients: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place among all and among those of its client.
struct Place {
    gate: Arc<Gate>,
    client: Option<IpAddr>,
    _room: OwnedSemaphorePermit,
    _count: Connection,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut clients = self.gate.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = clients.get_mut(&client) {
            *held -= 1;
            if *held == 0 {
                clients.remove(&client);
            }
        }
    }
}

impl Gate {
    /// Takes connections for ever.
    async fn take(self: &Arc<Self>, listener: &TcpListener, graceful: &GracefulShutdown) {
        loop {
            // Who comes when there is no room waits in the system's queue.
            let Ok(room) = self.room.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => match self.place(peer, room) {
                    Some(place) => drop(tokio::spawn(self.clone().hold(stream, peer, place, graceful.watcher()))),
                    None => self.state.metrics().refused(),
                },
                Err(error) if is_of_one(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken");
                    sleep(BREATH).await;
                }
            }
        }
    }

    /// A place for that client; `None` if it has all that one may have.
    fn place(self: &Arc<Self>, peer: SocketAddr, room: OwnedSemaphorePermit) -> Option<Place> {
        let settings = self.state.settings();
        let ip = peer.ip().to_canonical();
        let is_bound = !ip.is_loopback() && !client::is_trusted(ip, &settings.clients.trusted_proxies);
        let client = is_bound.then(|| client::account(ip));
        if let Some(client) = client {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            let held = clients.entry(client).or_default();
            if *held >= settings.server.connections_per_client.max(1) {
                return None;
            }
            *held += 1;
        }
        let count = self.state.metrics().connected();
        Some(Place { gate: self.clone(), client, _room: room, _count: count })
    }

    /// Serves one connection to its end.
    async fn hold(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, place: Place, watcher: Watcher) {
        let settings = &self.state.settings().server;
        // An answer is written in one piece: nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(settings.write_timeout));
        match &self.acceptor {
            None => self.talk(Box::pin(stream), peer, watcher).await,
            Some(acceptor) => {
                let agreed = timeout(settings.header_timeout, acceptor.accept(Box::pin(stream))).await;
                match agreed {
                    Ok(Ok(stream)) => self.talk(stream, peer, watcher).await,
                    Ok(Err(error)) => tracing::debug!(%error, "no agreement on TLS"),
                    Err(_) => tracing::debug!("no agreement on TLS in time"),
                }
            }
        }
        drop(place);
    }

    async fn talk(&self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, peer: SocketAddr, watcher: Watcher) {
        let app = TowerToHyperService::new(self.app.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            app.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.state.settings().server.header_timeout)
            .max_buf_size(HEAD)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection broke");
        }
    }
}

/// Whether only the connection that was to be taken is at fault.
fn is_of_one(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// That TLS can be set up, before anything is served.
///
/// # Errors
/// As [`Tls::new`].
pub fn check(state: &AppState) -> Result<()> {
    let settings = &state.settings().server;
    Tls::new(settings.tls_cert.as_deref(), settings.tls_key.as_deref()).map(|_| ())
}
