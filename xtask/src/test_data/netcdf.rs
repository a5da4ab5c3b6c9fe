//! netCDF: an Argo profile, a grid, a trajectory with everything odd, and files that yield nothing.

use super::classic::{Classic, Data, Variable, text};
use super::ocean::Climate;
use super::{Files, put};
use xtask::random::Random;

const LEVELS: usize = 60;
const FILL: f32 = 99999.0;
const SEA: Climate = Climate {
    surface_temperature: 21.0,
    deep_temperature: 2.4,
    surface_salinity: 36.4,
    deep_silicate: 40.0,
};

pub(super) fn write(files: &mut Files) {
    put(files, "test_data/netcdf/R9900001_001.nc", argo(false).bytes());
    put(files, "test_data/netcdf/D9900001_002.nc", argo(true).bytes());
    put(files, "test_data/netcdf/sst_monthly.nc", grid().bytes());
    put(files, "test_data/netcdf/glider_odd.nc", odd().bytes());
    let whole = grid().bytes();
    put(
        files,
        "test_data/netcdf/sst_cut.nc",
        whole[..whole.len() * 2 / 3].to_vec(),
    );
    put(files, "tests/bad/netcdf/header_cut.nc", whole[..300].to_vec());
    let mut bytes = b"CDF\x01\0\0\0\0\0\0\0\x0A".to_vec();
    bytes.extend(u32::MAX.to_be_bytes());
    put(files, "tests/bad/netcdf/four_billion_dimensions.nc", bytes);
}

fn padded(value: &str, length: usize) -> Vec<u8> {
    format!("{value:<length$}").into_bytes()
}

fn chars(name: &'static str, dimensions: &[usize], value: Vec<u8>) -> Variable {
    let attributes = vec![("_FillValue", Data::Char(b" ".to_vec()))];
    Variable {
        name,
        dimensions: dimensions.to_vec(),
        attributes,
        data: Data::Char(value),
    }
}

