//! The state is a function of the set: random data, partitions, orders and merge trees.

use std::collections::BTreeSet;

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use order_free_stats::{ByFlag, Counts, Distribution, Flags, Texts, Value};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

/// Number of random cases of the property at the heart of this crate: 1,000, or as many as `ORDER_FREE_STATS_CASES` says.
#[expect(clippy::disallowed_methods, reason = "a test may be asked to run for longer")]
fn cases() -> u32 {
    let asked = std::env::var("ORDER_FREE_STATS_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1000)
}

/// A reproducible source of numbers: one seed describes a case.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// One value as it is pushed.
#[derive(Debug, Clone, Copy)]
enum One {
    F64(f64),
    F32(f32),
    I64(i64),
    U64(u64),
    I16(i16),
    I8(i8),
    Wide(i128),
}

const ODD: [f64; 14] = [
    0.0,
    -0.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    1e-310,
    9_007_199_254_740_992.0,
    1e300,
    -1e-170,
];

fn one(random: &mut Random, kind: u64) -> One {
    match kind {
        0 => One::F64((random.below(60_000) as f64 - 2_000.0) / 1000.0),
        1 => One::F32(30.0 + random.below(9_000) as f32 / 1000.0),
        2 => One::F64(random.pick(&ODD)),
        3 => One::F64(f64::from_bits(random.next())),
        4 => One::I64(random.pick(&[i64::MIN, i64::MAX, 0, -1, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1])),
        5 => One::U64(u64::MAX - random.below(3_000)),
        6 => One::I16(random.next() as i16),
        7 => One::I8(random.next() as i8),
        8 => One::Wide(i128::from(random.next() as i64) * i128::from(random.next() as i64)),
        9 => One::I64(1_700_000_000_000_000_000 + random.below(5_000) as i64 * 1_000_001),
        10 => One::F32(f32::from_bits(random.next() as u32)),
        _ => One::F64(random.pick(&[1.5, 2.5, -7.25])),
    }
}

/// Random data: a mixture of a few kinds.
fn data(random: &mut Random) -> Vec<One> {
    let kinds: Vec<u64> = (0..1 + random.below(3)).map(|_| random.below(12)).collect();
    let most = random.pick(&[0, 1, 5, 40, 700]);
    let len = random.below(most + 1);
    let mut values = Vec::new();
    for _ in 0..len {
        let kind = random.pick(&kinds);
        let value = one(random, kind);
        let run = random.pick(&[1, 1, 1, 1, 7]);
        values.extend(std::iter::repeat_n(value, run));
    }
    values
}

fn push(state: &mut ByFlag, values: &[One], flag: Option<&[u8]>) {
    let flags = flag.map_or(Flags::None, Flags::All);
    let mut at = 0;
    while at < values.len() {
        // Neighbours of one type go in as one slice.
        macro_rules! slice {
            ($kind:ident) => {{
                let slice: Vec<_> = values[at..]
                    .iter()
                    .map_while(|one| match one {
                        One::$kind(value) => Some(*value),
                        _ => None,
                    })
                    .collect();
                state.push(&slice, flags);
                at += slice.len();
            }};
        }
        match values[at] {
            One::F64(_) => slice!(F64),
            One::F32(_) => slice!(F32),
            One::I64(_) => slice!(I64),
            One::U64(_) => slice!(U64),
            One::I16(_) => slice!(I16),
            One::I8(_) => slice!(I8),
            One::Wide(value) => {
                state.push_integer(value, flag);
                at += 1;
            }
        }
    }
}

/// Adds data in a random order and split, through a random tree of merges, some states written and read in between.
fn scrambled(random: &mut Random, values: &[(One, Option<u8>)], limit: usize) -> ByFlag {
    let mut shuffled = values.to_vec();
    if random.below(3) > 0 {
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at as u64 + 1) as usize);
        }
    }
    let mut parts: Vec<ByFlag> = (0..1 + random.below(6))
        .map(|_| ByFlag::with_limit(limit))
        .collect();
    let mut at = 0;
    while at < shuffled.len() {
        let flag = shuffled[at].1;
        let len = 1 + random.below(60) as usize;
        let run: Vec<One> = shuffled[at..]
            .iter()
            .take(len)
            .take_while(|(_, other)| *other == flag)
            .map(|(value, _)| *value)
            .collect();
        at += run.len();
        let part = random.below(parts.len() as u64) as usize;
        push(
            &mut parts[part],
            &run,
            flag.map(|flag| [flag]).as_ref().map(|flag| &flag[..]),
        );
    }
    while parts.len() > 1 {
        let other = parts.swap_remove(random.below(parts.len() as u64) as usize);
        let into = random.below(parts.len() as u64) as usize;
        parts[into].merge(&other);
        if random.below(4) == 0 {
            parts[into] = ByFlag::decode(&parts[into].encode()).expect("a state that was just written");
        }
    }
    parts.remove(0)
}

