//! How the server meets the public: flags over the tables `[server]`, `[clients]`, `[log]` and `[federation]` of
//! `jialing.toml`.

use super::options::{Settings, duration};
use crate::serve;
use crate::serve::settings::{Format, network};
use clap::Args;
use ipnet::IpNet;
use std::path::PathBuf;
use std::time::Duration;

// No documentation comment: clap would take it for that of the verb.
#[derive(Args)]
pub(super) struct PublicOptions {
    /// Speak HTTPS with this certificate and its chain (PEM)
    #[arg(long, env = "JIALING_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, env = "JIALING_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// How many connections may be open [default: 1024]
    #[arg(long, env = "JIALING_CONNECTIONS", value_name = "NUMBER")]
    connections: Option<usize>,
    /// How long to go on taking connections after being told to stop [default: 0s]
    #[arg(long, env = "JIALING_DRAIN", value_parser = duration, value_name = "TIME")]
    drain: Option<Duration>,
    /// A proxy whose X-Forwarded-For says who the client is: an address or a network; may be repeated
    #[arg(long, env = "JIALING_TRUSTED_PROXY", value_parser = network, value_delimiter = ',', value_name = "CIDR")]
    trusted_proxy: Vec<IpNet>,
    /// Requests a minute that one client may send; 0 for no limit [default: 600]
    #[arg(long, env = "JIALING_CLIENT_REQUESTS", value_name = "NUMBER")]
    client_requests: Option<u32>,
    /// Seconds of work a minute that one client may cause; 0 for no limit [default: 60]
    #[arg(long, env = "JIALING_CLIENT_SECONDS", value_name = "NUMBER")]
    client_seconds: Option<u32>,
    /// What is logged: off, error, warn, info, debug, trace [default: info]
    #[arg(long, env = "JIALING_LOG", value_name = "LEVEL")]
    log: Option<String>,
    /// How the log looks: text or json [default: text]
    #[arg(long, env = "JIALING_LOG_FORMAT", value_parser = format, value_name = "FORMAT")]
    log_format: Option<Format>,
    /// Write down the addresses of clients
    #[arg(long, env = "JIALING_LOG_CLIENTS")]
    log_clients: bool,
    /// From which time on a query is logged as slow; 0s for never [default: 1s]
    #[arg(long, env = "JIALING_LOG_SLOW", value_parser = duration, value_name = "TIME")]
    log_slow: Option<Duration>,
    /// A SPARQL endpoint that queries may call by SERVICE; may be repeated [default: none]
    #[arg(long, env = "JIALING_SERVICE_ALLOW", value_delimiter = ',', value_name = "URL")]
    service_allow: Vec<String>,
}

impl PublicOptions {
    /// The settings of a run: the settings file's, with what the flags say.
    pub(super) fn over(&self, settings: &Settings) -> serve::Settings {
        let mut public = settings.public.clone();
        let set = |file: &mut Option<PathBuf>, flag: &Option<PathBuf>| {
            if flag.is_some() {
                file.clone_from(flag);
            }
        };
        set(&mut public.server.tls_cert, &self.tls_cert);
        set(&mut public.server.tls_key, &self.tls_key);
        public.server.connections = self.connections.unwrap_or(public.server.connections);
        public.server.drain = self.drain.unwrap_or(public.server.drain);
        let clients = &mut public.clients;
        clients.requests_per_minute = self.client_requests.unwrap_or(clients.requests_per_minute);
        clients.seconds_per_minute = self.client_seconds.unwrap_or(clients.seconds_per_minute);
        if !self.trusted_proxy.is_empty() {
            clients.trusted_proxies.clone_from(&self.trusted_proxy);
        }
        let log = &mut public.log;
        log.level = self.log.clone().unwrap_or_else(|| log.level.clone());
        log.format = self.log_format.unwrap_or(log.format);
        log.clients |= self.log_clients;
        log.slow = self.log_slow.unwrap_or(log.slow);
        if !self.service_allow.is_empty() {
            public.federation.allow.clone_from(&self.service_allow);
        }
        public
    }
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        _ => Err(format!("expected `text` or `json`, found `{text}`")),
    }
}
