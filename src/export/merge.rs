//! The RDF merge of the named graphs, a subject at a time, read from the sorted `data.nq`.
//!
//! In sorted lines those of one subject stand together, and so do the copies of one triple from several graphs.

use super::file;
use super::not_rdf;
use crate::error::Result;
use oxigraph::io::{RdfFormat, RdfParser, ReaderQuadParser};
use oxigraph::model::Triple;
use std::io::{BufRead, Read};
use std::path::Path;

/// The triples of each subject, in the order of their lines, each once.
pub(super) struct Subjects {
    triples: ReaderQuadParser<Distinct<std::io::BufReader<std::fs::File>>>,
    /// The first triple of the next subject.
    next: Option<Triple>,
}

impl Subjects {
    /// Reads a sorted file of canonical N-Quads.
    pub(super) fn open(sorted: &Path) -> Result<Self> {
        let triples = RdfParser::from_format(RdfFormat::NTriples).for_reader(Distinct::new(file::read(sorted)?));
        let mut subjects = Self { triples, next: None };
        subjects.next = subjects.read()?;
        Ok(subjects)
    }

    fn read(&mut self) -> Result<Option<Triple>> {
        let read = self.triples.next().transpose();
        Ok(read.map_err(|fault| not_rdf("data.nq", fault))?.map(Triple::from))
    }

    fn group(&mut self, first: Triple) -> Result<Vec<Triple>> {
        let mut group = vec![first];
        while let Some(triple) = self.read()? {
            if triple.subject != group[0].subject {
                self.next = Some(triple);
                break;
            }
            group.push(triple);
        }
        Ok(group)
    }
}

impl Iterator for Subjects {
    type Item = Result<Vec<Triple>>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.next.take()?;
        Some(self.group(first))
    }
}

/// Canonical N-Quads as N-Triples: the graph's name is cut off, and a triple that the line before had too is left out.
/// So a label of a thousand graphs is parsed once.
struct Distinct<R> {
    lines: R,
    /// The line that is being handed out, and how much of it has been.
    line: Vec<u8>,
    given: usize,
    /// The line before, to read into.
    spare: Vec<u8>,
}

impl<R: BufRead> Distinct<R> {
    fn new(lines: R) -> Self {
        Self { lines, line: Vec::new(), given: 0, spare: Vec::new() }
    }

    /// Goes to the next triple that is another than the last; at the end there is an empty line.
    fn advance(&mut self) -> std::io::Result<()> {
        self.given = 0;
        loop {
            self.spare.clear();
            if self.lines.read_until(b'\n', &mut self.spare)? == 0 {
                self.line.clear();
                return Ok(());
            }
            // `subject predicate object graph .`: a name holds no space, so the graph is what stands before the last one.
            let end = self.spare.len().saturating_sub(b" .\n".len());
            if let Some(graph) = self.spare[..end].iter().rposition(|byte| *byte == b' ') {
                self.spare.truncate(graph);
                self.spare.extend_from_slice(b" .\n");
            }
            if self.spare != self.line {
                std::mem::swap(&mut self.spare, &mut self.line);
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Read for Distinct<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.given == self.line.len() {
                self.advance()?;
                if self.line.is_empty() {
                    break;
                }
            }
            let size = (buffer.len() - filled).min(self.line.len() - self.given);
            buffer[filled..filled + size].copy_from_slice(&self.line[self.given..self.given + size]);
            filled += size;
            self.given += size;
        }
        Ok(filled)
    }
}

/// Triples of a document, grouped as [`Subjects`] groups those of a dump.
pub(super) fn group(triples: &[Triple]) -> Vec<Vec<Triple>> {
    let mut sorted = triples.to_vec();
    sorted.sort_by_cached_key(ToString::to_string);
    sorted.dedup();
    sorted.chunk_by(|a, b| a.subject == b.subject).map(<[Triple]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triple_of_several_graphs_is_read_once_whatever_the_buffer() {
        let sorted =
            "<a> <p> \"x <y> .\" <g> .\n<a> <p> \"x <y> .\" <h> .\n<a> <p> \"x\"@zh <g> .\n<b> <p> <a> _:c14n0 .\n";
        let distinct = "<a> <p> \"x <y> .\" .\n<a> <p> \"x\"@zh .\n<b> <p> <a> .\n";

        for size in [1, 3, 7, 100] {
            let mut reader = Distinct::new(sorted.as_bytes());
            let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
            loop {
                let count = reader.read(&mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                read.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(String::from_utf8(read).unwrap(), distinct);
        }
    }
}