#[test]
fn any_partition_order_and_tree_of_merges_gives_the_same_bytes() {
    let mut exact = 0;
    for case in 0..cases() {
        let random = &mut Random(u64::from(case) << 20);
        let flags: &[Option<u8>] = match random.below(4) {
            0 => &[None],
            1 => &[Some(b'2')],
            2 => &[Some(b'2'), Some(b'4')],
            _ => &[None, Some(b'1'), Some(b'4'), Some(b'9')],
        };
        let values: Vec<(One, Option<u8>)> = data(random)
            .into_iter()
            .map(|value| (value, random.pick(flags)))
            .collect();
        let limit = random.pick(&[16, 17, 64, 256, 4096]);
        let first = scrambled(random, &values, limit);
        let bytes = first.encode();
        for _ in 0..2 {
            let other = scrambled(random, &values, limit);
            assert_eq!(other.encode(), bytes, "case {case}");
        }
        assert_eq!(ByFlag::decode(&bytes).unwrap().encode(), bytes, "case {case}");
        let mut total = Distribution::with_limit(limit);
        let mut alone = ByFlag::with_limit(limit);
        let plain: Vec<One> = values.iter().map(|(value, _)| *value).collect();
        push(&mut alone, &plain, None);
        total.merge(alone.unflagged().values());
        assert_eq!(first.total().encode(), total.encode(), "case {case}");
        exact += u32::from(total.read().is_exact());
        check_figures(&plain, &total).unwrap_or_else(|error| panic!("case {case}: {error}"));
    }
    assert!(
        exact > cases() / 5 && exact < cases(),
        "{exact} exact states: both kinds are needed"
    );
}

/// A value as an exact fraction; `None` for NaN and infinities.
fn exact(one: One) -> Option<BigRational> {
    match one {
        One::F64(value) => BigRational::from_float(value),
        One::F32(value) => BigRational::from_float(value),
        One::I64(value) => Some(BigRational::from_integer(value.into())),
        One::U64(value) => Some(BigRational::from_integer(value.into())),
        One::I16(value) => Some(BigRational::from_integer(value.into())),
        One::I8(value) => Some(BigRational::from_integer(value.into())),
        One::Wide(value) => Some(BigRational::from_integer(value.into())),
    }
}

fn fraction(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite figure")
}

/// Whether a non-negative figure is the `f64` nearest to `exact`, or to its root: `power` is 1 or 2.
fn is_nearest(figure: f64, exact: &BigRational, power: i32) -> bool {
    let half = BigRational::new(1.into(), 2.into());
    let middle = |one: f64, other: f64| ((fraction(one) + fraction(other)) * &half).pow(power);
    let is_even = figure.to_bits().is_multiple_of(2);
    let above = match figure.next_up() {
        next if next.is_finite() => Some(middle(figure, next)),
        _ => None,
    };
    let fits_above = above.is_none_or(|middle| *exact < middle || *exact == middle && is_even);
    let fits_below = figure == 0.0 || {
        let middle = middle(figure.next_down(), figure);
        *exact > middle || *exact == middle && is_even
    };
    fits_above && fits_below
}