/// Two profiles; the second is short, and the delayed one is flagged bad as a whole, its salinity stuck.
fn argo(delayed: bool) -> Classic {
    const PROFILES: usize = 2;
    let mut random = Random::new(if delayed { 31 } else { 30 });
    let (mut pressure, mut temperature, mut salinity, mut flags) = (vec![], vec![], vec![], vec![]);
    for profile in 0..PROFILES {
        for level in 0..LEVELS {
            let there = profile == 0 || level < 40;
            let p = 5.0 + 33.0 * level as f64;
            let water = SEA.at(p);
            let of = |value: f64| if there { value as f32 } else { FILL };
            pressure.push(of(p));
            temperature.push(of(water.temperature + random.noise(0.02)));
            salinity.push(if delayed {
                of(35.0)
            } else {
                of(water.salinity + random.noise(0.01))
            });
            flags.push(match () {
                () if !there => b' ',
                () if delayed => b'4',
                () if random.happens(0.05) => b'3',
                () => b'1',
            });
        }
    }
    let measured = |name, standard: &str, units: &str, (least, most): (f32, f32), data: Vec<f32>| Variable {
        name,
        dimensions: vec![0, 1],
        attributes: vec![
            text("standard_name", standard),
            ("_FillValue", Data::Float(vec![FILL])),
            text("units", units),
            ("valid_min", Data::Float(vec![least])),
            ("valid_max", Data::Float(vec![most])),
        ],
        data: Data::Float(data),
    };
    let number = |name, attributes: Vec<(&'static str, Data)>, data| Variable {
        name,
        dimensions: vec![0],
        attributes: [vec![("_FillValue", Data::Double(vec![99999.0]))], attributes].concat(),
        data: Data::Double(data),
    };
    let mode = if delayed { b"DD" } else { b"RA" };
    let mut pres = measured("PRES", "sea_water_pressure", "decibar", (0.0, 12000.0), pressure);
    pres.attributes.push(text("axis", "Z"));
    // The fill value of a date is another one.
    let mut juld = number(
        "JULD",
        vec![
            text("standard_name", "time"),
            text("units", "days since 1950-01-01 00:00:00 UTC"),
            text("axis", "T"),
        ],
        vec![25500.25, 25510.5],
    );
    juld.attributes[0].1 = Data::Double(vec![999_999.0]);
    let mut variables = vec![
        chars("DATA_TYPE", &[2], padded("Argo profile", 16)),
        chars("FORMAT_VERSION", &[3], padded("3.1", 4)),
        chars("HANDBOOK_VERSION", &[3], padded("1.2", 4)),
        chars(
            "PLATFORM_NUMBER",
            &[0, 4],
            [padded("9900001", 8), padded("9900001", 8)].concat(),
        ),
        chars(
            "STATION_PARAMETERS",
            &[0, 5, 2],
            ["PRES", "TEMP", "PSAL"]
                .repeat(2)
                .iter()
                .flat_map(|name| padded(name, 16))
                .collect(),
        ),
        Variable {
            name: "CYCLE_NUMBER",
            dimensions: vec![0],
            attributes: vec![("_FillValue", Data::Int(vec![99999]))],
            data: Data::Int(vec![1, 1]),
        },
        chars("DIRECTION", &[0], b"AA".to_vec()),
        chars(
            "DATA_CENTRE",
            &[0, 6],
            if delayed {
                b"XXIF".to_vec()
            } else {
                b"IFIF".to_vec()
            },
        ),
        chars("DATA_MODE", &[0], mode.to_vec()),
        juld,
        chars("JULD_QC", &[0], b"11".to_vec()),
        number(
            "LATITUDE",
            vec![text("units", "degree_north"), text("axis", "Y")],
            vec![34.25, if delayed { 134.5 } else { 34.5 }],
        ),
        number(
            "LONGITUDE",
            vec![text("units", "degree_east"), text("axis", "X")],
            vec![-42.5, -42.75],
        ),
        chars("POSITION_QC", &[0], b"11".to_vec()),
        chars(
            "POSITIONING_SYSTEM",
            &[0, 4],
            [padded("GPS", 8), padded("GPS", 8)].concat(),
        ),
        pres,
        chars("PRES_QC", &[0, 1], flags.clone()),
        measured(
            "TEMP",
            "sea_water_temperature",
            "degree_Celsius",
            (-2.5, 20.0),
            temperature,
        ),
        chars("TEMP_QC", &[0, 1], flags.clone()),
        measured("PSAL", "sea_water_salinity", "psu", (2.0, 41.0), salinity),
        chars("PSAL_QC", &[0, 1], flags),
    ];
    if delayed {
        // A required variable that is not there.
        variables.retain(|variable| variable.name != "HANDBOOK_VERSION");
    }
    Classic {
        version: 1,
        records: 0,
        dimensions: vec![
            ("N_PROF", PROFILES),
            ("N_LEVELS", LEVELS),
            ("STRING16", 16),
            ("STRING4", 4),
            ("STRING8", 8),
            ("N_PARAM", 3),
            ("STRING2", 2),
        ],
        attributes: vec![
            text("title", "Argo float vertical profile"),
            text("institution", "made up"),
            text("source", "Argo float"),
            text("history", "2020-01-01T00:00:00Z creation"),
            text("references", "none"),
            text("user_manual_version", "3.1"),
            text("Conventions", "Argo-3.1 CF-1.6"),
            text("featureType", "trajectoryProfile"),
        ],
        variables,
    }
}

