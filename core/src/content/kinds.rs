//! The table of kinds of content that have a signature.

use super::sample::Sample;

/// A kind of content that no handler reads, and that is recognised by its first bytes.
#[derive(Debug)]
pub struct ContentKind {
    /// Stable name in kebab-case, such as `git-lfs-pointer`.
    pub id: &'static str,
    /// Name of the kind for people, such as "Git LFS pointer".
    pub title: &'static str,
    /// What a person does to get at the data; an imperative without a full stop.
    pub next_step: &'static str,
    /// Whether such content is never a table of delimited text, whatever its lines look like.
    pub(super) rules_out_tables: bool,
    test: Test,
}

impl ContentKind {
    pub(super) fn fits(&self, sample: &Sample<'_>) -> bool {
        match self.test {
            Test::Bytes(at, all) => {
                let rest = sample.head().get(at..).unwrap_or_default();
                all.iter().any(|bytes| rest.starts_with(bytes))
            }
            Test::Text(all) => sample
                .text()
                .is_some_and(|text| all.iter().any(|words| begins(text, words))),
            Test::Check(check) => check(sample),
        }
    }
}

/// How a kind is recognised.
#[derive(Debug, Clone, Copy)]
enum Test {
    /// Any of these byte strings at an offset.
    Bytes(usize, &'static [&'static [u8]]),
    /// The text begins with any of these words, after blanks and in either case.
    Text(&'static [&'static str]),
    Check(fn(&Sample<'_>) -> bool),
}
use Test::{Bytes, Check, Text};

/// A kind of content that holds data, or should.
const fn data(id: &'static str, title: &'static str, test: Test, next_step: &'static str) -> ContentKind {
    ContentKind {
        id,
        title,
        next_step,
        rules_out_tables: false,
        test,
    }
}

/// A kind of content that is certainly not a table: a pointer or a page in the place of data, or a text format with a
/// signature.
const fn not_table(
    id: &'static str,
    title: &'static str,
    test: Test,
    next_step: &'static str,
) -> ContentKind {
    ContentKind {
        rules_out_tables: true,
        ..data(id, title, test, next_step)
    }
}

const DOWNLOAD: &str = "open it in a text editor to see what the server answered, correct the address or sign in, and download the file again";
const OPENDAP: &str =
    "download the file itself from the server (HTTPServer or fileServer link), or as netCDF (.nc)";
const SHORTCUT: &str = "copy the file that it points to";
const UNPACK: &str = "unpack it, and review the files in it";
const TEXT_FORMAT: &str =
    "convert it to a format that is reviewed (`data-review handlers` lists them), or ask for support";
const BINARY_FORMAT: &str =
    "export it with the maker's software to a format that is reviewed (`data-review handlers` lists them)";
const TABLE: &str = "export the data to CSV or netCDF";
const NO_DATA: &str = "nothing: such a file is not data to review";
const SYSTEM: &str = "delete it, or leave it: it is a file of the operating system and holds no data";
const GRID: &str = "convert it to netCDF";

/// The kinds of content by which [`Evidence::of`](crate::Evidence::of) names a file that no handler recognises, such as a Git
/// LFS pointer or an HTML page. The first that fits counts, so specific kinds stand before general ones. Ids are unique.
pub const KINDS: &[ContentKind] = &[
    // Pointers to a file that is elsewhere.
    not_table(
        "git-lfs-pointer",
        "Git LFS pointer",
        Text(&[
            "version https://git-lfs.github.com/spec/",
            "version https://hawser.github.com/spec/",
        ]),
        "fetch the real file with `git lfs pull`, and review it again",
    ),
    not_table(
        "git-annex-pointer",
        "git-annex pointer",
        Check(is_annex_pointer),
        "fetch the real file with `git annex get`, and review it again",
    ),
    not_table(
        "dvc-pointer",
        "DVC pointer",
        Check(is_dvc_pointer),
        "fetch the real file with `dvc pull`, and review it again",
    ),
    not_table(
        "symbolic-link-text",
        "text of a symbolic link",
        Check(is_link_text),
        "copy the file that the path in it names",
    ),
    not_table(
        "windows-shortcut",
        "Windows shortcut",
        Bytes(0, &[b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0F"]),
        SHORTCUT,
    ),
    not_table(
        "internet-shortcut",
        "Internet shortcut",
        Text(&["[InternetShortcut]"]),
        "download the file from the address in it",
    ),
    not_table(
        "macos-location",
        "macOS location file",
        Check(is_webloc),
        "download the file from the address in it",
    ),
    not_table(
        "macos-alias",
        "macOS alias",
        Bytes(0, &[b"book\0\0\0\0mark"]),
        SHORTCUT,
    ),
    not_table(
        "desktop-entry",
        "desktop shortcut",
        Text(&["[Desktop Entry]"]),
        SHORTCUT,
    ),
    not_table(
        "apple-double",
        "macOS metadata file (`._` file)",
        Bytes(0, &[b"\0\x05\x16\x07"]),
        SYSTEM,
    ),
    not_table(
        "ds-store",
        "macOS folder settings (`.DS_Store`)",
        Bytes(0, &[b"\0\0\0\x01Bud1"]),
        SYSTEM,
    ),
    not_table(
        "zeros",
        "run of zero bytes",
        Check(is_zeros),
        "get the file again from its source: a transfer or a disk lost its content",
    ),
    // Answers of servers.
    not_table("html", "HTML page", Check(is_html), DOWNLOAD),
    not_table(
        "opendap-error",
        "error message of an OPeNDAP or ERDDAP server",
        Check(is_dap_error),
        DOWNLOAD,
    ),
    not_table(
        "opendap-dds",
        "OPeNDAP reply (structure, .dds or .dods)",
        Bytes(0, &[b"Dataset {", b"dataset {"]),
        OPENDAP,
    ),
    not_table(
        "opendap-das",
        "OPeNDAP reply (attributes, .das)",
        Text(&["Attributes {"]),
        OPENDAP,
    ),
    not_table(
        "opendap-ascii",
        "OPeNDAP reply (values as text, .ascii)",
        Text(&["Dataset: "]),
        OPENDAP,
    ),
    not_table("opendap-dap4", "OPeNDAP reply (DAP4)", Check(is_dap4), OPENDAP),
    not_table(
        "http-response",
        "HTTP response",
        Text(&["HTTP/1.", "HTTP/2 "]),
        DOWNLOAD,
    ),
    not_table(
        "storage-error",
        "error message of an object store",
        Check(|sample| is_xml(sample) && root(sample) == Some("Error") && sample.contains(b"<Code>")),
        DOWNLOAD,
    ),
    not_table(
        "ogc-error",
        "error message of an OGC service",
        Check(|sample| {
            matches!(
                root(sample),
                Some("ServiceExceptionReport" | "ExceptionReport" | "ows:ExceptionReport")
            )
        }),
        DOWNLOAD,
    ),
    // Documents.
    not_table("pdf", "PDF document", Bytes(0, &[b"%PDF-"]), NO_DATA),
    not_table(
        "postscript",
        "PostScript document",
        Bytes(0, &[b"%!PS", b"\xC5\xD0\xD3\xC6"]),
        NO_DATA,
    ),
    not_table("rtf", "RTF document", Bytes(0, &[b"{\\rtf"]), NO_DATA),
    not_table(
        "ole",
        "Microsoft Office file of before 2007 (.xls, .doc or .ppt)",
        Bytes(0, &[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"]),
        "export each sheet with data as CSV",
    ),
    not_table(
        "excel",
        "Excel workbook",
        Check(|sample| is_office(sample, b"xl/")),
        "export each sheet with data as CSV",
    ),
    not_table(
        "word",
        "Word document",
        Check(|sample| is_office(sample, b"word/")),
        NO_DATA,
    ),
    not_table(
        "powerpoint",
        "PowerPoint presentation",
        Check(|sample| is_office(sample, b"ppt/")),
        NO_DATA,
    ),
    not_table(
        "office",
        "Microsoft Office file",
        Check(|sample| is_office(sample, b"")),
        "export its tables as CSV",
    ),
    not_table(
        "opendocument",
        "OpenDocument file",
        Check(|sample| is_zip(sample) && sample.contains(b"mimetypeapplication/vnd.oasis.opendocument")),
        "export its tables as CSV",
    ),
    not_table(
        "tex",
        "TeX source",
        Text(&["\\documentclass", "\\documentstyle"]),
        NO_DATA,
    ),
    // Archives and compressed files.
    data(
        "numpy-archive",
        "NumPy archive (.npz)",
        Check(|sample| is_zip(sample) && first_member(sample).ends_with(b".npy")),
        TABLE,
    ),
    data(
        "kmz",
        "KMZ map overlay",
        Check(|sample| is_zip(sample) && first_member(sample).ends_with(b".kml")),
        NO_DATA,
    ),
    data(
        "zip",
        "ZIP archive",
        Bytes(0, &[b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]),
        UNPACK,
    ),
    data("gzip", "gzip-compressed file", Bytes(0, &[b"\x1F\x8B"]), UNPACK),
    data(
        "bzip2",
        "bzip2-compressed file",
        Check(|sample| {
            matches!(
                sample.head(),
                [
                    b'B',
                    b'Z',
                    b'h',
                    b'1'..=b'9',
                    0x31,
                    0x41,
                    0x59,
                    0x26,
                    0x53,
                    0x59,
                    ..
                ]
            )
        }),
        UNPACK,
    ),
    data("xz", "XZ-compressed file", Bytes(0, &[b"\xFD7zXZ\0"]), UNPACK),
    data(
        "zstd",
        "Zstandard-compressed file",
        Bytes(0, &[b"\x28\xB5\x2F\xFD"]),
        UNPACK,
    ),
    data(
        "lz4",
        "LZ4-compressed file",
        Bytes(0, &[b"\x04\x22\x4D\x18"]),
        UNPACK,
    ),
    data(
        "compress",
        "compressed file (.Z)",
        Bytes(0, &[b"\x1F\x9D", b"\x1F\xA0"]),
        UNPACK,
    ),
    data("7z", "7-Zip archive", Bytes(0, &[b"7z\xBC\xAF\x27\x1C"]), UNPACK),
    data("rar", "RAR archive", Bytes(0, &[b"Rar!\x1A\x07"]), UNPACK),
    data("tar", "tar archive", Bytes(257, &[b"ustar\0", b"ustar "]), UNPACK),
    // Scientific and instrument formats, binary.
    data(
        "matlab-7.3",
        "MATLAB file of version 7.3 (HDF5)",
        Bytes(0, &[b"MATLAB 7.3 MAT-file"]),
        "get the file again: a whole MATLAB file of version 7.3 is reviewed as HDF5, and this one ends too early or is damaged",
    ),
    data(
        "matlab-5",
        "MATLAB file of version 5 to 7",
        Bytes(0, &[b"MATLAB 5.0 MAT-file"]),
        "save it in MATLAB with `-v7.3`, which is HDF5, or export it to netCDF or CSV",
    ),
    data(
        "matlab-4",
        "MATLAB file of version 4",
        Check(is_matlab_4),
        "save it in MATLAB with `-v7.3`, which is HDF5, or export it to netCDF or CSV",
    ),
    data(
        "hdf4",
        "HDF4 file",
        Bytes(0, &[b"\x0E\x03\x13\x01"]),
        "convert it to HDF5 (h4toh5) or netCDF (h4tonccf)",
    ),
    data(
        "grib",
        "GRIB file",
        Check(|sample| matches!(sample.head(), [b'G', b'R', b'I', b'B', _, _, _, 1..=3, ..])),
        GRID,
    ),
    data(
        "bufr",
        "BUFR file",
        Check(|sample| matches!(sample.head(), [b'B', b'U', b'F', b'R', _, _, _, 0..=4, ..])),
        GRID,
    ),
    data(
        "rdi-pd0",
        "Teledyne RDI ADCP file (PD0)",
        Check(|sample| matches!(sample.head(), [0x7F, 0x7F, _, _, _, 1..=40, ..])),
        "convert it to netCDF with the maker's software, or ask for support",
    ),
    data(
        "nortek",
        "Nortek instrument file",
        Check(is_nortek),
        BINARY_FORMAT,
    ),
    data(
        "simrad-raw",
        "Simrad echo sounder file (.raw)",
        Bytes(4, &[b"CON0", b"XML0"]),
        BINARY_FORMAT,
    ),
    data(
        "rbr",
        "RBR logger file (.rsk)",
        Check(|sample| {
            sample.head().starts_with(b"SQLite format 3\0") && sample.contains(b"CREATE TABLE deployments")
        }),
        BINARY_FORMAT,
    ),
    data(
        "sqlite",
        "SQLite database",
        Bytes(0, &[b"SQLite format 3\0"]),
        TABLE,
    ),
    data(
        "access",
        "Microsoft Access database",
        Bytes(4, &[b"Standard Jet DB\0", b"Standard ACE DB\0"]),
        TABLE,
    ),
    data("parquet", "Parquet file", Bytes(0, &[b"PAR1"]), TABLE),
    data(
        "arrow",
        "Arrow or Feather file",
        Bytes(0, &[b"ARROW1\0\0", b"FEA1"]),
        TABLE,
    ),
    data("avro", "Avro file", Bytes(0, &[b"Obj\x01"]), TABLE),
    data("numpy", "NumPy array (.npy)", Bytes(0, &[b"\x93NUMPY"]), TABLE),
    data(
        "r-data",
        "R data file",
        Bytes(0, &[b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n"]),
        TABLE,
    ),
    data("stata", "Stata file", Bytes(0, &[b"<stata_dta>"]), TABLE),
    data("spss", "SPSS file", Bytes(0, &[b"$FL2@(#)", b"$FL3@(#)"]), TABLE),
    data(
        "sas",
        "SAS file",
        Bytes(0, &[b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60"]),
        TABLE,
    ),
    data(
        "shapefile",
        "ESRI shapefile",
        Bytes(0, &[b"\0\0\x27\x0A\0\0\0\0"]),
        NO_DATA,
    ),
    // Pictures, sound, programs.
    data(
        "tiff",
        "TIFF or GeoTIFF picture",
        Bytes(0, &[b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]),
        NO_DATA,
    ),
    data("png", "PNG picture", Bytes(0, &[b"\x89PNG\r\n\x1A\n"]), NO_DATA),
    data("jpeg", "JPEG picture", Bytes(0, &[b"\xFF\xD8\xFF"]), NO_DATA),
    data(
        "jpeg-2000",
        "JPEG 2000 picture",
        Bytes(0, &[b"\0\0\0\x0CjP  \r\n\x87\n"]),
        NO_DATA,
    ),
    data("gif", "GIF picture", Bytes(0, &[b"GIF87a", b"GIF89a"]), NO_DATA),
    data(
        "bmp",
        "BMP picture",
        Check(|sample| matches!(sample.head(), [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..])),
        NO_DATA,
    ),
    data(
        "webp",
        "WebP picture",
        Check(|sample| is_riff(sample, b"WEBP")),
        NO_DATA,
    ),
    data(
        "wav",
        "WAV sound",
        Check(|sample| is_riff(sample, b"WAVE")),
        NO_DATA,
    ),
    data(
        "avi",
        "AVI film",
        Check(|sample| is_riff(sample, b"AVI ")),
        NO_DATA,
    ),
    data(
        "mp4",
        "MP4 or QuickTime film",
        Bytes(4, &[b"ftyp", b"moov"]),
        NO_DATA,
    ),
    data("program", "program or library", Check(is_program), NO_DATA),
    // Formats of oceanography, as text.
    not_table(
        "dfo-odf",
        "DFO ODF file",
        Check(
            |sample| matches!(sample.text(), Some(text) if begins(text, "ODF_HEADER") || begins(text, "EVENT_HEADER")),
        ),
        TEXT_FORMAT,
    ),
    not_table(
        "ios",
        "IOS header file",
        Check(|sample| {
            let lines = || {
                sample
                    .text()
                    .unwrap_or_default()
                    .lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .take(5)
            };
            lines().next().is_some_and(|line| line.starts_with('*'))
                && lines().any(|line| line.starts_with("*IOS HEADER VERSION"))
        }),
        TEXT_FORMAT,
    ),
    not_table(
        "nafc",
        "NAFC profile (Y2K header)",
        Text(&["NAFC_Y2K_HEADER"]),
        TEXT_FORMAT,
    ),
    not_table("nmea", "NMEA 0183 log", Check(is_nmea), TEXT_FORMAT),
    not_table(
        "seabird-utf-16",
        "Sea-Bird file in UTF-16",
        Check(|sample| {
            let is_utf_16 = matches!(sample.head(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
            is_utf_16 && is_sea_bird(sample)
        }),
        "save it as UTF-8: another program has re-encoded it, and Sea-Bird's software does not read it either",
    ),
    not_table(
        "seabird-rosette",
        "scans of Sea-Bird bottles (.ros)",
        Check(|sample| {
            let is_summary = || lines(sample.head()).any(is_bottle_heading);
            is_sea_bird(sample) && sample.contains(b"\n# datcnv_scans_per_bottle") && !is_summary()
        }),
        "look for the .cnv file of the same cast, or its summary of bottles (.btl) as a table",
    ),
    not_table(
        "seabird-bottles",
        "summary of Sea-Bird bottles (.btl)",
        Check(|sample| is_sea_bird(sample) && lines(sample.head()).any(is_bottle_heading)),
        "look for the .cnv file of the same cast, or convert the summary to a table (CSV)",
    ),
    not_table(
        "seabird-raw",
        "raw data of a Sea-Bird instrument (.hex)",
        Check(|sample| is_sea_bird(sample) && has_hexadecimal_data(sample)),
        "convert it to .cnv with the maker's software, or look for its .cnv neighbour",
    ),
    not_table(
        "seabird",
        "Sea-Bird instrument file",
        Check(is_sea_bird),
        "convert it to .cnv with the maker's software, or look for its .cnv neighbour",
    ),
    not_table(
        "seabird-bottle-log",
        "Sea-Bird bottle log (.bl)",
        Check(is_bottle_log),
        "look for the .btl or .cnv file of the same cast",
    ),
    not_table(
        "cdl",
        "netCDF in text form (CDL)",
        Check(|sample| {
            let line = sample
                .text()
                .map(str::trim_start)
                .and_then(|text| text.lines().next())
                .unwrap_or_default();
            line.strip_prefix("netcdf ")
                .is_some_and(|rest| rest.trim_end().ends_with('{'))
        }),
        "make a netCDF file of it with `ncgen`",
    ),
    not_table(
        "woce-text",
        "WOCE text file (.sum, .sea, .ctd)",
        Check(|sample| {
            sample.text().is_some_and(|text| {
                let mut lines = text.lines().take(4);
                lines.any(|line| line.contains("WHP-ID"))
            })
        }),
        "get the WHP-Exchange or netCDF file of the same cruise from CCHDO",
    ),
    not_table(
        "wod-csv",
        "World Ocean Database, one block a cast (.csv)",
        Check(|sample| {
            sample.text().is_some_and(|text| {
                let mut lines = text.lines().filter(|line| !line.starts_with('#'));
                lines
                    .next()
                    .is_some_and(|line| line.starts_with("CAST ") && line.contains("WOD Unique Cast Number"))
            })
        }),
        "get the same casts from the World Ocean Database as ragged netCDF",
    ),
    not_table(
        "bodc-request",
        "BODC Request Format file",
        Text(&["BODC Request Format"]),
        TEXT_FORMAT,
    ),
    not_table(
        "rinex",
        "RINEX file",
        Check(|sample| {
            sample.text().is_some_and(|text| {
                text.lines()
                    .next()
                    .is_some_and(|line| line.contains("RINEX VERSION / TYPE"))
            })
        }),
        NO_DATA,
    ),
    not_table(
        "esri-grid",
        "ESRI ASCII grid",
        Check(|sample| {
            sample.text().is_some_and(|text| {
                let mut lines = text.lines().map(str::to_ascii_lowercase);
                lines.next().is_some_and(|line| line.starts_with("ncols"))
                    && lines.next().is_some_and(|line| line.starts_with("nrows"))
            })
        }),
        GRID,
    ),
    // General text formats.
    not_table(
        "seabird-configuration",
        "Sea-Bird instrument configuration (.xmlcon)",
        Check(|sample| root(sample) == Some("SBE_InstrumentConfiguration")),
        "nothing: it belongs to the casts beside it",
    ),
    not_table(
        "ncml",
        "NcML description",
        Check(|sample| root(sample) == Some("netcdf")),
        NO_DATA,
    ),
    not_table(
        "thredds",
        "THREDDS catalog",
        Check(|sample| root(sample) == Some("catalog")),
        OPENDAP,
    ),
    not_table(
        "xml",
        "XML document",
        Check(is_xml),
        "nothing, if it describes other files; export the data in it, if there are any, to CSV or netCDF",
    ),
    not_table(
        "notebook",
        "Jupyter notebook",
        Check(|sample| is_json(sample) && sample.contains(b"\"cell_type\"")),
        NO_DATA,
    ),
    not_table("json", "JSON document", Check(is_json), TABLE),
    not_table("script", "script", Bytes(0, &[b"#!/"]), NO_DATA),
];

/// Whether a text begins with words, after blanks and in either case.
fn begins(text: &str, words: &str) -> bool {
    let text = text.trim_start().as_bytes();
    text.get(..words.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(words.as_bytes()))
}

fn is_annex_pointer(sample: &Sample<'_>) -> bool {
    sample.length() < 32 << 10
        && sample.text().is_some_and(|text| {
            let line = text.lines().next().unwrap_or_default();
            line.starts_with("/annex/objects/")
                || line.starts_with("../") && line.contains(".git/annex/objects/")
                || line.starts_with(".git/annex/objects/")
        })
}

fn is_dvc_pointer(sample: &Sample<'_>) -> bool {
    sample.length() < 32 << 10
        && sample
            .text()
            .is_some_and(|text| begins(text, "outs:") && text.contains("md5:") && text.contains("path:"))
}

/// A relative path alone, as a checkout without symbolic links writes it.
fn is_link_text(sample: &Sample<'_>) -> bool {
    sample.length() < 1024
        && sample.text().is_some_and(|text| {
            (text.starts_with("../") || text.starts_with("./"))
                && !text.contains(|c: char| c.is_whitespace() || c == ',')
        })
}

fn is_webloc(sample: &Sample<'_>) -> bool {
    let is_list = root(sample) == Some("plist") && sample.contains(b"<key>URL</key>");
    is_list || sample.head().starts_with(b"bplist00") && sample.contains(b"URL") && sample.length() < 8 << 10
}

/// Whether all bytes at hand are zero. A short file is exempt: it may hold a number.
fn is_zeros(sample: &Sample<'_>) -> bool {
    sample.head().len() >= 64 && sample.head().iter().all(|byte| *byte == 0)
}

fn is_html(sample: &Sample<'_>) -> bool {
    let Some(text) = sample.text() else { return false };
    let start = skip_prolog(text);
    ["<!doctype html", "<html", "<head>", "<body", "<script", "<title>"]
        .iter()
        .any(|tag| begins(start, tag))
}

fn is_dap_error(sample: &Sample<'_>) -> bool {
    sample
        .text()
        .is_some_and(|text| begins(text, "Error {") && text.contains("code"))
}

fn is_dap4(sample: &Sample<'_>) -> bool {
    // The second is the longer search, so it comes last.
    sample.head()[..sample.head().len().min(512)].contains(&b'<')
        && sample.contains(b"http://xml.opendap.org/ns/DAP/4.0#")
}

fn is_zip(sample: &Sample<'_>) -> bool {
    sample.head().starts_with(b"PK\x03\x04")
}

/// Name of a ZIP archive's first member.
fn first_member<'s>(sample: &'s Sample<'_>) -> &'s [u8] {
    let head = sample.head();
    match head.get(26..28) {
        Some(&[low, high]) => {
            let end = 30 + usize::from(u16::from_le_bytes([low, high]));
            head.get(30..end).unwrap_or_default()
        }
        _ => &[],
    }
}

fn is_office(sample: &Sample<'_>, folder: &[u8]) -> bool {
    let is_package =
        is_zip(sample) && (sample.contains(b"[Content_Types].xml") || sample.contains(b"_rels/.rels"));
    is_package && (folder.is_empty() || sample.contains(folder))
}

fn is_riff(sample: &Sample<'_>, form: &[u8]) -> bool {
    sample.head().starts_with(b"RIFF") && sample.head().get(8..12) == Some(form)
}

/// A matrix header: type, rows, columns, imaginary part, and the length of a name that follows and ends with NUL.
fn is_matlab_4(sample: &Sample<'_>) -> bool {
    let head = sample.head();
    let read = |of: fn([u8; 4]) -> u32| -> Option<[u32; 5]> {
        let mut fields = [0; 5];
        for (field, bytes) in fields.iter_mut().zip(head.get(..20)?.chunks_exact(4)) {
            *field = of(bytes.try_into().ok()?);
        }
        Some(fields)
    };
    let fits = |fields: [u32; 5], order: u32| {
        let [kind, rows, columns, imaginary, name] = fields;
        let digits = [kind / 1000, kind / 100 % 10, kind / 10 % 10, kind % 10];
        let is_kind = digits[0] == order && digits[1] == 0 && digits[2] <= 5 && digits[3] <= 2;
        let name = head
            .get(20..20 + name.min(64) as usize)
            .filter(|_| (2..=64).contains(&name));
        is_kind
            && rows > 0
            && columns > 0
            && imaginary <= 1
            && name.is_some_and(|name| match name {
                [first, rest @ .., 0] => {
                    first.is_ascii_alphabetic()
                        && rest
                            .iter()
                            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                }
                _ => false,
            })
    };
    read(u32::from_le_bytes).is_some_and(|fields| fits(fields, 0))
        || read(u32::from_be_bytes).is_some_and(|fields| fits(fields, 1))
}

/// Hardware configuration (A5 05, 24 words) or an AD2CP block (A5 0A).
fn is_nortek(sample: &Sample<'_>) -> bool {
    matches!(
        sample.head(),
        [0xA5, 0x05, 0x18, 0x00, ..] | [0xA5, 0x0A | 0x0C, 0x15..=0x31 | 0xA0, ..]
    )
}

fn is_program(sample: &Sample<'_>) -> bool {
    matches!(
        sample.head(),
        [0x7F, b'E', b'L', b'F', ..]
            | [0xCF, 0xFA, 0xED, 0xFE, ..]
            | [0xCA, 0xFE, 0xBA, 0xBE, ..]
            | [0, b'a', b's', b'm', ..]
    ) || sample.head().starts_with(b"MZ") && sample.text().is_none()
}

/// Whether most lines are NMEA sentences, alone or after a time stamp: `$GPGGA,…*47`, `!AIVDM,…*5C`.
fn is_nmea(sample: &Sample<'_>) -> bool {
    let is_sentence = |line: &&str| {
        line.match_indices(['$', '!']).take(4).any(|(at, _)| {
            let rest = &line[at + 1..];
            let name = rest.find(',').unwrap_or(0);
            (4..=8).contains(&name)
                && rest[..name]
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && rest.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    sample.text().is_some_and(|text| {
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(20)
            .collect();
        let sentences = lines.iter().filter(|line| is_sentence(line)).count();
        sentences > 0 && 2 * sentences >= lines.len()
    })
}

/// Whether the text is a header of the instrument. If a spreadsheet saved it as CSV, delimiters pad its lines: then it
/// is a table.
fn is_sea_bird(sample: &Sample<'_>) -> bool {
    const STARTS: [&str; 3] = ["* Sea-Bird", "* <SBEDataUploadFile>", "* <HardwareData"];
    sample.text().is_some_and(|text| {
        let first = text.lines().next().unwrap_or_default().trim_end();
        STARTS.iter().any(|start| begins(text, start)) && !first.ends_with(",,") && !first.ends_with(";;")
    })
}

/// The lines of a text, trimmed.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii)
}

/// `Bottle  Date  Sal00 …`, above the bottles of a summary.
fn is_bottle_heading(line: &[u8]) -> bool {
    line.strip_prefix(b"Bottle").is_some_and(|rest| {
        let rest = rest.trim_ascii_start();
        [b"Date".as_slice(), b"Position"]
            .iter()
            .any(|word| rest.starts_with(word))
    })
}

/// Lines of hexadecimal digits alone below `*END*`.
fn has_hexadecimal_data(sample: &Sample<'_>) -> bool {
    let mut below = lines(sample.head()).skip_while(|line| !line.starts_with(b"*END*"));
    let first = below.by_ref().skip(1).find(|line| !line.is_empty());
    first.is_some_and(|line| line.len() >= 8 && line.iter().all(u8::is_ascii_hexdigit))
}

/// Whether the first lines are a path, then `RESET` with a date.
fn is_bottle_log(sample: &Sample<'_>) -> bool {
    sample.text().is_some_and(|text| {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .next()
            .is_some_and(|line| line.to_ascii_lowercase().ends_with(".bl"))
            && lines.next().is_some_and(|line| line.starts_with("RESET "))
    })
}

fn is_json(sample: &Sample<'_>) -> bool {
    let Some(text) = sample.text().map(str::trim_start) else {
        return false;
    };
    let inner = |open: char| text.strip_prefix(open).map(str::trim_start);
    let is_object = inner('{').is_some_and(|rest| {
        let key = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        rest.starts_with('}') || key.is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
    });
    let is_list = inner('[').is_some_and(|rest| {
        let is_number = |c: char| c.is_ascii_digit() || "+-.eE, \t\r\n[]".contains(c);
        rest.starts_with(['{', '"', '[']) || rest.contains(',') && rest.chars().take(256).all(is_number)
    });
    is_object || is_list
}

fn is_xml(sample: &Sample<'_>) -> bool {
    root(sample).is_some()
}

fn root<'s>(sample: &'s Sample<'_>) -> Option<&'s str> {
    sample.text().and_then(root_element)
}

/// Name of the root element; `None` if the text is not XML.
pub(super) fn root_element(text: &str) -> Option<&str> {
    let has_declaration = begins(text, "<?xml");
    let rest = skip_prolog(text).strip_prefix('<')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.');
    let end = rest.find(|c| !is_name(c))?;
    let name = &rest[..end];
    let is_tag = rest[end..]
        .trim_start()
        .starts_with(|c: char| c == '>' || c == '/' || c.is_alphabetic());
    let is_first = |c: char| c.is_alphabetic() || c == '_';
    (name.starts_with(is_first) && is_tag && (has_declaration || text.contains('>'))).then_some(name)
}

/// What follows the XML declaration, comments, processing instructions and the document type (but not that of HTML).
fn skip_prolog(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<!DOCTYPE") && !begins(rest, "<!doctype html") {
            rest.find('>').map(|at| at + 1)
        } else {
            return rest;
        };
        match end {
            Some(end) => rest = rest[end..].trim_start(),
            None => return rest,
        }
    }
}