fn check_figures(values: &[One], state: &Distribution) -> Result<(), String> {
    let read = state.read();
    let mut exact: Vec<BigRational> = values.iter().filter_map(|one| exact(*one)).collect();
    exact.sort();
    let check = |is_right: bool, what: &str| is_right.then_some(()).ok_or(format!("{what}: {read:?}"));
    check(read.count() == exact.len() as u64, "count")?;
    check(
        (state.count(), state.mean(), state.range())
            == (read.count(), read.mean(), read.min().zip(read.max())),
        "figures without reading",
    )?;
    check(
        read.nan() + read.infinite() == (values.len() - exact.len()) as u64,
        "not finite",
    )?;
    let (Some(least), Some(greatest)) = (exact.first(), exact.last()) else {
        return check(
            (read.min(), read.mean(), read.std(), read.quantile(0.5)) == (None, None, None, None),
            "nothing",
        );
    };
    let of_value = |value: Value| match value {
        Value::Number(number) => fraction(number),
        Value::Integer(integer) => BigRational::from_integer(integer.into()),
    };
    check(read.min().map(of_value).as_ref() == Some(least), "min")?;
    check(read.max().map(of_value).as_ref() == Some(greatest), "max")?;
    check(state.range() == read.min().zip(read.max()), "range")?;

    // Sums of fractions with denominators of 1,074 bits are slow; all have powers of two, so they are shifted to integers.
    let n = BigInt::from(exact.len());
    let scaled =
        |value: &BigRational| (value * BigRational::from_integer(BigInt::from(1) << 1074)).to_integer();
    let sum: BigInt = exact.iter().map(scaled).sum();
    let squares: BigInt = exact.iter().map(|value| scaled(value).pow(2)).sum();
    let mean = BigRational::new(sum.clone(), BigInt::from(1) << 1074) / &n;
    let figure = read.mean().ok_or("no mean")?;
    let (figure, mean) = match sum.sign() {
        Sign::Minus => (-figure, -mean),
        _ => (figure, mean),
    };
    check(is_nearest(figure, &mean, 1), "mean")?;
    let variance = BigRational::new(&n * squares - &sum * &sum, &n * &n * (BigInt::from(1) << 2148));
    check(is_nearest(read.std().ok_or("no std")?, &variance, 2), "std")?;

    let distinct = exact.iter().collect::<BTreeSet<_>>().len() as u64;
    let figure = read.distinct();
    match figure.is_exact {
        true => check(figure.count == distinct, "distinct")?,
        false => check(
            figure.count > state.limit() as u64 && figure.count <= read.count(),
            "distinct",
        )?,
    }
    for frequent in read.frequent(3) {
        let value = of_value(frequent.value);
        let from = exact.partition_point(|other| *other < value);
        let to = exact.partition_point(|other| *other <= value);
        check(frequent.count == (to - from) as u64, "frequent")?;
    }
    if let Some(histogram) = read.histogram(10) {
        check(histogram.counts.iter().sum::<u64>() == read.count(), "histogram")?;
    }

    // Quantiles are defined on `f64`.
    let rounded = |value: &BigRational| -> f64 {
        let integer = value.is_integer().then(|| value.to_integer());
        match integer.and_then(|integer| i128::try_from(integer).ok()) {
            Some(integer) => integer as f64,
            None => num_rational_to_f64(value),
        }
    };
    let sorted: Vec<f64> = exact.iter().map(rounded).collect();
    for fraction in [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0] {
        let place = fraction * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
        let share = place - place.floor();
        let truth = match above - below {
            width if !width.is_finite() => below * (1.0 - share) + above * share,
            width if share < 0.5 => below + width * share,
            width => above - width * (1.0 - share),
        };
        let quantile = read.quantile(fraction).ok_or("no quantile")?;
        let is_within = quantile.low <= truth && truth <= quantile.high;
        let is_ordered = quantile.low <= quantile.value && quantile.value <= quantile.high;
        let is_exact = !read.is_exact() || quantile.value == truth;
        check(
            is_within && is_ordered && is_exact,
            &format!("quantile {fraction}: {truth}, {quantile:?}"),
        )?;
    }
    Ok(())
}

