//! What stored values mean: fill values, packing and the valid range (netCDF User's Guide, "Attribute Conventions").

/// A stored value that means that there is no value, and the attribute that declares it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// `_FillValue`, `missing_value` or `default fill`.
    pub said_by: &'static str,
    /// The value as it is stored, before unpacking.
    pub value: f64,
    /// The same value exactly, where it is an integer.
    pub integer: Option<i128>,
}

/// How the stored values of one variable are understood. By default each is the value itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Stored values that are missing; the first one that matches names the reason.
    pub fills: Vec<Fill>,
    /// `scale_factor` and `add_offset`: value = stored × scale + offset.
    pub packing: Option<(f64, f64)>,
    /// Least and greatest valid value, both included.
    pub valid: (Option<f64>, Option<f64>),
    /// Whether the valid range is one of unpacked values; otherwise it is one of stored values.
    pub valid_is_unpacked: bool,
    /// The character that a missing text consists of.
    pub fill_char: Option<u8>,
    /// Whether the last dimension of characters is the length of texts.
    pub texts: bool,
}

impl Rules {
    pub(crate) fn fill(&self, value: f64) -> Option<&'static str> {
        let is_fill = |fill: &&Fill| fill.value == value || (fill.value.is_nan() && value.is_nan());
        self.fills.iter().find(is_fill).map(|fill| fill.said_by)
    }

    pub(crate) fn fill_integer(&self, value: i128) -> Option<&'static str> {
        self.fills
            .iter()
            .find(|fill| fill.integer == Some(value))
            .map(|fill| fill.said_by)
    }

    /// Whether a text consists of the fill character only; an empty one does not.
    pub(crate) fn is_fill_text(&self, bytes: &[u8]) -> bool {
        self.fill_char
            .is_some_and(|fill| !bytes.is_empty() && bytes.iter().all(|byte| *byte == fill))
    }

    /// Whether a stored value means that there is no value.
    pub fn is_missing(&self, value: f64) -> bool {
        self.fill(value).is_some()
    }

    /// The value that a stored one stands for.
    pub fn unpack(&self, value: f64) -> f64 {
        match self.packing {
            Some((scale, offset)) => value * scale + offset,
            None => value,
        }
    }

    /// Whether a stored value lies in the valid range. Against a range of unpacked values half a step of the packing is
    /// tolerated, so that rounding puts no value outside.
    pub fn is_valid(&self, stored: f64) -> bool {
        let (value, tolerance) = match self.packing {
            Some((scale, _)) if self.valid_is_unpacked => (self.unpack(stored), scale.abs() / 2.0),
            _ => (stored, 0.0),
        };
        let (least, most) = self.valid;
        least.is_none_or(|least| value >= least - tolerance)
            && most.is_none_or(|most| value <= most + tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_compared_with_stored_or_with_unpacked_values() {
        let mut rules = Rules {
            packing: Some((0.01, 20.0)),
            valid: (Some(-5.0), Some(40.0)),
            ..Rules::default()
        };
        let valid = |rules: &Rules| [-500.0, -5.0, 40.0, 500.0].map(|stored| rules.is_valid(stored));
        assert_eq!(valid(&rules), [false, true, true, false]);
        rules.valid_is_unpacked = true;
        assert_eq!(valid(&rules), [true; 4]);
        assert!(rules.is_valid(2000.0) && !rules.is_valid(2001.0));
        assert!(rules.is_valid(-2500.0) && !rules.is_valid(-2501.0));
        rules.packing = None;
        assert!(rules.is_valid(40.0) && !rules.is_valid(40.1));
    }
}
