//! The meaning of stored values: fill values, packing and the valid range (netCDF User's Guide, "Attribute
//! Conventions").

/// A stored value that means a missing value, and the attribute that declares it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// The attribute: `_FillValue` or `missing_value`, or `default fill`.
    pub declared_by: &'static str,
    /// The value as it is stored, before unpacking.
    pub value: f64,
    /// The same value exactly, if it is an integer.
    pub integer: Option<i128>,
}

/// The meaning of the stored values of one variable. By default each stored value is the value itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Stored values that mean a missing value; the first one that matches gives the reason.
    pub fills: Vec<Fill>,
    /// `scale_factor` and `add_offset`: value = stored × scale + offset.
    pub packing: Option<(f64, f64)>,
    /// Least and greatest valid value, both inclusive; `None` without such a bound.
    pub valid: (Option<f64>, Option<f64>),
    /// Whether the valid range applies to unpacked values; otherwise it applies to stored values.
    pub valid_is_unpacked: bool,
    /// The character of which a missing text consists.
    pub fill_char: Option<u8>,
    /// Whether the last dimension of characters is the length of texts.
    pub texts: bool,
}

impl Rules {
    pub(crate) fn fill(&self, value: f64) -> Option<&'static str> {
        let is_fill = |fill: &&Fill| fill.value == value || (fill.value.is_nan() && value.is_nan());
        self.fills.iter().find(is_fill).map(|fill| fill.declared_by)
    }

    /// Number of values before the first that means a missing value.
    pub(crate) fn before_fill(&self, values: &[f64]) -> usize {
        let is = |fill: f64| {
            let is_nan = fill.is_nan();
            move |value: f64| (value == fill) | (is_nan & value.is_nan())
        };
        match self.fills.as_slice() {
            [] => values.len(),
            [one] => {
                let is_one = is(one.value);
                leading(values, |value| !is_one(value))
            }
            [one, other] => {
                let (is_one, is_other) = (is(one.value), is(other.value));
                leading(values, |value| !(is_one(value) | is_other(value)))
            }
            _ => leading(values, |value| !self.is_missing(value)),
        }
    }

    /// Whether there is a least or a greatest valid value.
    pub(crate) fn has_valid_range(&self) -> bool {
        self.valid != (None, None)
    }

    pub(crate) fn fill_integer(&self, value: i128) -> Option<&'static str> {
        self.fills
            .iter()
            .find(|fill| fill.integer == Some(value))
            .map(|fill| fill.declared_by)
    }

    /// Whether a text consists of the fill character only; false for an empty text.
    pub(crate) fn is_fill_text(&self, bytes: &[u8]) -> bool {
        self.fill_char
            .is_some_and(|fill| !bytes.is_empty() && bytes.iter().all(|byte| *byte == fill))
    }

    /// Whether a stored value means a missing value.
    pub fn is_missing(&self, value: f64) -> bool {
        self.fill(value).is_some()
    }

    /// The value that a stored value stands for, after unpacking.
    pub fn unpack(&self, value: f64) -> f64 {
        match self.packing {
            Some((scale, offset)) => value * scale + offset,
            None => value,
        }
    }

    /// Whether a stored value is in the valid range. Against a range of unpacked values half a step of the packing is
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

/// Number of elements before the first for which `holds` does not.
pub(crate) fn leading<T: Copy>(elements: &[T], holds: impl Fn(T) -> bool) -> usize {
    /// Elements that are looked at together, without a branch.
    const STEP: usize = 16;
    let steps = elements.chunks_exact(STEP);
    let others = |step: &[T]| {
        step.iter()
            .map(|element| u64::from(!holds(*element)))
            .sum::<u64>()
    };
    let steps = steps.take_while(|step| others(step) == 0);
    let start = steps.count() * STEP;
    let rest = elements[start..].iter();
    start + rest.take_while(|element| holds(**element)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_before_a_fill_are_counted() {
        let fill = |value| Fill {
            declared_by: "_FillValue",
            value,
            integer: None,
        };
        let fills = [fill(-999.0), fill(f64::NAN), fill(1e20)];
        for number in 0..=fills.len() {
            let rules = Rules {
                fills: fills[..number].to_vec(),
                ..Rules::default()
            };
            for length in [0, 1, 15, 16, 17, 40] {
                for end in 0..length {
                    let mut values = vec![1.5; length];
                    assert_eq!(rules.before_fill(&values), length);
                    for fill in &rules.fills {
                        values[end] = fill.value;
                        assert_eq!(rules.before_fill(&values), end, "{fill:?} of {length}");
                    }
                }
            }
        }
    }

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