/// A fraction that came from an `f64`.
fn num_rational_to_f64(value: &BigRational) -> f64 {
    use num_bigint::ToBigInt;
    let denominator = value.denom().bits() - 1;
    let numerator = value.numer();
    let low = numerator.magnitude().iter_u64_digits().next().unwrap_or(0);
    let zeros = numerator.magnitude().trailing_zeros().unwrap_or(0);
    let mantissa = match numerator.magnitude().bits() {
        ..=64 => low,
        _ => (numerator.magnitude() >> zeros)
            .iter_u64_digits()
            .next()
            .unwrap_or(0),
    };
    let zeros = if numerator.magnitude().bits() <= 64 {
        0
    } else {
        zeros
    };
    debug_assert!(value.numer().to_bigint().is_some());
    let mut number = mantissa as f64;
    // Two exact steps, so that numbers below 2^-1022 are not rounded on the way.
    let mut exponent = zeros as i64 - denominator as i64;
    while exponent < 0 {
        let step = exponent.max(-500);
        number *= 2f64.powi(step as i32);
        exponent -= step;
    }
    while exponent > 0 {
        let step = exponent.min(500);
        number *= 2f64.powi(step as i32);
        exponent -= step;
    }
    if numerator.sign() == Sign::Minus {
        -number
    } else {
        number
    }
}

#[test]
fn a_smaller_limit_wins_in_any_order() {
    let all: Vec<f64> = (0..3000).map(|n| f64::from(n * 7919 % 3000) / 7.0).collect();
    let of = |values: &[f64], limit| {
        let mut state = Distribution::with_limit(limit);
        state.push(values);
        state
    };
    let expected = of(&all, 64).encode();
    for (one, other) in [(64, 4096), (4096, 64), (64, 1000), (256, 64)] {
        let mut merged = of(&all[..1700], one);
        merged.merge(&of(&all[1700..], other));
        assert_eq!(merged.encode(), expected, "{one} and {other}");
    }
    let mut empty = Distribution::with_limit(64);
    empty.merge(&of(&all, 4096));
    assert_eq!(empty.encode(), expected);
    let mut lowered = of(&all, 4096);
    lowered.lower_limit(64);
    assert_eq!(lowered.encode(), expected);
}

#[test]
fn slices_of_every_type_are_the_same_values() {
    let small: Vec<i8> = (0..400).map(|n| (n % 100) as i8).collect();
    let mut expected = Distribution::default();
    small
        .iter()
        .for_each(|value| expected.push_many(f64::from(*value), 1));
    let expected = expected.encode();
    macro_rules! same {
        ($($of:ty),*) => {$(
            let values: Vec<$of> = small.iter().map(|value| *value as $of).collect();
            let mut state = Distribution::default();
            state.push(&values);
            assert_eq!(state.encode(), expected, stringify!($of));
        )*};
    }
    same!(i8, u8, i16, u16, i32, u32, i64, u64, f32, f64);
}

#[test]
fn flags_in_every_form_are_the_same_flags() {
    let values: Vec<f32> = (0..5000).map(|n| (n * 31 % 977) as f32 / 10.0).collect();
    let flags: Vec<u8> = (0..5000)
        .map(|n| if n > 3000 { b'2' } else { b"2349"[n % 4] })
        .collect();
    let mut bytes = ByFlag::default();
    bytes.push(&values, Flags::Bytes(&flags));
    let mut each = ByFlag::default();
    for (value, flag) in values.iter().zip(&flags) {
        each.push(&[*value], Flags::All(&[*flag]));
    }
    let names: [&[u8]; 4] = [b"9", b"4", b"3", b"2"];
    let code = |flag: &u8| names.iter().position(|name| name == &[*flag]).unwrap() as u16;
    let codes: Vec<u16> = flags.iter().map(code).collect();
    let mut coded = ByFlag::default();
    coded.push(
        &values,
        Flags::Coded {
            codes: &codes,
            names: &names,
        },
    );
    assert_eq!(bytes.encode(), each.encode());
    assert_eq!(bytes.encode(), coded.encode());
}

