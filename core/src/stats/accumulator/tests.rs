use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Push {
    Number(f64),
    Integer(i64),
    Missing(&'static str),
    Padding(u8),
    Invalid,
}

fn pushes() -> impl Strategy<Value = Vec<(Push, Option<u8>)>> {
    let push = prop_oneof![
        8 => (-1000i32..1000).prop_map(|n| Push::Number(f64::from(n) / 8.0)),
        1 => Just(Push::Number(f64::NAN)),
        1 => Just(Push::Number(-0.0)),
        1 => any::<i64>().prop_map(Push::Integer),
        1 => prop_oneof![Just("-999"), Just(""), Just("-999.00")].prop_map(Push::Missing),
        1 => any::<u8>().prop_map(Push::Padding),
        1 => Just(Push::Invalid),
    ];
    prop::collection::vec((push, prop::option::of(b'1'..b'9')), 0..3000)
}

fn of(pushes: &[(Push, Option<u8>)]) -> Accumulator {
    let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    for (push, flag) in pushes {
        let flag = flag.as_ref().map(std::slice::from_ref);
        match push {
            Push::Number(value) => accumulator.push_number(*value, flag),
            Push::Integer(value) => accumulator.push_integer(i128::from(*value), flag),
            Push::Missing(spelling) => accumulator.push_missing(spelling.as_bytes(), flag),
            Push::Padding(cells) => accumulator.push_padding(u64::from(*cells)),
            Push::Invalid => accumulator.push_invalid(flag),
        }
    }
    accumulator
}

fn padding(push: &Push) -> u64 {
    match push {
        Push::Padding(cells) => u64::from(*cells),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_cell_is_counted_once(pushes in pushes()) {
        let summary = of(&pushes).summary();
        let padding: u64 = pushes.iter().map(|(push, _)| padding(push)).sum();
        let observed = pushes.iter().filter(|(push, _)| !matches!(push, Push::Padding(_)));
        prop_assert_eq!((summary.total, summary.padding), (observed.clone().count() as u64 + padding, padding));
        let missing: u64 = summary.missing.values().sum();
        let cells = summary.count + missing + summary.invalid + summary.non_finite + summary.padding;
        prop_assert_eq!(summary.total, cells);
        let flagged = observed.filter(|(_, flag)| flag.is_some()).count() as u64;
        prop_assert_eq!(summary.flags.unwrap().values().map(|flag| flag.total).sum::<u64>(), flagged);
    }

    #[test]
    fn counts_by_flag_are_those_of_the_figures(pushes in pushes(), more in prop::bool::ANY) {
        let mut accumulator = of(&pushes);
        if more {
            // More flags than are kept apart.
            (0..300u32).for_each(|flag| accumulator.push_number(1.0, Some(flag.to_string().as_bytes())));
        }
        let figures = accumulator.flags().unwrap();
        let expected = figures.into_iter().map(|(flag, of)| (flag, (of.total, of.count)));
        prop_assert_eq!(accumulator.flag_counts().unwrap(), expected.collect());
    }

    #[test]
    fn merged_parts_are_the_whole(pushes in pushes(), cut in 0usize..3000) {
        let cut = cut.min(pushes.len());
        let mut merged = of(&pushes[..cut]);
        merged.merge(&of(&pushes[cut..]));
        let (merged, whole) = (merged.summary(), of(&pushes).summary());
        prop_assert_eq!(
            (merged.total, merged.count, &merged.missing, merged.invalid, merged.non_finite, merged.padding),
            (whole.total, whole.count, &whole.missing, whole.invalid, whole.non_finite, whole.padding)
        );
        prop_assert_eq!(&merged, &whole);
        let mut back = of(&pushes[cut..]);
        back.merge(&of(&pushes[..cut]));
        prop_assert_eq!(back.to_state(), of(&pushes).to_state());
    }

    #[test]
    fn a_state_comes_back_whole_and_a_damaged_one_is_refused_or_harmless(pushes in pushes(), at in 0usize..10_000, bit in 0u8..8) {
        let accumulator = of(&pushes);
        let mut state = accumulator.to_state();
        prop_assert_eq!(Accumulator::from_state(&state).unwrap().summary(), accumulator.summary());
        prop_assert_eq!(Accumulator::from_state(&state).unwrap().to_state(), state.clone());
        let at = at % state.len();
        state[at] ^= 1 << bit;
        let _ = Accumulator::from_state(&state);
        let _ = Accumulator::from_state(&state[..at]);
    }
}

#[test]
fn text_keeps_its_ends_and_is_shown_whatever_its_bytes() {
    let mut accumulator = Accumulator::new(Dtype::Text, false);
    for text in [&b"b\xff"[..], b"z\xff", b"a"] {
        accumulator.push_text(text, None);
    }
    let summary = accumulator.summary();
    assert_eq!(
        (summary.first.as_deref(), summary.last.as_deref()),
        (Some("a"), Some("z%FF"))
    );
    assert_eq!(
        (summary.distinct, summary.min, summary.quantiles, summary.flags),
        (3, None, None, None)
    );
}

#[test]
fn times_keep_the_earliest_and_the_latest() {
    let times = |all: &[&str]| {
        let mut accumulator = Accumulator::new(Dtype::Time, false);
        all.iter()
            .for_each(|time| accumulator.push_text(time.as_bytes(), None));
        accumulator
    };
    let mut merged = times(&["2020-03-01", "2020-02-01"]);
    merged.merge(&times(&["2020-02-15"]));
    let summary = merged.summary();
    assert_eq!(
        (summary.first.as_deref(), summary.last.as_deref()),
        (Some("2020-02-01"), Some("2020-03-01"))
    );
}

#[test]
fn times_of_several_forms_are_compared_as_moments() {
    let mut accumulator = Accumulator::new(Dtype::Time, false);
    for time in ["2020-02-01T01:00", "2020-02-01 12:00", "2020-02-01T11:00:00Z"] {
        accumulator.push_text(time.as_bytes(), None);
    }
    let summary = accumulator.summary();
    assert_eq!(
        (summary.first.as_deref(), summary.last.as_deref()),
        (Some("2020-02-01T01:00"), Some("2020-02-01 12:00"))
    );
}

#[test]
fn values_of_chosen_flags_are_merged() {
    let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    for (value, flag) in [(1.0, "1"), (5.0, "2"), (99.0, "4"), (3.0, "1"), (7.0, "")] {
        accumulator.push_number(value, Some(flag.as_bytes()));
    }
    accumulator.push_missing(b"-999", Some(b"1"));
    let summary = accumulator.summary();
    let (flags, count, numbers) = accumulator.of_flags(|flag| flag == b"1" || flag == b"2", &summary);
    assert_eq!((flags, count), (vec!["1".to_owned(), "2".to_owned()], 3));
    assert_eq!(
        (numbers.min, numbers.max, numbers.mean),
        (Some(Scalar::Number(1.0)), Some(Scalar::Number(5.0)), Some(3.0))
    );
}

#[test]
fn if_all_values_have_chosen_flags_their_figures_are_those_of_the_summary() {
    let numbers = |flags: [&[u8]; 2], wanted: &[&[u8]]| {
        let mut accumulator = Accumulator::new(Dtype::Decimal, true);
        for value in 0..100 {
            accumulator.push_number(f64::from(value) / 7.0, Some(flags[value as usize % 2]));
        }
        accumulator.push_missing(b"-999", Some(b"9"));
        accumulator.of_flags(|flag| wanted.contains(&flag), &accumulator.summary())
    };
    let (_, count, all) = numbers([b"1", b"2"], &[b"1", b"2"]);
    // A flag without a value does not have them read again; one with a value does.
    let (_, count_of_one, of_one) = numbers([b"1", b"1"], &[b"1"]);
    assert_eq!((count, &all), (count_of_one, &of_one));
    let (_, count_of_half, of_half) = numbers([b"1", b"2"], &[b"1"]);
    assert_eq!((count, count_of_half), (100, 50));
    assert_ne!(all.mean, of_half.mean);
}

#[test]
fn merged_text_keeps_the_least_and_the_greatest() {
    let text = |all: &[&str]| {
        let mut accumulator = Accumulator::new(Dtype::Text, false);
        all.iter()
            .for_each(|text| accumulator.push_text(text.as_bytes(), None));
        accumulator
    };
    let mut merged = text(&["m", "n"]);
    merged.merge(&text(&["a", "b"]));
    assert_eq!(
        (
            merged.summary().first.as_deref(),
            merged.summary().last.as_deref()
        ),
        (Some("a"), Some("n"))
    );
}

#[test]
fn a_foreign_version_of_the_state_says_so() {
    assert!(
        Accumulator::from_state(&[99])
            .unwrap_err()
            .to_string()
            .contains("version 99")
    );
}

#[test]
fn frequent_values_are_one_of_twenty() {
    let mut accumulator = Accumulator::new(Dtype::Decimal, false);
    accumulator.push_numbers(&[0.5f32; 3], Flags::None);
    accumulator.push_numbers(&[1u8, 2, 3, 4, 5, 5], Flags::None);
    let frequent = accumulator.summary().frequent;
    let figures: Vec<_> = frequent.into_iter().map(|of| (of.value, of.count)).collect();
    assert_eq!(
        figures,
        [(NumberOrText::Number(0.5), 3), (NumberOrText::Number(5.0), 2)]
    );
    (0..60).for_each(|n| accumulator.push_number(f64::from(n) / 7.0, None));
    assert_eq!(accumulator.summary().frequent, []);
}

#[test]
fn many_flags_are_bounded_and_none_is_lost() {
    let mut accumulator = Accumulator::new(Dtype::Decimal, true);
    for flag in 0..1000 {
        accumulator.push_number(f64::from(flag), Some(flag.to_string().as_bytes()));
        accumulator.push_missing(b"", Some(flag.to_string().as_bytes()));
    }
    let flags = accumulator.summary().flags.unwrap();
    assert_eq!(flags.len(), 201);
    assert_eq!(flags.values().map(|flag| flag.count).sum::<u64>(), 1000);
    assert_eq!((flags["(other)"].total, flags["(other)"].count), (1600, 800));
}
