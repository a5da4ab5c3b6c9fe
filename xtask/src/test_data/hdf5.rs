//! HDF5: tables and arrays of every type, files that point out of themselves, files that declare more than they have; and
//! netCDF-4, which is HDF5 with marks.

use super::hdf5_file::{
    File, Message, Of, chunked, contiguous, dataspace, datatype, external, fill, filters, hard, soft,
    virtual_layout,
};
use super::ocean::Climate;
use super::{Files, put};
use xtask::random::Random;

/// What a hostile file would like to read: the environment of whoever opens it.
const SECRET: &str = "/proc/self/environ";

pub(super) fn write(files: &mut Files) {
    put(files, "test_data/hdf5/instrument.h5", instrument());
    put(files, "test_data/hdf5/points_outside.h5", points_outside());
    put(files, "test_data/hdf5/tangled.h5", tangled());
    put(files, "test_data/hdf5/deflate_bomb.h5", bomb());
    put(files, "tests/bad/hdf5/declares_terabytes.h5", terabytes());
    put(files, "tests/bad/hdf5/only_outside.h5", only_outside());
    put(files, "tests/bad/hdf5/root_lost.h5", root_lost());
    put(files, "test_data/netcdf/99DR20190412_ctd.nc", cchdo());
}

fn le<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|value| bytes(*value)).collect()
}

/// A table, an enumeration, texts, sequences, chunks that are stored in two ways, and a chunk that is not there.
fn instrument() -> Vec<u8> {
    let mut file = File::new();
    let table = Of::compound(
        14,
        &[
            ("time", 0, Of::float(8)),
            ("counts", 8, Of::integer(4, false)),
            ("gain", 12, Of::integer(2, true)),
        ],
    );
    let rows: Vec<u8> = (0..50u32)
        .flat_map(|row| {
            [
                &(f64::from(row) * 0.5).to_le_bytes()[..],
                &(row * 7).to_le_bytes(),
                &(-(row as i16)).to_le_bytes(),
            ]
            .concat()
        })
        .collect();
    let table = file.dataset(&table, &[50], &rows, &[File::text_attribute("units", "mixed")]);
    let state = Of::enumeration(&[("off", 0), ("on", 1), ("failed", -1)]);
    let state = file.dataset(&state, &[6], &[0, 1, 1, 255, 1, 0], &[]);
    let notes = file.in_heap(&[b"calibrated", b"in the water", b"", "gr\u{fc}n".as_bytes()], 1);
    let notes = file.dataset(&Of::string(), &[4], &notes, &[]);
    let spectra = file.in_heap(
        &[
            &le(&[1i32, 2, 3], i32::to_le_bytes),
            &le(&[-4i32], i32::to_le_bytes),
        ],
        4,
    );
    let spectra = file.dataset(&Of::sequence(&Of::integer(4, true)), &[2], &spectra, &[]);
    let (deflated, lzf) = (image(&mut file, true), image(&mut file, false));
    let codes = file.dataset(&Of::text(3), &[3], b"abcde\0   ", &[]);
    let refs = file.dataset(
        &Of::reference(),
        &[2],
        &[&table.to_le_bytes()[..], &[0; 8]].concat(),
        &[],
    );
    let inner = file.group(
        &[
            hard("deflated", 0, deflated),
            hard("lzf", 1, lzf),
            soft("table", 2, "/table"),
            soft("lost", 3, "/nowhere"),
        ],
        &[File::attribute(
            "serial",
            &Of::integer(4, true),
            &[],
            &4711i32.to_le_bytes(),
        )],
    );
    let links = [
        hard("table", 0, table),
        hard("state", 1, state),
        hard("notes", 2, notes),
        hard("spectra", 3, spectra),
        hard("codes", 4, codes),
        hard("references", 5, refs),
        hard("camera", 6, inner),
    ];
    let root = file.group(
        &links,
        &[File::text_attribute("title", "An instrument that was made up")],
    );
    file.finish(root)
}

