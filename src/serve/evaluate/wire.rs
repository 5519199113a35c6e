//! What the server and its workers say to each other through pipes: frames of a letter, a length (four bytes, the
//! highest first) and so many bytes.

use super::job::{Head, Job};
use crate::serve::error::{Fault, Kind};
use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// Longer than any frame that is written: a greater length is noise.
const LONGEST: u32 = 1 << 30;
/// How many bytes of a result make a frame.
pub const BLOCK: usize = 60 << 10;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Letter {
    /// To a worker: how to set itself up. The first frame.
    Setup = b'S',
    /// To a worker: a job.
    Job = b'J',
    /// From a worker: it is set up.
    Ready = b'R',
    /// From a worker: a piece of the result. To a worker: the body of what is to be written.
    Data = b'D',
    /// From a worker: the result is whole, and this is its head.
    End = b'E',
    /// From a worker: there is no result, and why.
    Fault = b'F',
}

impl Letter {
    fn of(byte: u8) -> Option<Self> {
        [Self::Setup, Self::Job, Self::Ready, Self::Data, Self::End, Self::Fault]
            .into_iter()
            .find(|letter| *letter as u8 == byte)
    }
}

/// The head of a frame: its letter and how many bytes follow.
pub const HEAD: usize = 5;

/// Reads the head of a frame.
///
/// # Errors
/// If it is none: the two sides are out of step.
pub fn head(bytes: [u8; HEAD]) -> io::Result<(Letter, usize)> {
    let length = u32::from_be_bytes([bytes[1], bytes[2], bytes[3], bytes[4]]);
    match Letter::of(bytes[0]).filter(|_| length <= LONGEST) {
        Some(letter) => Ok((letter, length as usize)),
        None => Err(io::Error::new(io::ErrorKind::InvalidData, "not a frame")),
    }
}

/// A frame as bytes.
///
/// # Errors
/// If it is too long to be one.
pub fn frame(letter: Letter, payload: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(payload.len()).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
    let mut bytes = Vec::with_capacity(HEAD + payload.len());
    bytes.push(letter as u8);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

/// A frame whose payload is JSON.
///
/// # Errors
/// If it is too long to be one.
pub fn json(letter: Letter, value: &impl Serialize) -> io::Result<Vec<u8>> {
    frame(letter, &serde_json::to_vec(value)?)
}

/// Reads a frame, waiting for it; `None` at the end of the stream.
///
/// # Errors
/// If the stream breaks off within a frame, or holds no frames.
pub fn read(from: &mut impl Read) -> io::Result<Option<(Letter, Vec<u8>)>> {
    let mut bytes = [0; HEAD];
    let mut filled = 0;
    while filled < HEAD {
        match from.read(&mut bytes[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    let (letter, length) = head(bytes)?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload)?;
    Ok(Some((letter, payload)))
}

/// A job with what belongs to it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The job.
    pub job: Job,
    /// How many bytes of a body follow in [`Letter::Data`] frames.
    pub body: usize,
}

/// A fault on the wire.
#[derive(Serialize, Deserialize)]
struct SentFault {
    code: String,
    detail: String,
    extra: Vec<(String, serde_json::Value)>,
    headers: Vec<(String, String)>,
}

/// A fault as a frame.
///
/// # Errors
/// If it is too long to be one.
pub fn fault(fault: &Fault) -> io::Result<Vec<u8>> {
    let extra = fault.extra.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = fault.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    json(Letter::Fault, &SentFault { code: fault.kind.code().to_owned(), detail: fault.detail.clone(), extra, headers })
}

/// What a frame from a worker says.
pub enum Reply {
    /// It is set up.
    Ready,
    /// A piece of the result.
    Data(Vec<u8>),
    /// The result is whole.
    End(Head),
    /// There is none.
    Fault(Fault),
}

impl Reply {
    /// Reads a frame from a worker.
    ///
    /// # Errors
    /// If it is none that a worker sends.
    pub fn read(letter: Letter, payload: Vec<u8>) -> io::Result<Self> {
        Ok(match letter {
            Letter::Ready => Self::Ready,
            Letter::Data => Self::Data(payload),
            Letter::End => Self::End(serde_json::from_slice(&payload)?),
            Letter::Fault => {
                let sent: SentFault = serde_json::from_slice(&payload)?;
                let kind = Kind::of(&sent.code).unwrap_or(Kind::Internal);
                let fault = Fault::new(kind, sent.detail);
                let fault = sent.extra.into_iter().fold(fault, |fault, (name, value)| fault.with(name, value));
                let named = sent.headers.into_iter().filter_map(|(name, value)| Some((name.parse().ok()?, value)));
                Self::Fault(named.fold(fault, |fault, (name, value): (HeaderName, _)| fault.header(name, &value)))
            }
            Letter::Setup | Letter::Job => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "no frame of a worker"));
            }
        })
    }
}

