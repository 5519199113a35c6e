//! Who may write: whoever bears the token. Without one nobody may, and that is how a server starts.

use super::error::{Fault, Kind};
use super::request::Ask;
use axum::http::header;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Shorter tokens can be guessed.
const SHORTEST: usize = 16;

/// The digest of the token. The token itself is not kept, so it can be in no log.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Token")
    }
}

impl Token {
    /// The token in a text, white space around it apart.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() < SHORTEST {
            return Err(format!("expected a token of at least {SHORTEST} characters, found {}", text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("expected a token of letters, digits and signs of ASCII, without spaces".into());
        }
        Ok(Self(digest(text)))
    }

    /// Whether a request bears it.
    ///
    /// # Errors
    /// 401, with what is asked for.
    pub fn admits(&self, ask: &Ask) -> Result<(), Fault> {
        let given = ask.header(header::AUTHORIZATION);
        let given = given.as_deref().and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        match given {
            // Digests are of one length, and the time to compare them tells nothing of the token.
            Some(token) if bool::from(digest(token).ct_eq(&self.0)) => Ok(()),
            Some(_) => Err(refused("the token is not known", "Bearer realm=\"jialing\", error=\"invalid_token\"")),
            None => Err(refused(
                "writing needs the header `Authorization: Bearer` with the token",
                "Bearer realm=\"jialing\"",
            )),
        }
    }
}

fn refused(detail: &str, challenge: &str) -> Fault {
    Fault::new(Kind::Unauthorized, detail).header(header::WWW_AUTHENTICATE, challenge)
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;

    fn ask(authorization: Option<&str>) -> Ask {
        let mut request = Request::builder().uri("/sparql");
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        Ask::of(request.body(Body::empty()).unwrap())
    }

    #[test]
    fn the_bearer_of_the_token_is_admitted_and_no_one_else() {
        let token = Token::new("0123456789abcdef\n").unwrap();

        assert!(token.admits(&ask(Some("Bearer 0123456789abcdef"))).is_ok());
        assert!(token.admits(&ask(Some("bearer  0123456789abcdef"))).is_ok());
        for wrong in [None, Some("Bearer 0123456789abcdeg"), Some("Bearer"), Some("Basic 0123456789abcdef"), Some("")] {
            let fault = token.admits(&ask(wrong)).unwrap_err();
            assert_eq!(fault.kind, Kind::Unauthorized);
            assert!(fault.headers.iter().any(|(name, _)| name == header::WWW_AUTHENTICATE));
        }
        assert_eq!(format!("{token:?}"), "Token");
    }

    #[test]
    fn a_token_that_can_be_guessed_or_cannot_be_sent_is_refused() {
        assert!(Token::new("short").unwrap_err().contains("16"));
        assert!(Token::new("").is_err());
        assert!(Token::new("0123456789 abcdef").is_err());
    }
}
