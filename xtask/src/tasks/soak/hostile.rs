//! Hostile files of full size, each with its expected outcome.

use std::fs::File;
use std::io::{self, BufWriter, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Soak, end};
use xtask::shell::Outcome;

const BOTTLE: &str = "\
BOTTLE,20240101SIOCCHABC
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS
,,,,,,,,DBAR
33RR20240101,1,1,1,20240101,0930,10.5,-170.25,5.0
";
const CAST: &str = "\
CTD,20240101SIOCCHABC
NUMBER_HEADERS = 7
EXPOCODE = 33RR20240101
STNNBR = 1
CASTNO = 1
DATE = 20240101
LATITUDE = 10.5000
LONGITUDE = -170.2500
CTDPRS,CTDTMP
DBAR,ITS-90
1.0,27.1
";
const TABLE: &str = "station,depth,temperature\nA1,10,12.5\nA1,20,11.75\n";

/// A file: its name, its outcome or class of failure, and the function that writes it.
struct Hostile {
    name: &'static str,
    end: &'static str,
    write: fn(&mut dyn Write) -> io::Result<()>,
}

const fn hostile(
    name: &'static str,
    end: &'static str,
    write: fn(&mut dyn Write) -> io::Result<()>,
) -> Hostile {
    Hostile { name, end, write }
}

const SET: &[Hostile] = &[
    // Lines.
    hostile("line_hy1.csv", "reviewed", |out| {
        around_a_gigabyte(BOTTLE, "END_DATA\n", out)
    }),
    hostile("line_ct1.csv", "reviewed", |out| {
        around_a_gigabyte(CAST, "END_DATA\n", out)
    }),
    hostile("line.csv", "reviewed", |out| {
        around_a_gigabyte(TABLE, "A2,10,12.5\n", out)
    }),
    hostile("first_line_hy1.csv", "corrupt", |out| {
        around_a_gigabyte("BOTTLE,", "", out)
    }),
    hostile("first_line_ct1.csv", "corrupt", |out| {
        around_a_gigabyte("CTD,", "", out)
    }),
    hostile("first_line.csv", "corrupt", |out| {
        around_a_gigabyte("a,b", "", out)
    }),
    hostile("open_quote.csv", "reviewed", |out| {
        around_a_gigabyte("a,b\n1,2\n3,4\n5,\"", "\n", out)
    }),
    // Columns.
    hostile("columns_hy1.csv", "limit exceeded", |out| {
        columns("BOTTLE,20240101SIOCCHABC\n", out)
    }),
    hostile("columns_ct1.csv", "limit exceeded", |out| {
        columns("CTD,20240101SIOCCHABC\n", out)
    }),
    hostile("columns.csv", "limit exceeded", |out| columns("", out)),
    hostile("commas.csv", "reviewed", |out| {
        out.write_all(TABLE.as_bytes())?;
        out.write_all(&vec![b','; 1 << 20][..1_000_000])
    }),
    hostile("wide_row_hy1.csv", "reviewed", |out| {
        out.write_all(BOTTLE.as_bytes())?;
        out.write_all(&vec![b','; 1_000_000])?;
        out.write_all(b"\nEND_DATA\n")
    }),
    // Archives.
    hostile("ratio_ct1.zip", "limit exceeded", |out| out.write_all(&bomb()?)),
    hostile("overlap_ct1.zip", "corrupt", |out| {
        out.write_all(&overlapping(&bomb()?, 10))
    }),
    hostile("count_ct1.zip", "limit exceeded", |out| {
        let names = (0..60_000).map(|n| (format!("{n}_ct1.csv"), CAST.as_bytes()));
        out.write_all(&pack(names)?)
    }),
    hostile("nested_ct1.zip", "reviewed", |out| {
        let inner = pack([("b_ct1.csv".to_owned(), CAST.as_bytes())])?;
        let members = [("a_ct1.csv", CAST.as_bytes()), ("more_ct1.zip", &inner)];
        out.write_all(&pack(members.map(|(name, bytes)| (name.to_owned(), bytes)))?)
    }),
    hostile("paths_ct1.zip", "reviewed", |out| {
        let names = [
            "../../../etc/passwd_ct1.csv",
            "/root/a_ct1.csv",
            "C:\\a_ct1.csv",
            "\u{1b}[2J_ct1.csv",
        ];
        out.write_all(&pack(names.map(|name| (name.to_owned(), CAST.as_bytes())))?)
    }),
    hostile("symlink_ct1.zip", "reviewed", |out| {
        out.write_all(&with_symlink()?)
    }),
    hostile("encrypted_ct1.zip", "unsupported", |out| {
        out.write_all(&patched(6, 8, 1)?)
    }),
    hostile("method_ct1.zip", "unsupported", |out| {
        out.write_all(&patched(8, 10, 12)?)
    }),
    // Wrong sizes: larger than the member, and smaller, so that no cast can be recognised.
    hostile("says_more_ct1.zip", "reviewed", |out| {
        out.write_all(&patched(22, 24, 0xff)?)
    }),
    hostile("says_less_ct1.zip", "unidentified", |out| {
        out.write_all(&patched(22, 24, 1)?)
    }),
    // Characters that control a terminal.
    hostile("escapes_hy1.csv", "reviewed", |out| {
        write!(
            out,
            "{}",
            BOTTLE
                .replace("CTDPRS", "\u{1b}[31mCTDPRS\u{7}")
                .replace(",1,1,1,", ",\u{1b}]0;x\u{7},1,1,")
        )
    }),
];

