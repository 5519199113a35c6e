//! TLS: a certificate and its key in PEM, read anew when the files change or on SIGHUP, so that a renewal needs no restart.

#![expect(clippy::disallowed_methods, reason = "the certificate is read from the disk")]

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{ServerConfig, version};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// A certificate that may be replaced. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Current>,
}

#[derive(Debug)]
struct Current {
    pair: Arc<CertifiedKey>,
    /// When the files were changed last.
    stamp: Stamp,
}

type Stamp = [Option<SystemTime>; 2];

impl Tls {
    /// Reads the files; `None` if none is named.
    ///
    /// # Errors
    /// [`Error::Usage`] if only one is named, or they are no certificate and its key; [`Error::Read`] if one cannot be read.
    pub fn new(cert: Option<&Path>, key: Option<&Path>) -> Result<Option<Self>> {
        let (cert, key) = match (cert, key) {
            (None, None) => return Ok(None),
            (Some(cert), Some(key)) => (cert.to_owned(), key.to_owned()),
            (cert, _) => {
                let missing = if cert.is_some() { "key" } else { "certificate" };
                return Err(Error::Usage {
                    message: format!("TLS needs a certificate and its key, but no {missing} is named"),
                    hint: "give both `--tls-cert FILE` and `--tls-key FILE`, in PEM".into(),
                });
            }
        };
        let provider = Arc::new(ring::default_provider());
        // Before it is read: a change meanwhile is then seen at the next look.
        let stamp = stamp(&cert, &key);
        let pair = Arc::new(read(&cert, &key, &provider)?);
        Ok(Some(Self(Arc::new(Inner { cert, key, provider, current: RwLock::new(Current { pair, stamp }) }))))
    }

    /// What takes connections over.
    ///
    /// # Errors
    /// [`Error::Usage`] if the library cannot offer TLS 1.2 and 1.3.
    pub fn acceptor(&self) -> Result<TlsAcceptor> {
        let config = ServerConfig::builder_with_provider(self.0.provider.clone())
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(|error| unusable(&self.0.cert, &error.to_string()))?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again if they have changed since, or in any case. What cannot be used is told and changes nothing.
    pub fn renew(&self, in_any_case: bool) {
        let inner = &*self.0;
        let stamp = stamp(&inner.cert, &inner.key);
        let held = inner.current.read().unwrap_or_else(PoisonError::into_inner).stamp;
        if !in_any_case && stamp == held {
            return;
        }
        match read(&inner.cert, &inner.key, &inner.provider) {
            Ok(pair) => {
                let mut current = inner.current.write().unwrap_or_else(PoisonError::into_inner);
                *current = Current { pair: Arc::new(pair), stamp };
                tracing::info!(certificate = %inner.cert.display(), "the certificate was read anew");
            }
            // One file may have been replaced before the other: the next look finds both.
            Err(error) => tracing::warn!(%error, "the new certificate cannot be used; the old one stays"),
        }
    }

    /// Follows the files, for ever.
    pub async fn follow(self) {
        let mut hangup = Hangup::new();
        loop {
            let in_any_case = tokio::select! {
                () = hangup.heard() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            let tls = self.clone();
            let _ = tokio::task::spawn_blocking(move || tls.renew(in_any_case)).await;
        }
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.current.read().unwrap_or_else(PoisonError::into_inner).pair.clone())
    }
}

/// SIGHUP, where there is such a thing.
struct Hangup {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangup {
    fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    async fn heard(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            if signal.recv().await.is_some() {
                return;
            }
        }
        std::future::pending().await
    }
}

fn stamp(cert: &Path, key: &Path) -> Stamp {
    [cert, key].map(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok())
}

fn read(cert: &Path, key: &Path, provider: &CryptoProvider) -> Result<CertifiedKey> {
    let text = |path: &Path| std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source });
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text(cert)?)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(cert, &error.to_string()))?;
    if chain.is_empty() {
        return Err(unusable(cert, "it holds no certificate"));
    }
    let private = PrivateKeyDer::from_pem_slice(&text(key)?).map_err(|error| unusable(key, &error.to_string()))?;
    // It checks that the key is that of the first certificate.
    CertifiedKey::from_der(chain, private, provider).map_err(|error| unusable(key, &error.to_string()))
}

fn unusable(path: &Path, what: &str) -> Error {
    Error::Usage {
        message: format!("`{}` cannot be used for TLS: {what}", path.display()),
        hint: "give the certificate with its chain as `--tls-cert` and its own key as `--tls-key`, both in PEM".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::CertifiedKey as Made;

    fn made() -> (String, String) {
        let Made { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    struct Files(tempfile::TempDir);

    impl Files {
        fn with(cert: &str, key: &str) -> Self {
            let files = Self(tempfile::tempdir().unwrap());
            files.write(cert, key);
            files
        }

        fn write(&self, cert: &str, key: &str) {
            std::fs::write(self.0.path().join("cert"), cert).unwrap();
            std::fs::write(self.0.path().join("key"), key).unwrap();
        }

        fn open(&self) -> Result<Tls> {
            Ok(Tls::new(Some(&self.0.path().join("cert")), Some(&self.0.path().join("key")))?.unwrap())
        }
    }

    fn shown(tls: &Tls) -> Vec<u8> {
        tls.0.current.read().unwrap().pair.end_entity_cert().unwrap().to_vec()
    }

    #[test]
    fn files_that_are_no_pair_are_told() {
        let (cert, key) = made();
        let (_, other) = made();
        let cases = [("", &*key), (&*cert, ""), ("no PEM", &*key), (&*cert, &*other), (&*key, &*cert)];

        for (cert, key) in cases {
            let error = Files::with(cert, key).open().unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{error}");
        }
        assert!(matches!(Tls::new(Some(Path::new("/no")), Some(Path::new("/no"))), Err(Error::Read { .. })));
        let one = Tls::new(Some(Path::new("/no")), None).unwrap_err();
        assert!(one.to_string().contains("no key is named"), "{one}");
        assert!(Tls::new(None, None).unwrap().is_none());
    }

    #[test]
    fn a_renewed_pair_is_taken_over_and_a_broken_one_is_not() {
        let (cert, key) = made();
        let files = Files::with(&cert, &key);
        let tls = files.open().unwrap();
        let first = shown(&tls);

        files.write("broken", &key);
        tls.renew(true);
        assert_eq!(shown(&tls), first);

        let (cert, key) = made();
        files.write(&cert, &key);
        tls.renew(true);
        assert_ne!(shown(&tls), first);
    }
}
