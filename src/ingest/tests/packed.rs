//! Samples: archives and documents of every kind, made here so that each can be made wrong.

use flate2::Compression;
use std::io::Write as _;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A ZIP file as it is being written.
#[derive(Default)]
pub(super) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: u16,
}

impl Zip {
    /// A ZIP file of these members, deflated.
    pub(super) fn of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = Self::default();
        for (name, bytes) in members {
            zip.add(name.as_bytes(), bytes, 0);
        }
        zip.finish()
    }

    /// Adds a member. Flag 1 says that it is encrypted, flag 8 that its sizes follow it.
    pub(super) fn add(&mut self, name: &[u8], bytes: &[u8], flags: u16) {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (packed, start) = (deflate(bytes), self.bytes.len() as u32);
        let sizes = [crc.sum(), packed.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
        let mut head = [20_u16, flags, 8, 0, 0].map(u16::to_le_bytes).concat();
        head.extend(if flags & 8 == 0 { sizes.clone() } else { vec![0; 12] });
        head.extend([name.len() as u16, 0].map(u16::to_le_bytes).concat());
        self.bytes.extend([b"PK\x03\x04".as_slice(), &head, name, &packed].concat());
        if flags & 8 != 0 {
            self.bytes.extend([b"PK\x07\x08".as_slice(), &sizes].concat());
        }
        let fixed = [20_u16, 20, flags, 8, 0, 0].map(u16::to_le_bytes).concat();
        let lengths = [name.len() as u16, 0, 0, 0, 0, 0, 0].map(u16::to_le_bytes).concat();
        let entry = [b"PK\x01\x02".as_slice(), &fixed, &sizes, &lengths, &start.to_le_bytes(), name].concat();
        self.directory.extend(entry);
        self.members += 1;
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let counts = [0, 0, self.members, self.members].map(u16::to_le_bytes).concat();
        let place = [self.directory.len() as u32, self.bytes.len() as u32].map(u32::to_le_bytes).concat();
        [self.bytes, self.directory, b"PK\x05\x06".to_vec(), counts, place, vec![0, 0]].concat()
    }
}

/// A DOCX file of this body.
pub(super) fn docx(body: &str, title: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let core = format!("<p xmlns:dc=\"dc\"><dc:title>{title}</dc:title></p>");
    Zip::of(&[("word/document.xml", document.as_bytes()), ("docProps/core.xml", core.as_bytes())])
}

/// A record of a WARC file.
pub(super) fn record(kind: &str, url: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-01-01T00:00:00Z\r\n\
         Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

/// A record of an HTTP answer.
pub(super) fn response(url: &str, head: &str, payload: &[u8]) -> Vec<u8> {
    let body = [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), payload].concat();
    record("response", url, "application/http; msgtype=response", &body)
}

/// A page as a browser saves it.
pub(super) fn mhtml(page: &str) -> Vec<u8> {
    let quoted: String = page
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'<' || b == b'>' {
                char::from(b).to_string()
            } else {
                format!("={b:02X}")
            }
        })
        .enumerate()
        .map(|(at, unit)| if at % 24 == 23 { format!("{unit}=\r\n") } else { unit })
        .collect();
    format!(
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/saved\r\nSubject: page\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"--edge\"\r\n\r\n\
         ----edge\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\
         Content-Location: https://example.org/a.html\r\n\r\n{quoted}\r\n\
         ----edge\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n----edge--\r\n"
    )
    .into_bytes()
}

/// A PDF of these lines in a font of Adobe's Chinese collection, which says nothing of Unicode itself. `map` names the
/// encoding of `encode`; without lines the page is a picture.
pub(super) fn pdf(lines: &[&str], map: &str, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let hex = |line: &str| encode(line).iter().map(|b| format!("{b:02X}")).collect::<String>();
    let shown: String = lines.iter().map(|line| format!("<{}> Tj T*\n", hex(line))).collect();
    let content = if lines.is_empty() {
        "q 200 0 0 100 72 600 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \u{7f} EI Q".to_owned()
    } else {
        format!("BT /F1 14 Tf 72 700 Td 20 TL\n{shown}ET")
    };
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>"
            .to_owned(),
        format!("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{map} /DescendantFonts [5 0 R] >>"),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 6 0 R /DW 1000 \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 \
         /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let (mut out, mut places) = (String::from("%PDF-1.4\n"), String::new());
    for (number, object) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let table = out.len();
    out.push_str(&format!("xref\n0 8\n0000000000 65535 f \n{places}trailer\n<< /Size 8 /Root 1 0 R >>\n"));
    out.push_str(&format!("startxref\n{table}\n%%EOF\n"));
    out.into_bytes()
}