pub(super) fn step(soak: &Soak) -> Outcome<String> {
    let folder = soak.folder("hostile")?;
    for file in SET {
        let mut out = BufWriter::new(File::create(folder.join(file.name))?);
        (file.write)(&mut out)?;
        out.flush()?;
    }
    let reviewed = soak.review(&folder)?;
    for document in &reviewed.documents {
        let name = document["file"]["key"].as_str().unwrap_or_default();
        let expected = SET.iter().find(|file| file.name == name).map(|file| file.end);
        if expected != Some(end(document)) {
            let failure = &document["failure"];
            return Err(format!("{name}: {} instead of {expected:?}: {failure}", end(document)).into());
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(format!(
        "{} files have their outcome; at most {} MB a process",
        SET.len(),
        reviewed.peak >> 20
    ))
}

fn around_a_gigabyte(before: &str, after: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    let letters = vec![b'x'; 1 << 20];
    (0..1 << 10).try_for_each(|_| out.write_all(&letters))?;
    write!(out, "\n{after}")
}

fn columns(before: &str, out: &mut dyn Write) -> io::Result<()> {
    let line = |text: &str| vec![text; 100_000].join(",");
    write!(
        out,
        "{before}{}\n{}\n{}\n",
        line("CTDTMP"),
        line("ITS-90"),
        line("1.5")
    )
}

fn pack<'a>(members: impl IntoIterator<Item = (String, &'a [u8])>) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A gigabyte of zeros after the first row of a cast, compressed a thousandfold.
fn bomb() -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("1_ct1.csv", options)?;
    zip.write_all(CAST.as_bytes())?;
    let zeros = vec![b'0'; 1 << 20];
    (0..1 << 10).try_for_each(|_| zip.write_all(&zeros))?;
    Ok(zip.finish()?.into_inner())
}

/// An archive with one member, which the index lists `times` times.
fn overlapping(one: &[u8], times: u16) -> Vec<u8> {
    let find = |wanted: &[u8]| {
        one.windows(4)
            .rposition(|window| window == wanted)
            .unwrap_or_default()
    };
    let (entry, end) = (find(b"PK\x01\x02"), find(b"PK\x05\x06"));
    let mut bytes = one[..entry].to_vec();
    for n in 0..times {
        let start = bytes.len();
        bytes.extend_from_slice(&one[entry..end]);
        // The first letter of the name is after 46 bytes of the entry.
        bytes[start + 46] = b'A' + n as u8;
    }
    let size = (bytes.len() - entry) as u32;
    bytes.extend_from_slice(&one[end..]);
    let tail = bytes.len() - (one.len() - end);
    bytes[tail + 8..tail + 10].copy_from_slice(&times.to_le_bytes());
    bytes[tail + 10..tail + 12].copy_from_slice(&times.to_le_bytes());
    bytes[tail + 12..tail + 16].copy_from_slice(&size.to_le_bytes());
    bytes
}

/// An archive of one cast with a byte replaced in its local header and in its index.
fn patched(local: usize, index: usize, value: u8) -> io::Result<Vec<u8>> {
    let mut bytes = pack([("1_ct1.csv".to_owned(), CAST.as_bytes())])?;
    let entry = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap_or_default();
    bytes[local] = value;
    bytes[entry + index] = value;
    Ok(bytes)
}

fn with_symlink() -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("1_ct1.csv", "/proc/self/environ", SimpleFileOptions::default())?;
    zip.start_file("2_ct1.csv", SimpleFileOptions::default())?;
    zip.write_all(CAST.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}
