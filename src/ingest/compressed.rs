//! One compressed file: gzip and zstd, both of any number of members one after the other.

use super::Items;
use super::input::{self, Input, one};
use super::kind::{self, Kind};
use super::limits::{self, Within};
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// The documents of what `input` holds when unpacked.
pub(super) fn documents(input: Input, within: &Within, kind: Kind) -> Items {
    let name = kind::unpacked(&input.name).to_owned();
    let media_type = input.media_type.filter(|essence| Kind::of_type(essence) != Some(kind));
    let reader: Box<dyn Read + Send> = if kind == Kind::Gzip {
        Box::new(within.hold(Gzip::new(input.reader)))
    } else {
        // A frame that asks for a window of more than 128 MB is refused by the library.
        match zstd::Decoder::new(input.reader) {
            Ok(decoder) => Box::new(within.hold(Whole(decoder))),
            Err(error) => return one(Err(limits::fault(&input.path, &error))),
        }
    };
    input::within(Input { name, media_type, reader, ..input }, within.deeper())
}

/// The members of a gzip file. What follows the last and is none, as the zeros that fill up a tape, is passed over.
pub(super) struct Gzip<R> {
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Gzip<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::with_capacity(32 << 10, reader))) }
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let length = member.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            if let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) {
                let another = rest.fill_buf()?.first() == Some(&0x1F);
                self.member = another.then(|| GzDecoder::new(rest));
            }
        }
    }
}

/// zstd says `Other` of a damaged frame.
struct Whole<R>(R);

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Other => io::Error::new(io::ErrorKind::InvalidData, error),
            _ => error,
        })
    }
}