#[test]
fn many_flags_share_the_limit_and_the_last_place() {
    let of = |range: &mut dyn Iterator<Item = u32>| {
        let mut state = ByFlag::with_limit(64);
        for flag in range {
            let flag = flag.to_string();
            state.push(
                &[1.0, 2.0, f64::from(flag.len() as u8)],
                Flags::All(flag.as_bytes()),
            );
            state.push_absent(1, Some(flag.as_bytes()));
        }
        state
    };
    let all = of(&mut (0..1000));
    let mut merged = of(&mut (0..500).rev());
    merged.merge(&of(&mut (500..1000)));
    assert_eq!(merged.encode(), all.encode());
    let mut other_way = of(&mut (300..1000).rev());
    other_way.merge(&of(&mut (0..300)));
    assert_eq!(other_way.encode(), all.encode());
    assert_eq!(all.flags().count(), 200);
    assert_eq!(all.other().unwrap().values().read().count(), 2400);
    assert_eq!(all.total().read().count(), 3000);
    assert_eq!(ByFlag::decode(&all.encode()).unwrap().encode(), all.encode());
}

#[test]
fn all_values_are_read_with_and_without_a_copy() {
    let mut state = ByFlag::default();
    let mut steps: Vec<(Vec<f64>, Option<String>)> = vec![
        (Vec::new(), None),
        (vec![f64::NAN], Some("9".to_owned())),
        (vec![3.0, 4.0], Some("2".to_owned())),
        (vec![-1.0, 0.0], None),
        ((0..5000).map(f64::from).collect(), Some("1".to_owned())),
    ];
    steps.extend((0..300).map(|flag| (vec![7.5], Some(format!("flag {flag}")))));
    for (values, flag) in steps {
        match &flag {
            None => state.push(&values, Flags::None),
            Some(flag) => state.push(&values, Flags::All(flag.as_bytes())),
        }
        let (read, copied) = (state.read(), state.total().read());
        assert_eq!((read.count(), read.nan()), (copied.count(), copied.nan()));
        assert_eq!(
            (read.min(), read.max(), read.mean()),
            (copied.min(), copied.max(), copied.mean())
        );
        assert_eq!((read.std(), read.distinct()), (copied.std(), copied.distinct()));
        assert_eq!(read.quantile(0.3), copied.quantile(0.3));
        assert_eq!(read.frequent(5), copied.frequent(5));
    }
}