/// Packed shorts by month along the record dimension, in a calendar without leap years, across the antimeridian.
fn grid() -> Classic {
    const MONTHS: usize = 12;
    let (latitudes, longitudes) = (18, 36);
    let mut random = Random::new(32);
    let mut packed = Vec::new();
    for _ in 0..MONTHS {
        for row in 0..latitudes {
            for _ in 0..longitudes {
                let warm = 28.0 - 1.4 * f64::from(row) + random.noise(0.5);
                let land = random.happens(0.1);
                packed.push(if land { -32768 } else { (warm * 100.0) as i16 });
            }
        }
    }
    // Some values that the file itself calls impossible.
    packed[40] = 4200;
    let degrees = |from: f64, step: f64, count: i32| {
        (0..count)
            .map(|at| (from + step * f64::from(at)) as f32)
            .collect()
    };
    let axis = |name, at: usize, units: &str, data| Variable {
        name,
        dimensions: vec![at],
        attributes: vec![text("units", units), text("standard_name", name)],
        data: Data::Float(data),
    };
    Classic {
        version: 2,
        records: MONTHS,
        dimensions: vec![
            ("time", 0),
            ("latitude", latitudes as usize),
            ("longitude", longitudes as usize),
        ],
        attributes: vec![
            text("Conventions", "CF-1.8"),
            text("title", "Surface temperature, made up"),
        ],
        variables: vec![
            Variable {
                name: "time",
                dimensions: vec![0],
                attributes: vec![
                    text("units", "days since 2001-01-01"),
                    text("calendar", "noleap"),
                    text("standard_name", "time"),
                ],
                data: Data::Double((0..MONTHS).map(|month| 15.0 + 30.0 * month as f64).collect()),
            },
            axis("latitude", 1, "degrees_north", degrees(0.5, 1.0, latitudes)),
            axis("longitude", 2, "degrees_east", degrees(165.0, 1.0, longitudes)),
            Variable {
                name: "sst",
                dimensions: vec![0, 1, 2],
                attributes: vec![
                    text("standard_name", "sea_surface_temperature"),
                    text("units", "degree_Celsius"),
                    ("scale_factor", Data::Double(vec![0.01])),
                    ("add_offset", Data::Double(vec![0.0])),
                    ("_FillValue", Data::Short(vec![-32768])),
                    ("valid_range", Data::Short(vec![-200, 4000])),
                ],
                data: Data::Short(packed),
            },
        ],
    }
}

/// Everything odd that a reader must survive, and a review must say.
fn odd() -> Classic {
    let count = 30;
    let plain = |name, attributes, data| Variable {
        name,
        dimensions: vec![0],
        attributes,
        data,
    };
    let numbers = |step: f64| (0..count).map(|at| step * f64::from(at)).collect::<Vec<f64>>();
    let mut time = numbers(60.0);
    time[7] = time[6];
    let mut depth: Vec<f32> = numbers(2.5).into_iter().map(|value| value as f32).collect();
    depth[3] = f32::NAN;
    depth[4] = 9.969_21e36;
    let mut bytes: Vec<i8> = (0..count).map(|at| at as i8).collect();
    bytes[0] = -1;
    bytes[1] = -56;
    Classic {
        version: 5,
        records: 0,
        dimensions: vec![("time", count as usize), ("length", 5)],
        attributes: vec![
            text("featureType", "glide"),
            ("institution", Data::Char(b"Universit\xE4t".to_vec())),
        ],
        variables: vec![
            plain(
                "time",
                vec![text("units", "seconds since 2021-06-01 00:00:00 +02:00")],
                Data::Double(time),
            ),
            plain(
                "lat",
                vec![text("units", "degrees_north")],
                Data::Double((0..count).map(|at| 59.5 + 0.01 * f64::from(at)).collect()),
            ),
            plain(
                "lon",
                vec![text("units", "degrees_east")],
                Data::Double((0..count).map(|at| 370.0 + 0.01 * f64::from(at)).collect()),
            ),
            plain(
                "depth",
                vec![text("standard_name", "depth"), text("units", "m")],
                Data::Float(depth),
            ),
            plain(
                "turbidity",
                vec![
                    text("_Unsigned", "true"),
                    ("_FillValue", Data::Byte(vec![-1])),
                    text("units", "NTU"),
                ],
                Data::Byte(bytes),
            ),
            plain(
                "counts",
                vec![
                    text("units", "frobs"),
                    text("coordinates", "time lat lon nowhere"),
                ],
                Data::Int64(
                    (0..i64::from(count))
                        .map(|at| 9_007_199_254_740_990 + at)
                        .collect(),
                ),
            ),
            plain(
                "voltage",
                vec![
                    text("standard_name", "no_such_name"),
                    text("units", "V"),
                    text("ancillary_variables", "voltage_flag"),
                ],
                Data::Float(vec![5.0; 30]),
            ),
            plain(
                "voltage_flag",
                vec![
                    ("flag_values", Data::Byte(vec![0, 1, 2])),
                    text("flag_meanings", "good suspect bad"),
                ],
                Data::Byte((0..count).map(|at| if at < 3 { 7 } else { 2 }).collect()),
            ),
            Variable {
                name: "label",
                dimensions: vec![0, 1],
                attributes: vec![],
                data: Data::Char(
                    (0..count)
                        .flat_map(|at| padded(if at % 4 == 0 { "" } else { "dive" }, 5))
                        .collect(),
                ),
            },
            plain("station", vec![], Data::UByte(vec![200; 30])),
        ],
    }
}
