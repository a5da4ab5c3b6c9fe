use super::*;
use crate::Evidence;

/// The kind of a file, with what it begins with.
fn kind(bytes: &[u8]) -> String {
    let evidence = Evidence::of(bytes, bytes.len() as u64);
    match evidence.begins_with {
        Some(words) => format!("{} {words}", evidence.kind),
        None => evidence.kind,
    }
}

/// Content and its kind; `\n` and other escapes are those of Rust.
const CASES: &[(&[u8], &str)] = &[
    (b"", "empty"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git-lfs-pointer"),
    (b"/annex/objects/MD5E-s12--abc.nc\n", "git-annex-pointer"),
    (b"../../.git/annex/objects/Xz/4f/MD5E-s12--abc.nc/MD5E-s12--abc.nc", "git-annex-pointer"),
    (b"outs:\n- md5: a304afb96060aad90176268345e10355\n  size: 37\n  path: data.nc\n", "dvc-pointer"),
    (b"../common/grid.nc", "symbolic-link-text"),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0F\x9b\0\x08\0", "windows-shortcut"),
    (b"[InternetShortcut]\r\nURL=https://example.org/data.nc\r\n", "internet-shortcut"),
    (b"\xFF\xFE[\0I\0n\0t\0e\0r\0n\0e\0t\0S\0h\0o\0r\0t\0c\0u\0t\0]\0\r\0\n\0", "internet-shortcut"),
    (b"<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"x.dtd\">\n<plist version=\"1.0\"><dict><key>URL</key><string>u</string></dict></plist>", "macos-location"),
    (b"book\0\0\0\0mark\0\0\0\0", "macos-alias"),
    (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "apple-double"),
    (&[0; 64], "zeros"),
    (b"\n<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>404 Not Found</title>", "html"),
    (b"<!-- served by x --><HTML lang=en>", "html"),
    (b"Error {\n    code=404;\n    message=\"Not Found: Currently unknown datasetID=x\";\n}\n", "opendap-error"),
    (b"Dataset {\n    Float32 sst[time = 3];\n} x.nc;\n\nData:\n\0\0\0\x03", "opendap-dds"),
    (b"Attributes {\n    sst {\n        String units \"K\";\n    }\n}\n", "opendap-das"),
    (b"HTTP/1.1 302 Found\r\nLocation: x\r\n\r\n", "http-response"),
    (b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code></Error>", "storage-error"),
    (b"<?xml version=\"1.0\"?><ows:ExceptionReport xmlns:ows=\"x\"/>", "ogc-error"),
    (b"%PDF-1.4\n%\xe2\xe3", "pdf"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", "ole"),
    (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xmlPK\x03\x04xl/workbook.xml", "excel"),
    (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xmlPK\x03\x04word/document.xml", "word"),
    (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.npy", "numpy-archive"),
    (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.csv", "zip"),
    (b"PK\x05\x06\0\0", "zip"),
    (b"\x1F\x8B\x08\0", "gzip"),
    (b"\x28\xB5\x2F\xFD\x04", "zstd"),
    (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "matlab-5"),
    (b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "matlab-7.3"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temp\0\0\0\0\0", "matlab-4"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0\x01emp\0\0\0\0\0", "binary \\x00\\x00\\x00\\x00"),
    (b"\x0E\x03\x13\x01\0", "hdf4"),
    (b"GRIB\0\x12\x34\x01", "grib"),
    (b"GRIB is a format of grids\n", "text-prose"),
    (b"\x7F\x7F\x10\x04\0\x06\x12\0", "rdi-pd0"),
    (b"\xA5\x05\x18\0HR", "nortek"),
    (b"SQLite format 3\0\x10\0", "sqlite"),
    (b"\x89PNG\r\n\x1A\n\0\0", "png"),
    (b"\x7FELF\x02\x01", "program"),
    (b" ODF_HEADER,\r\n   FILE_SPECIFICATION ='D1:[X]CTD_1.ODF',\r\n", "dfo-odf"),
    (b"EVENT_HEADER,\n  DATA_TYPE = 'CTD',\n", "dfo-odf"),
    (b"*2003/03/30 11:22:04.29\n*IOS HEADER VERSION 2.0      2016/04/28\n", "ios"),
    (b"*1993/06/28 11:41:37.11\n\n*IOS HEADER VERSION 0.4  1992/11/17\n", "ios"),
    (b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\n$GPRMC,123519,A,,,*6A\n", "nmea"),
    (b"20231006 215050+01:00 $HCHDT,177.1,T*29\n20231006 215051+01:00 $HCHDT,177.1,T*29\n", "nmea"),
    (b"!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\n", "nmea"),
    (b"price,$USD,amount\n1,2,3\n", "text-commas price,"),
    (b"* Sea-Bird SBE 9 Data File:\n* FileName = C:\\DATA\\a.hex\n", "seabird"),
    (b"* Sea-Bird SBE 9 Data File:\r\n# name 0 = scan: Scan Count\r\n# datcnv_scans_per_bottle = 48\r\n*END*\r\n 1 2\r\n", "seabird-rosette"),
    (b"* Sea-Bird SBE 9 Data File:\n# datcnv_scans_per_bottle = 48\n    Bottle        Date      Sal00\n", "seabird-bottles"),
    (b"* Sea-Bird SBE 9 Data File:\n*END*\n0D0B6F0A2A\n0D0B6F0A2A\n", "seabird-raw"),
    (b"\xFF\xFE*\0 \0S\0e\0a\0-\0B\0i\0r\0d\0 \0S\0B\0E\0\n\0", "seabird-utf-16"),
    (b"C:\\cruise\\data\\ecoa2_001.bl\r\nRESET Jun 25 2018 20:08:55\r\n", "seabird-bottle-log"),
    (b"R/V KNORR CR. 145, LEG 5  WHP-ID  A20\nSHIP/CRS  WOCE\n", "woce-text"),
    (b"EXPOCODE 33RR20080204  WHP-ID I06S\nSTNNBR 1\n", "woce-text"),
    (b"#----\nCAST                        ,,10967998,WOD Unique Cast Number,WOD code,\n", "wod-csv"),
    (b"netcdf sst {\ndimensions:\n\ttime = 3 ;\n", "cdl"),
    (b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SBE_InstrumentConfiguration SB_ConfigCTD_FileVersion=\"7.23\">", "seabird-configuration"),
    (b"<netcdf xmlns=\"http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2\">", "ncml"),
    (b"{\"type\": \"FeatureCollection\"}", "json"),
    (b"[[1, 2.5], [3, -4e5]]", "json"),
    (b"<?xml version=\"1.0\"?>\n<!-- x -->\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">", "xml <kml>"),
    (b"SQLite format 3\0 ... CREATE TABLE deployments (deploymentID INTEGER", "rbr"),
    (b"Date,Time,Depth (m)\n2021-07-21,17:36:45,1.5\n2021-07-21,17:36:46,1.6\n", "text-commas Date,"),
    (b"Name\tAmplitude\nM2\t0.5\nS2\t0.1\n", "text-tabs Name Amplitude"),
    (b"# hive settings\n# of 2020\na.b=c\nd.e=f\ng.h=i\n", "text-fields # hive settings"),
    (b"  .7428797055  K1\n  .5  M2\n", "text"),
    (b"[SVP_VERSION_2]\nC:\\Users\n", "text [SVP_VERSION_9]"),
    (b"[2020-01-01 12:00] started, and so on\n", "text [9999-99-99 99:"),
    (b"{\\rtf1\\ansi", "rtf"),
    (b"#!/bin/sh\necho\n", "script"),
    (b"\n \r\n\t", "text-blank"),
    (b"  .7428797055  .7771900329\n 1.0D-3 -9.9\n", "text-numbers"),
    (b"# Sea ice\n\nSome words.\n\n## Files\n\n- a.nc\n- b.nc\n", "text-markdown"),
    (b"Dear colleague, these are the notes of the cruise.\nWe left the port in the early morning hours.\n", "text-prose"),
    (b"Model=RBRconcerto\nFirmware=12.021\nSerial=060130\n", "text-fields Model="),
    (b"7450-034219\nOS REV: 1.05 Sensor Cal: 1619020413\nTime (sec), T\n1,2\n3,4\n5,6\n7,8\n", "text-commas 9999-999999"),
    (b"caf\xe9 au lait et croissants\x1a", "text café au lait"),
    (b"\xff\0\x01\x02\x03", "binary \\xff\\x00\\x01\\x02"),
];

#[test]
fn each_kind_is_recognised() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter(|(bytes, expected)| kind(bytes) != *expected)
        .map(|(bytes, expected)| format!("{}: {}, not {expected}", bytes.escape_ascii(), kind(bytes)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Content that lacks one of the marks of a kind, and the kind that it is not.
const NEAR_MISSES: &[(&[u8], &str)] = &[
    (b"annex/objects/MD5E-s12--abc.nc\n", "git-annex-pointer"),
    (b"../../annex/objects/MD5E-s12--abc.nc", "git-annex-pointer"),
    (b"see .git/annex/objects/MD5E-s12--abc.nc", "git-annex-pointer"),
    (b"outs:\n- md4: a3\n  path: data.nc\n", "dvc-pointer"),
    (b"outs:\n- md5: a3\n  file: data.nc\n", "dvc-pointer"),
    (b"ins:\n- md5: a3\n  path: data.nc\n", "dvc-pointer"),
    (b"..common/grid.nc", "symbolic-link-text"),
    (b"../common/grid one.nc", "symbolic-link-text"),
    (b"../common,grid.nc", "symbolic-link-text"),
    (b"<plist version=\"1.0\"><dict><key>URI</key></dict></plist>", "macos-location"),
    (b"<list><dict><key>URL</key></dict></list>", "macos-location"),
    (b"bplist00\0\0URI", "macos-location"),
    (b"bplist01\0\0URL", "macos-location"),
    (&[0; 63], "zeros"),
    (b"Error {\n    message=\"Not Found\";\n}\n", "opendap-error"),
    (b"Errors {\n    code=404;\n}\n", "opendap-error"),
    (b"RIFF\0\0\0\0AVIX", "wav"),
    (b"\0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\0\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\x02\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0te-p\0", "matlab-4"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temps", "matlab-4"),
    (b"\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x01\0\0\0\0", "matlab-4"),
    (b"\x03\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\x3C\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\x64\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05\0\0\0temp\0", "matlab-4"),
    (b"\0\0\0\0\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x05temp\0", "matlab-4"),
    (b"\xA5\x05\x19\0HR", "nortek"),
    (b"\xA5\x0B\x16\0HR", "nortek"),
    (b"MZ is the name of a cruise\n", "program"),
    (b"$GPGGA\n$GPRMC\n", "nmea"),
    (b"$GPG,1\n", "nmea"),
    (b"$GPGGAGPGG,1\n", "nmea"),
    (b"$GpGGA,1\n", "nmea"),
    (b"$1PGGA,1\n", "nmea"),
    (b"a\nb\n$GPGGA,1\n", "nmea"),
    (b"* Sea-Bird SBE 9 Data File:,,\n", "seabird"),
    (b"* Sea-Bird SBE 9 Data File:;;\n", "seabird"),
    (b"* Sea-Bird SBE 9 Data File:\n*END*\n0D0B6F0\n", "seabird-raw"),
    (b"* Sea-Bird SBE 9 Data File:\n*END*\n0D0B6F0X2A\n", "seabird-raw"),
    (b"* Sea-Bird SBE 9 Data File:\n# datcnv_scans_per_bottle = 48\n    Bottle        Time      Sal00\n", "seabird-bottles"),
    (b"C:\\cruise\\data\\ecoa2_001.bl\r\nSET Jun 25 2018 20:08:55\r\n", "seabird-bottle-log"),
    (b"C:\\cruise\\data\\ecoa2_001.bx\r\nRESET Jun 25 2018 20:08:55\r\n", "seabird-bottle-log"),
    (b"{\"type\", \"a\"}", "json"),
    (b"{type: 1}", "json"),
    (b"[1]", "json"),
    (b"[one, two]", "json"),
    (b"<1a>x</1a>", "xml"),
    (b"<a, b>", "xml"),
    (b"<a b", "xml"),
    (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.npyxl/", "excel"),
    (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xmlPK\x03\x04", "excel"),
];

#[test]
fn a_kind_needs_all_its_marks() {
    for (bytes, not) in NEAR_MISSES {
        assert!(KINDS.iter().any(|kind| kind.id == *not), "{not}");
        assert_ne!(
            Evidence::of(bytes, bytes.len() as u64).kind,
            *not,
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn further_forms_of_a_kind() {
    let matlab = |kind: u32, name: &[u8], order: fn(u32) -> [u8; 4]| {
        let fields = [kind, 2, 3, 1, name.len() as u32].map(order);
        [fields.as_flattened(), name].concat()
    };
    for (bytes, expected) in [
        (matlab(0, b"t_1\0", u32::to_le_bytes), "matlab-4"),
        (matlab(52, b"t\0", u32::to_le_bytes), "matlab-4"),
        (matlab(1052, b"t\0", u32::to_be_bytes), "matlab-4"),
        (
            matlab(0, &[&[b'a'; 63][..], &[0]].concat(), u32::to_le_bytes),
            "matlab-4",
        ),
        (
            b".git/annex/objects/MD5E-s12--abc.nc".to_vec(),
            "git-annex-pointer",
        ),
        (b"./grid.nc".to_vec(), "symbolic-link-text"),
        (b"bplist00\xD1\x01\x02SURL".to_vec(), "macos-location"),
        (b"\xA5\x0A\x15\0".to_vec(), "nortek"),
        (b"\xA5\x0C\xA0\0".to_vec(), "nortek"),
        (b"MZ\x90\0\x03\0".to_vec(), "program"),
        (b"\xCA\xFE\xBA\xBE\0".to_vec(), "program"),
        (b"words\n$GPGGA,1\n".to_vec(), "nmea"),
        (b"{}".to_vec(), "json"),
        (b"[ \"a\"]".to_vec(), "json"),
        (b"[{}]".to_vec(), "json"),
        (b"[1, 2]".to_vec(), "json"),
        (b"<_a/>".to_vec(), "xml"),
        (b"<a b='c'>".to_vec(), "xml"),
        (
            b"<?xml version='1.0'?><?x y?><!-- z --><!DOCTYPE a><a b".to_vec(),
            "xml",
        ),
    ] {
        assert_eq!(
            Evidence::of(&bytes, bytes.len() as u64).kind,
            expected,
            "{}",
            bytes.escape_ascii()
        );
    }
    // Pointers are short, and so are locations.
    for (bytes, kind, most) in [
        (
            &b"/annex/objects/MD5E-s12--abc.nc\n"[..],
            "git-annex-pointer",
            (32 << 10) - 1,
        ),
        (
            b"outs:\n- md5: a3\n  path: data.nc\n",
            "dvc-pointer",
            (32 << 10) - 1,
        ),
        (b"../common/grid.nc", "symbolic-link-text", 1023),
        (b"bplist00\xD1\x01\x02SURL", "macos-location", (8 << 10) - 1),
    ] {
        assert_eq!(Evidence::of(bytes, most).kind, kind);
        assert_ne!(Evidence::of(bytes, most + 1).kind, kind);
    }
    // The first 64 zeros suffice, and all bytes at hand must be zero.
    let mut zeros = vec![0; 65];
    assert_eq!(Evidence::of(&zeros[..64], 9000).kind, "zeros");
    zeros[64] = 1;
    assert_ne!(Evidence::of(&zeros, 65).kind, "zeros");
}

#[test]
fn texts_are_decoded_in_any_encoding_and_binary_is_none() {
    use super::sample::Sample;
    let text = |bytes: &[u8]| Sample::new(bytes, bytes.len() as u64).text().map(str::to_owned);
    let high = |high: usize, all: usize| [vec![0xE9; high], vec![b'a'; all - high]].concat();
    let rare = |rare: usize, all: usize| [vec![0x85; rare], vec![b'a'; all - rare]].concat();
    for (bytes, expected) in [
        (b"abc".to_vec(), Some("abc")),
        (b"\xEF\xBB\xBFabc".to_vec(), Some("abc")),
        (b"\xFF\xFEa\0\xE9\0".to_vec(), Some("aé")),
        (b"\xFE\xFF\0a\0\xE9".to_vec(), Some("aé")),
        ("aé".as_bytes().to_vec(), Some("aé")),
        ("aé".as_bytes()[..2].to_vec(), Some("a")),
        (
            b"a\t\n\r\x0C\x1A\x1Bb".to_vec(),
            Some("a\t\n\r\u{c}\u{1a}\u{1b}b"),
        ),
        (b"a\x07b".to_vec(), None),
        (b"a\x7Fb".to_vec(), None),
        (b"".to_vec(), None),
        (b"\xEF\xBB\xBF".to_vec(), None),
    ] {
        assert_eq!(text(&bytes).as_deref(), expected, "{}", bytes.escape_ascii());
    }
    // Up to a third of Latin-1, and a twentieth of what are control characters there.
    assert!(text(&high(20, 60)).is_some() && text(&high(21, 60)).is_none());
    assert!(text(&rare(3, 60)).is_some() && text(&rare(4, 60)).is_none());
    // Only the first 8 KiB are decoded.
    let long = [vec![b'a'; 8 << 10], vec![0; 9]].concat();
    assert_eq!(text(&long).map(|text| text.len()), Some(8 << 10));
}

#[test]
fn every_kind_has_a_case_or_a_simple_signature() {
    let seen: Vec<String> = CASES
        .iter()
        .map(|(bytes, _)| Evidence::of(bytes, bytes.len() as u64).kind)
        .collect();
    let missing: Vec<&str> = KINDS
        .iter()
        .map(|kind| kind.id)
        .filter(|id| !seen.iter().any(|seen| seen == id))
        .collect();
    assert!(missing.len() < KINDS.len() / 2, "{missing:?}");
    for kind in KINDS {
        let twice = KINDS.iter().filter(|other| other.id == kind.id).count();
        assert_eq!(twice, 1, "{}", kind.id);
        assert!(
            !kind.title.is_empty() && !kind.next_step.is_empty(),
            "{}",
            kind.id
        );
    }
}

#[test]
fn files_of_one_format_begin_with_the_same_words() {
    let words = |text: &str| text::first_words(text);
    assert_eq!(words("% Name: a_2010\n% B: 2"), words("% Name: 17\n% B: 9"));
    assert_eq!(words("#YY  MM DD hh mm\n1 2 3\nx"), Some("#YY MM DD".to_owned()));
    assert_eq!(
        words("R version 3.2.3 (2015)\nx"),
        Some("R version 9.9.9".to_owned())
    );
    let long = "x".repeat(10_000);
    assert!(words(&long).is_some_and(|words| words.len() < 40));
}

#[test]
fn evidence_is_a_sentence_and_survives_json() {
    let evidence = Evidence::of(b"\x7F\x7F\x10\x04\0\x06", 7000);
    assert_eq!(
        evidence.to_string(),
        "Teledyne RDI ADCP file (PD0) (7000 bytes, beginning with `\\x7f\\x7f\\x10\\x04\\x00\\x06`)"
    );
    let json = serde_json::to_string(&evidence).unwrap();
    assert!(json.contains(r#""first_bytes":"7f7f10040006""#), "{json}");
    assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), evidence);
    for bad in ["7", "7g", "7F7+", "é"] {
        let json = json.replace("7f7f10040006", bad);
        assert!(serde_json::from_str::<Evidence>(&json).is_err(), "{bad}");
    }
    let all: Vec<u8> = (0..=255).collect();
    let evidence = Evidence::of(&all, 256);
    assert_eq!(evidence.first_bytes, all[..32]);
}

/// Arbitrary bytes never cause a panic.
#[test]
fn any_beginning_has_a_kind() {
    let mut seed = 7u64;
    let mut random = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for (bytes, _) in CASES {
        for _ in 0..50 {
            let mut bytes = bytes.to_vec();
            bytes.truncate(random() % (bytes.len() + 1));
            if let Some(byte) = bytes.len().checked_sub(1).map(|last| random() % (last + 1)) {
                bytes[byte] = random() as u8;
            }
            let evidence = Evidence::of(&bytes, bytes.len() as u64 + random() as u64 % 3);
            assert!(!evidence.kind.is_empty() && !evidence.to_string().is_empty());
        }
    }
}