#[test]
fn texts_are_a_function_of_the_set() {
    for case in 0..cases() / 5 {
        let random = &mut Random(u64::from(case) << 30);
        let distinct = random.pick(&[1, 3, 30, 300]);
        let texts: Vec<Vec<u8>> = (0..random.below(600))
            .map(|_| {
                let text = random.below(distinct).to_string();
                text.repeat(random.pick(&[1, 1, 40])).into_bytes()
            })
            .collect();
        let limit = random.pick(&[1, 10, 40, 1024]);
        let mut scrambled = || {
            let mut parts: Vec<Texts> = (0..1 + random.below(4))
                .map(|_| Texts::with_limit(limit))
                .collect();
            let mut left = texts.clone();
            while !left.is_empty() {
                let text = left.swap_remove(random.below(left.len() as u64) as usize);
                let part = random.below(parts.len() as u64) as usize;
                parts[part].push(&text);
            }
            while parts.len() > 1 {
                let other = parts.pop().unwrap();
                let into = random.below(parts.len() as u64) as usize;
                parts[into].merge(&Texts::decode(&other.encode()).unwrap());
            }
            parts.remove(0)
        };
        let (one, other) = (scrambled(), scrambled());
        assert_eq!(one.encode(), other.encode(), "case {case}");
        assert_eq!(one.frequent(200), other.frequent(200), "case {case}");
        let different: BTreeSet<&Vec<u8>> = texts.iter().collect();
        let count = |text: &Vec<u8>| texts.iter().filter(|other| *other == text).count() as u64;
        let frequent = one.frequent(200);
        if let Some(last) = frequent.last() {
            let more = different.iter().filter(|text| count(text) > last.count);
            let shown = frequent.iter().filter(|shown| shown.count > last.count);
            assert_eq!(more.count(), shown.count(), "case {case}");
        }
        assert_eq!(one.is_exact(), different.len() <= limit, "case {case}");
        if one.is_exact() {
            assert_eq!(one.distinct().count, different.len() as u64);
        }
        // All texts are numbers, none of them longer than what is kept.
        let number = |text: &&&Vec<u8>| {
            let zeros = text.iter().take_while(|digit| **digit == b'0').count();
            (text.len() - zeros, text[zeros..].to_vec(), text.to_vec())
        };
        let least = different.iter().min_by_key(number);
        let greatest = different.iter().max_by_key(number);
        assert_eq!(one.least(), least.map(|text| text.as_slice()));
        assert_eq!(one.greatest(), greatest.map(|text| text.as_slice()));
    }
}

/// A state of each type and kind.
fn states() -> Vec<Vec<u8>> {
    let mut states = Vec::new();
    for seed in 0..60u64 {
        let random = &mut Random(seed);
        let values = data(random);
        let limit = random.pick(&[16, 4096]);
        let mut state = ByFlag::with_limit(limit);
        push(&mut state, &values, random.pick(&[None, Some(&b"2"[..])]));
        states.push(state.total().encode());
        states.push(state.encode());
        let (mut texts, mut counts) = (Texts::with_limit(limit), Counts::default());
        for value in &values {
            texts.push(format!("{value:?}").as_bytes());
            counts.push(format!("{value:?}").as_bytes(), 1);
        }
        states.push(texts.encode());
        states.push(counts.encode());
    }
    states
}

/// Reads bytes as every type. What is read has figures, merges, and is written as it was read.
fn read_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(state) = Distribution::decode(bytes) {
        let read = state.read();
        let _ = (
            read.quantile(0.3),
            read.distinct(),
            read.frequent(5),
            read.histogram(4),
            read.mean(),
        );
        let mut merged = state.clone();
        merged.merge(&state);
        let again = Distribution::decode(&state.encode());
        prop_assert!(again.is_ok_and(|again| again.encode() == state.encode()));
        prop_assert!(Distribution::decode(&merged.encode()).is_ok() || state.read().count() > 1 << 62);
    }
    if let Ok(mut state) = ByFlag::decode(bytes) {
        let _ = state.total().read();
        state.merge(&state.clone());
    }
    if let Ok(mut state) = Texts::decode(bytes) {
        let _ = (state.frequent(3).len(), state.distinct());
        state.merge(&state.clone());
    }
    if let Ok(mut state) = Counts::decode(bytes) {
        state.merge(&state.clone());
    }
    Ok(())
}

#[test]
fn hostile_bytes_are_an_error_or_a_state() {
    let states = states();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2000));
    let damage = (
        0..states.len(),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        any::<Option<prop::sample::Index>>(),
    );
    let damaged = runner.run(&damage, |(state, changes, cut)| {
        let mut bytes = states[state].clone();
        for (at, byte) in changes {
            let len = bytes.len();
            bytes[at.index(len)] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        read_all(&bytes)
    });
    damaged.unwrap();
    let random = (1u8..5, prop::collection::vec(any::<u8>(), 0..60));
    let random = runner.run(&random, |(form, mut bytes)| {
        bytes.insert(0, form);
        read_all(&bytes)
    });
    random.unwrap();
}
