//! Marks the checks that have nothing to check in an object, such as those of flags in a file without flags.

use data_review_core::ReviewBuilder;
use whp_exchange::{Code, DataType, Header, Kind, Role, codes};

use crate::codes::info;
use crate::findings::Findings;

/// What the files of an object contain, and which checks can therefore fail.
#[derive(Default)]
pub(crate) struct Seen {
    rows: bool,
    /// A cast of more than one row.
    levels: bool,
    /// A CTD cast, which has headers.
    headers: bool,
    units: bool,
    flag_columns: bool,
    /// Flags of a WOCE scheme, which are compared with their values.
    flags: bool,
    numbers: bool,
    texts: bool,
    ranges: bool,
    pressures: bool,
    samples: bool,
    positions: bool,
    dates: bool,
    bottle_dates: bool,
    times: bool,
    /// A creation stamp with a date.
    stamp_dates: bool,
    /// END_DATA.
    ends: bool,
}

impl Seen {
    /// Adds the header of a file.
    pub(crate) fn add_header(&mut self, header: &Header) {
        let has = |name| header.column(name).is_some() || header.line(name).is_some();
        self.headers |= !header.headers.is_empty();
        self.dates |= has("DATE") || has("BTL_DATE");
        self.times |= has("TIME") || has("BTL_TIME");
        self.positions |= has("LATITUDE") || has("LONGITUDE");
        self.bottle_dates |= has("BTL_DATE") && has("DATE");
        self.stamp_dates |= header.created().is_some();
        self.samples |= has("SAMPNO") || has("BTLNBR");
        self.units |= header.columns.iter().any(|column| column.unit.is_some());
        let is_flag = |role| matches!(role, Role::Flag { .. });
        self.flag_columns |= header.columns.iter().any(|column| is_flag(column.role));
    }

    /// Adds the number of rows and casts of a file, and whether END_DATA was found.
    pub(crate) fn add_rows(&mut self, header: &Header, rows: u64, casts: u64, has_end: bool) {
        self.ends |= has_end;
        self.levels |= rows > casts;
        if rows == 0 {
            return;
        }
        self.rows = true;
        self.pressures |= header.column("CTDPRS").is_some();
        for column in &header.columns {
            self.flags |= column.scheme().is_some();
            self.ranges |= column.range().is_some();
            match column.data_type() {
                Some(DataType::String) => self.texts = true,
                Some(_) => self.numbers = true,
                None => {}
            }
        }
    }

    /// Marks every check of this kind of file that does not apply as not applicable.
    pub(crate) fn report(&self, kind: Kind, findings: &Findings, review: &mut ReviewBuilder) {
        let has_units = !findings.has(&codes::UNIT_LINE_MISSING);
        let in_cells = self.rows || self.headers;
        let conditions: &[(bool, &[&Code])] = &[
            (
                self.rows,
                &[&codes::RAGGED_ROW, &codes::PADDED_FILL, &codes::UNUSUAL_FILL],
            ),
            (in_cells, &[&codes::BLANK_CELL]),
            (
                self.numbers || self.headers,
                &[&codes::NOT_A_NUMBER, &codes::NUMBER_FORM],
            ),
            (self.numbers, &[&codes::PRECISION_VARIES]),
            (self.texts, &[&codes::QUOTED_CELL]),
            (self.ranges || self.headers, &[&codes::OUT_OF_RANGE]),
            (has_units, &[&codes::UNIT_COUNT]),
            (has_units && self.units, &[&codes::UNITS_SHIFTED]),
            (
                self.flag_columns,
                &[
                    &codes::FLAG_ORPHAN,
                    &codes::FLAG_LEGACY,
                    &codes::FLAG_NOT_EXPECTED,
                ],
            ),
            (self.flag_columns && has_units, &[&codes::FLAG_UNIT]),
            (
                self.flags,
                &[
                    &codes::COLUMNS_SHIFTED,
                    &codes::FLAGS_SHIFTED,
                    &codes::FLAG_ZERO,
                    &codes::FLAG_UNUSED,
                    &codes::FLAG_BAD,
                    &codes::FLAG_BLANK,
                    &codes::FLAG_FILL,
                    &codes::VALUE_UNDER_FILL_FLAG,
                    &codes::FILL_UNDER_VALUE_FLAG,
                ],
            ),
            (self.dates, &[&codes::DATE_IMPOSSIBLE, &codes::DATE_FORM]),
            (self.dates && self.stamp_dates, &[&codes::DATE_FUTURE]),
            (self.times, &[&codes::TIME_IMPOSSIBLE, &codes::TIME_FORM]),
            (self.positions, &[&codes::POSITION_IMPOSSIBLE]),
            (self.ends, &[&codes::END_DATA_FORM, &codes::FILE_BEHIND_END]),
        ];
        let of_bottles: &[(bool, &[&Code])] = &[
            (self.rows && self.samples, &[&codes::KEY_REPEATED]),
            (
                self.levels && (self.dates || self.times || self.positions),
                &[&codes::COORDINATE_VARIES],
            ),
            (self.bottle_dates, &[&codes::BOTTLE_TIME]),
        ];
        let of_casts: &[(bool, &[&Code])] = &[
            (
                self.headers,
                &[
                    &codes::NUMBER_HEADERS,
                    &codes::HEADER_FORM,
                    &codes::HEADER_REPEATED,
                    &codes::HEADER_UNKNOWN,
                ],
            ),
            (
                self.pressures,
                &[
                    &codes::PRESSURE_NEGATIVE,
                    &codes::PRESSURE_REPEATS,
                    &codes::PRESSURE_DECREASES,
                ],
            ),
        ];
        let specific = match kind {
            Kind::Bottle => of_bottles,
            Kind::Ctd => of_casts,
        };
        let without = conditions.iter().chain(specific).filter(|(is_met, _)| !is_met);
        for code in without.flat_map(|(_, codes)| *codes) {
            review.not_applicable(&info(code));
        }
    }
}