/// Writes a result as frames, each sent when it is full. Over the limit it refuses.
pub struct Frames<W> {
    to: W,
    block: Vec<u8>,
    left: u64,
}

impl<W: Write> Frames<W> {
    /// Frames of at most `limit` bytes in all.
    pub fn new(to: W, limit: usize) -> Self {
        Self { to, block: Vec::with_capacity(BLOCK), left: limit as u64 }
    }

    /// Sends what is left, with the head, in one piece: a short result is one write, and one awakening.
    ///
    /// # Errors
    /// If nobody reads.
    pub fn end(mut self, head: &Head) -> io::Result<()> {
        let mut last = if self.block.is_empty() { Vec::new() } else { frame(Letter::Data, &self.block)? };
        last.extend(json(Letter::End, head)?);
        self.to.write_all(&last)
    }

    fn send(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        self.to.write_all(&frame(Letter::Data, &self.block)?)?;
        self.block.clear();
        Ok(())
    }
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len() as u64;
        self.left = self.left.checked_sub(length).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::RETRY_AFTER;

    #[test]
    fn frames_are_read_as_they_were_written() {
        let mut stream = frame(Letter::Data, b"abc").unwrap();
        stream.extend(
            fault(&Fault::new(Kind::Deadline, "too long").with("parameter", "x").header(RETRY_AFTER, "7")).unwrap(),
        );
        let mut stream = stream.as_slice();

        assert_eq!(read(&mut stream).unwrap(), Some((Letter::Data, b"abc".to_vec())));
        let (letter, payload) = read(&mut stream).unwrap().unwrap();
        let Reply::Fault(fault) = Reply::read(letter, payload).unwrap() else { panic!("no fault") };
        assert_eq!((fault.kind, fault.detail.as_str()), (Kind::Deadline, "too long"));
        assert_eq!(fault.extra, [("parameter".into(), "x".into())]);
        assert_eq!(fault.headers, [(RETRY_AFTER, HeaderValue::from_static("7"))]);
        assert_eq!(read(&mut stream).unwrap(), None);
    }

    #[test]
    fn noise_and_streams_that_break_off_are_errors() {
        assert!(read(&mut b"hello world".as_slice()).is_err());
        assert!(read(&mut &frame(Letter::Data, b"abc").unwrap()[..6]).is_err());
        assert!(read(&mut [b'D', 0xFF, 0xFF, 0xFF, 0xFF].as_slice()).is_err());
        assert!(Reply::read(Letter::End, b"no json".to_vec()).is_err());
    }

    #[test]
    fn a_result_in_frames_refuses_what_is_over_the_limit() {
        let mut sent = Vec::new();
        let mut frames = Frames::new(&mut sent, 100_000);
        frames.write_all(&[b'x'; 99_999]).unwrap();
        frames.write_all(b"y").unwrap();
        let error = frames.write_all(b"z").unwrap_err();
        frames.end(&Head { more: true, ..Head::default() }).unwrap();

        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        let mut stream = sent.as_slice();
        let mut length = 0;
        loop {
            let (letter, payload) = read(&mut stream).unwrap().unwrap();
            match Reply::read(letter, payload).unwrap() {
                Reply::Data(bytes) => length += bytes.len(),
                Reply::End(head) => break assert!(head.more),
                _ => panic!("another frame"),
            }
        }
        assert_eq!((length, stream.len()), (100_000, 0));
    }
}