/// 6 × 4 shorts in chunks of 3 × 4, of which the second is not there and is the fill value.
fn image(file: &mut File, deflated: bool) -> u64 {
    let values: Vec<u8> = le(
        &(0..12).map(|value| 100 + value).collect::<Vec<i16>>(),
        i16::to_le_bytes,
    );
    let (stored, pipeline) = match deflated {
        true => (stored_deflate(&values), filters(&[(1, &[6])])),
        // A run of literals.
        false => (
            [&[values.len() as u8 - 1][..], &values].concat(),
            filters(&[(32000, &[4, 261, 24])]),
        ),
    };
    let tree = file.chunks(&[(vec![0, 0], stored)], &[3, 0]);
    let of = Of::integer(2, true);
    let messages = [
        dataspace(&[6, 4], None),
        datatype(&of),
        chunked(tree, &[3, 4], 2),
        fill(&(-1i16).to_le_bytes()),
        pipeline,
    ];
    file.object(&messages)
}

/// zlib without compression, so that it is the same whoever writes it.
fn stored_deflate(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u16;
    [
        &[0x78, 0x01, 0x01][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        bytes,
        &adler(bytes).to_be_bytes(),
    ]
    .concat()
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    b << 16 | a
}

/// zlib of `runs` × 258 + 1 zeros, of which each run costs 13 bits.
fn deflated_zeros(runs: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    let mut code = |value: u32, length: u32| bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    code(0x30, 8);
    for _ in 0..runs {
        // Length 258 at a distance of 1.
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let packed = bits
        .chunks(8)
        .map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    // The sum of zeros: a stays 1, b counts them.
    let sum = ((runs * 258 + 1) % 65521) as u32;
    [0x78, 0x01]
        .into_iter()
        .chain(packed)
        .chain((sum << 16 | 1).to_be_bytes())
        .collect()
}

/// External storage, an external link and a virtual dataset, beside something that can be read.
fn points_outside() -> Vec<u8> {
    let mut file = File::new();
    let own = file.dataset(
        &Of::float(4),
        &[3],
        &le(&[1.5f32, 2.5, 3.5], f32::to_le_bytes),
        &[],
    );
    let stolen = external_storage(&mut file);
    let of = Of::integer(1, false);
    let elsewhere = file.object(&[dataspace(&[16], None), datatype(&of), virtual_layout()]);
    let links = [
        hard("own", 0, own),
        hard("environment", 1, stolen),
        external("linked", 2, SECRET, "/"),
        hard("virtual", 3, elsewhere),
    ];
    let root = file.group(&links, &[]);
    file.finish(root)
}

/// Bytes whose values are to be those of another file.
fn external_storage(file: &mut File) -> u64 {
    let names = [&[0; 8], SECRET.as_bytes(), &[0; 6]].concat();
    let segment = file.put(&names);
    let heap = [
        &b"HEAP\0\0\0\0"[..],
        &(names.len() as u64).to_le_bytes(),
        &1u64.to_le_bytes(),
        &segment.to_le_bytes(),
    ]
    .concat();
    let heap = file.put(&heap);
    // Version, one slot of one used: name at byte 8 of the heap, from its first byte on, 64 bytes.
    let mut list = vec![1, 0, 0, 0, 1, 0, 1, 0];
    for field in [heap, 8, 0, 64] {
        list.extend(field.to_le_bytes());
    }
    let layout = contiguous(u64::MAX, 64);
    file.object(&[
        dataspace(&[64], None),
        datatype(&Of::integer(1, false)),
        layout,
        (0x0007, list),
    ])
}

fn only_outside() -> Vec<u8> {
    let mut file = File::new();
    let stolen = external_storage(&mut file);
    let root = file.group(&[hard("environment", 0, stolen)], &[]);
    file.finish(root)
}

/// A group that holds itself, groups within groups within groups, and many attributes.
fn tangled() -> Vec<u8> {
    let mut file = File::new();
    let value = file.dataset(&Of::integer(2, true), &[2], &[1, 0, 2, 0], &[]);
    let mut inner = file.group(&[hard("value", 0, value)], &[]);
    for _ in 0..100 {
        inner = file.group(&[hard("deeper", 0, inner)], &[]);
    }
    let attributes: Vec<Message> = (0..300)
        .map(|at| File::attribute(&format!("a{at}"), &Of::integer(1, false), &[], &[at as u8]))
        .collect();
    let of = file.dataset(
        &Of::integer(4, false),
        &[2],
        &le(&[7u32, 8], u32::to_le_bytes),
        &attributes,
    );
    // The root's own address is where it is going to be.
    let root = file.next();
    let root = file.group(
        &[
            hard("many", 0, of),
            hard("deep", 1, inner),
            hard("itself", 2, root),
        ],
        &[],
    );
    file.finish(root)
}

/// 2 MB of zeros in 13 kB, as one chunk.
fn bomb() -> Vec<u8> {
    let mut file = File::new();
    let runs = 8_000;
    let bytes = runs * 258 + 1;
    let tree = file.chunks(&[(vec![0], deflated_zeros(runs))], &[bytes as u64]);
    let of = Of::integer(1, false);
    let messages = [
        dataspace(&[bytes as u64], None),
        datatype(&of),
        chunked(tree, &[bytes as u32], 1),
        filters(&[(1, &[9])]),
    ];
    let zeros = file.object(&messages);
    let root = file.group(&[hard("zeros", 0, zeros)], &[]);
    file.finish(root)
}

/// 8.8 TB that are not there.
fn terabytes() -> Vec<u8> {
    let mut file = File::new();
    let of = Of::float(8);
    let messages = [
        dataspace(&[1_100_000, 1_000_000], None),
        datatype(&of),
        chunked(u64::MAX, &[1000, 1000], 8),
    ];
    let huge = file.object(&messages);
    let root = file.group(&[hard("huge", 0, huge)], &[]);
    file.finish(root)
}

/// The root group lies behind the end.
fn root_lost() -> Vec<u8> {
    File::new().finish(1 << 40)
}

/// netCDF-4 as CCHDO writes it: three casts of a section, temperature and oxygen with flags.
fn cchdo() -> Vec<u8> {
    const CASTS: usize = 3;
    const LEVELS: usize = 25;
    let sea = Climate {
        surface_temperature: 23.0,
        deep_temperature: 2.2,
        surface_salinity: 37.2,
        deep_silicate: 45.0,
    };
    let mut random = Random::new(40);
    let mut file = File::new();
    let scale = |file: &mut File, length: usize| {
        let name = format!("This is a netCDF dimension but not a netCDF variable. {length:9}");
        let marks = [
            File::text_attribute("CLASS", "DIMENSION_SCALE"),
            File::text_attribute("NAME", &name),
        ];
        file.dataset(&Of::float(4), &[length as u64], &vec![0; 4 * length], &marks)
    };
    let scales = [
        scale(&mut file, CASTS),
        scale(&mut file, LEVELS),
        scale(&mut file, 12),
    ];
    let along = |file: &mut File, axes: &[usize]| {
        let addresses: Vec<[u8; 8]> = axes.iter().map(|at| scales[*at].to_le_bytes()).collect();
        let references = file.in_heap(
            &addresses.iter().map(|address| &address[..]).collect::<Vec<_>>(),
            8,
        );
        File::attribute(
            "DIMENSION_LIST",
            &Of::sequence(&Of::reference()),
            &[axes.len() as u64],
            &references,
        )
    };
    let nan = |of: &Of, bytes: &[u8]| File::attribute("_FillValue", of, &[1], bytes);
    let mut links = vec![
        hard("N_PROF", 0, scales[0]),
        hard("N_LEVELS", 1, scales[1]),
        hard("string12", 2, scales[2]),
    ];
    let mut add = |name: &str, address: u64| links.push(hard(name, links.len() as u64, address));
    let single = |file: &mut File, of: &Of, data: &[u8], attributes: &[Message]| {
        let list = along(file, &[0]);
        file.dataset(of, &[CASTS as u64], data, &[&[list][..], attributes].concat())
    };
    let words = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(name, value)| File::text_attribute(name, value))
            .collect::<Vec<_>>()
    };
    let expocode = {
        let list = along(&mut file, &[0, 2]);
        file.dataset(
            &Of::text(1),
            &[CASTS as u64, 12],
            &b"99DR20190412".repeat(CASTS),
            &[list, File::text_attribute("whp_name", "EXPOCODE")],
        )
    };
    add("expocode", expocode);
    let kind = single(&mut file, &Of::text(1), b"CCC", &[]);
    add("profile_type", kind);
    let cast = single(
        &mut file,
        &Of::integer(1, true),
        &[1, 1, 2],
        &words(&[("whp_name", "CASTNO")]),
    );
    add("cast", cast);
    let station = single(
        &mut file,
        &Of::integer(2, true),
        &[12, 0, 13, 0, 14, 0],
        &words(&[("whp_name", "STNNBR")]),
    );
    add("station", station);
    let double = Of::float(8);
    let geometry = file.dataset(
        &double,
        &[],
        &f64::NAN.to_le_bytes(),
        &words(&[("geometry_type", "point")]),
    );
    add("geometry_container", geometry);
    let coordinate = |file: &mut File, values: [f64; CASTS], of: &[(&str, &str)]| {
        single(file, &double, &le(&values, f64::to_le_bytes), &words(of))
    };
    let latitude = coordinate(
        &mut file,
        [24.5, 24.5, 24.51],
        &[
            ("standard_name", "latitude"),
            ("units", "degree_north"),
            ("axis", "Y"),
        ],
    );
    add("latitude", latitude);
    let longitude = coordinate(
        &mut file,
        [-20.1, -18.7, -17.3],
        &[
            ("standard_name", "longitude"),
            ("units", "degree_east"),
            ("axis", "X"),
        ],
    );
    add("longitude", longitude);
    let time = coordinate(
        &mut file,
        [25303.25, 25303.75, 25304.5],
        &[
            ("standard_name", "time"),
            ("units", "days since 1950-01-01T00:00:00+00:00"),
            ("calendar", "gregorian"),
            ("axis", "T"),
        ],
    );
    add("time", time);
    let (mut pressure, mut temperature, mut flags) = (vec![], vec![], vec![]);
    for cast in 0..CASTS {
        for level in 0..LEVELS {
            let there = level < LEVELS - 4 * cast;
            let p = 10.0 + 40.0 * level as f64;
            pressure.push(if there { p } else { f64::NAN });
            temperature.push(if there {
                (sea.at(p).temperature + random.noise(0.05)) as f32
            } else {
                f32::NAN
            });
            flags.push(match () {
                () if !there => 9u8,
                () if random.happens(0.1) => 3,
                () => 2,
            });
        }
    }
    let shape = [CASTS as u64, LEVELS as u64];
    let level = |file: &mut File, of: &Of, data: &[u8], attributes: Vec<Message>| {
        let list = along(file, &[0, 1]);
        let tree = file.chunks(&[(vec![0, 0], stored_deflate(data))], &[shape[0], 0]);
        let size = data.len() / (CASTS * LEVELS);
        let layout = chunked(tree, &[CASTS as u32, LEVELS as u32], size as u32);
        let own = [
            dataspace(&shape, None),
            datatype(of),
            layout,
            filters(&[(1, &[4])]),
            list,
        ];
        file.object(&[&own[..], &attributes].concat())
    };
    let mut attributes = words(&[
        ("whp_name", "CTDPRS"),
        ("standard_name", "sea_water_pressure"),
        ("units", "dbar"),
        ("axis", "Z"),
        ("positive", "down"),
    ]);
    attributes.push(nan(&double, &f64::NAN.to_le_bytes()));
    let address = level(&mut file, &double, &le(&pressure, f64::to_le_bytes), attributes);
    add("pressure", address);
    let mut attributes = words(&[
        ("whp_name", "CTDTMP"),
        ("standard_name", "sea_water_temperature"),
        ("units", "degC"),
        ("ancillary_variables", "ctd_temperature_qc"),
    ]);
    attributes.push(nan(&Of::float(4), &f32::NAN.to_le_bytes()));
    let address = level(
        &mut file,
        &Of::float(4),
        &le(&temperature, f32::to_le_bytes),
        attributes,
    );
    add("ctd_temperature", address);
    let samples = le(
        &(0..(CASTS * LEVELS) as i16).collect::<Vec<i16>>(),
        i16::to_le_bytes,
    );
    let address = level(
        &mut file,
        &Of::integer(2, true),
        &samples,
        words(&[("whp_name", "SAMPNO")]),
    );
    add("sample", address);
    let byte = Of::integer(1, true);
    let mut attributes = words(&[
        ("standard_name", "status_flag"),
        (
            "flag_meanings",
            "no_flag_assigned acceptable questionable bad not_sampled",
        ),
    ]);
    attributes.push(nan(&byte, &[9]));
    attributes.push(File::attribute("flag_values", &byte, &[5], &[0, 2, 3, 4, 9]));
    let address = level(&mut file, &byte, &flags, attributes);
    add("ctd_temperature_qc", address);
    let globals = words(&[
        ("Conventions", "CF-1.8 CCHDO-1.0"),
        ("featureType", "profile"),
        ("_NCProperties", "version=2,netcdf=made up"),
    ]);
    let root = file.group(&links, &globals);
    file.finish(root)
}
