//! Reads one variable block by block and computes its statistics.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::thread::LocalKey;

use array_file::{ArrayFile, Block, Blocks, Order, Problem, ProblemKind, Type, Variable};
use data_review_core::stats::{self, Accumulator, Dtype};
use data_review_core::{FlagClass, Place, ReviewBuilder};

use crate::codes;
use crate::decode::{Layout, Numbers, decode};
use crate::flags::{FlagKeys, Flags};
use crate::leaves::{Leaf, leaves};
use crate::rows::{Cells, Padding};
use crate::rules::{Rules, leading};
use crate::texts::{LONGEST, trimmed};

/// Most fields of a compound that get statistics of their own.
const MOST_LEAVES: usize = 1000;
/// Most times that the blocks of one variable are halved because they cannot be read as a whole.
const SPLITS: u32 = 64;
/// Numbers that are added to the statistics together: half a megabyte.
const MOST_KEPT: usize = 1 << 16;
/// Most places of values outside the valid range, and of blocks that cannot be read; a finding keeps as many.
const PLACES: usize = 10;

thread_local! {
    // Fresh memory for each block takes the system longer than it takes to fill it.
    /// The stored bytes of a block.
    static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    /// Its numbers.
    static REALS: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
    /// Its numbers that are not missing.
    static KEPT: Cell<Kept> = const {
        Cell::new(Kept {
            values: Vec::new(),
            codes: Vec::new(),
        })
    };
}

/// Keeps the memory of a buffer for the next block, unless that one is unlikely to be as large.
fn keep<T>(place: &'static LocalKey<Cell<Vec<T>>>, buffer: Vec<T>) {
    const MOST_BYTES: usize = 4 << 20;
    if buffer.capacity() * size_of::<T>() <= MOST_BYTES {
        place.set(buffer);
    }
}

/// How a variable is to be read: the meaning of its values, and its flags.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The variable to read.
    pub variable: &'a Variable,
    /// The meaning of its stored values.
    pub rules: Rules,
    /// The flags of its values, if it has some.
    pub flags: Option<Flags<'a>>,
}

impl Plan<'_> {
    /// Number of dimensions of the values. It is one less than that of the variable if the last dimension is the length
    /// of texts.
    pub fn rank(&self) -> usize {
        self.variable.shape.len() - usize::from(self.rules.texts)
    }

    fn blocks(&self) -> Blocks {
        match self.rules.texts {
            true => self.variable.blocks_of_texts(),
            false => self.variable.blocks(),
        }
    }
}

/// The statistics of one variable, or of one field of a compound variable.
pub struct Gathered {
    /// Path of the variable, followed by `.field` for a field.
    pub name: String,
    /// Type of the values, as they are stored.
    pub of: Type,
    /// The statistics of all values that were read.
    pub total: Accumulator,
    /// Number of values outside the valid range, without those that are flagged questionable, bad or missing.
    pub out_of_range: u64,
    /// Number of values outside the valid range that are flagged good.
    pub good_out_of_range: u64,
    /// Indices in each dimension of the first ten values outside the valid range.
    pub places: Vec<Vec<u64>>,
    /// First index of the blocks that cannot be read, with the reason: at most ten. Empty for all fields except the
    /// first.
    pub unreadable: Vec<(Vec<u64>, Problem)>,
    leaf: Rc<Leaf>,
    kept: Kept,
}

/// The numbers of a block that are not missing, until they are added to the statistics together.
#[derive(Debug, Default)]
struct Kept {
    values: Vec<f64>,
    /// The flag of each value as [`FlagKeys::codes`] says it; empty if the variable has no flags.
    codes: Vec<u16>,
}

impl Kept {
    /// Adds everything to `total` and forgets it.
    fn add_to(&mut self, total: &mut Accumulator, flags: Option<&FlagKeys>) {
        let names = flags.map(FlagKeys::names).unwrap_or_default();
        let flags = match flags {
            Some(_) => stats::Flags::Coded {
                codes: &self.codes,
                names: &names,
            },
            None => stats::Flags::None,
        };
        if total.dtype() == Dtype::Integer {
            // Integers that lie close together are counted in an array.
            let integers: Vec<i64> = self.values.iter().map(|value| *value as i64).collect();
            total.push_numbers(&integers, flags);
        } else {
            total.push_numbers(&self.values, flags);
        }
        self.values.clear();
        self.codes.clear();
    }
}

/// Reads a variable block by block and computes its statistics: one [`Gathered`], or one for each field of a compound
/// type.
///
/// Cells that are unused according to `padding` are counted as padding, and blocks that cannot be read as missing.
/// Damaged texts are reported to `review`; pass `None` if the variable was read before.
///
/// # Errors
/// The reason why nothing of the variable can be read.
pub fn gather(
    file: &ArrayFile,
    plan: &Plan<'_>,
    mut padding: Option<Padding<'_>>,
    mut review: Option<&mut ReviewBuilder>,
) -> Result<Vec<Gathered>, Problem> {
    let variable = plan.variable;
    if let Some(problem) = &variable.problem {
        return Err(problem.clone());
    }
    if let Some(padding) = padding.as_mut() {
        measure_cut_rows(file, plan, padding);
    }
    let mut gathered = start_all(plan);
    let mut is_read = false;
    let lost = each_block(file, plan, |block, bytes| {
        is_read = true;
        let flags = plan.flags.as_ref();
        let flags = flags.and_then(|flags| FlagKeys::read(file, flags, block, plan.rank()));
        let context = Context {
            file,
            plan,
            block,
            bytes,
            flags: flags.as_ref(),
            only_measure: false,
        };
        for one in &mut gathered {
            one.block(&context, padding.as_mut(), review.as_deref_mut());
        }
    });
    if let (false, Some((_, problem))) = (is_read, lost.first()) {
        return Err(problem.clone());
    }
    gathered.iter_mut().for_each(|one| one.total.settle());
    for (Block { start, count }, problem) in lost {
        let cells = count.iter().product();
        for one in &mut gathered {
            one.add_unreadable(cells, plan);
        }
        if let Some(one) = gathered.first_mut().filter(|one| one.unreadable.len() < PLACES) {
            one.unreadable.push((start, problem));
        }
    }
    Ok(gathered)
}

/// Finds the used lengths of rows that several blocks share, so that the first part of a row is not mistaken for all of
/// it.
fn measure_cut_rows(file: &ArrayFile, plan: &Plan<'_>, padding: &mut Padding<'_>) {
    let is_cut = plan
        .blocks()
        .next()
        .is_some_and(|block| !padding.rows.are_whole_in(&block));
    if !is_cut || !padding.counts || !padding.rows.has_unknown() {
        return;
    }
    let mut fields = start_all(plan);
    each_block(file, plan, |block, bytes| {
        let context = Context {
            file,
            plan,
            block,
            bytes,
            flags: None,
            only_measure: true,
        };
        for one in &mut fields {
            one.block(&context, Some(padding), None);
        }
    });
}

/// Calls `each` with every block that can be read. A block of which a part is missing is halved until its parts can be
/// read. Returns the blocks that cannot be read, with the reason.
fn each_block(
    file: &ArrayFile,
    plan: &Plan<'_>,
    mut each: impl FnMut(&Block, &[u8]),
) -> Vec<(Block, Problem)> {
    let (mut lost, mut splits) = (Vec::new(), SPLITS);
    let mut bytes = BYTES.take();
    for block in plan.blocks() {
        let mut todo = vec![block];
        while let Some(block) = todo.pop() {
            match file.read_into(plan.variable, &block.start, &block.count, &mut bytes) {
                Ok(()) => each(&block, &bytes),
                Err(problem) => match halves(plan, &block, &problem).filter(|_| splits > 0) {
                    Some([first, second]) => {
                        splits -= 1;
                        todo.extend([second, first]);
                    }
                    None => lost.push((block, problem)),
                },
            }
        }
    }
    keep(&BYTES, bytes);
    lost
}

/// The halves of a block of a truncated file, so that the existing part is read. `None` for a damaged chunk, which is
/// damaged as a whole.
fn halves(plan: &Plan<'_>, block: &Block, problem: &Problem) -> Option<[Block; 2]> {
    let is_whole = problem.kind != ProblemKind::Corrupt || !plan.variable.chunk.is_empty();
    let axis = block
        .count
        .iter()
        .position(|count| *count > 1)
        .filter(|_| !is_whole)?;
    // Texts of characters are not divided.
    if plan.rules.texts && axis + 1 == block.count.len() {
        return None;
    }
    let (mut first, mut second) = (block.clone(), block.clone());
    first.count[axis] /= 2;
    second.start[axis] += first.count[axis];
    second.count[axis] -= first.count[axis];
    Some([first, second])
}

fn start_all(plan: &Plan<'_>) -> Vec<Gathered> {
    let leaves = leaves(&plan.variable.of, MOST_LEAVES);
    leaves.into_iter().map(|leaf| start(plan, leaf)).collect()
}

fn start(plan: &Plan<'_>, leaf: Leaf) -> Gathered {
    let dtype = match inner(&leaf.of) {
        Type::Integer { .. } | Type::Enum { .. } | Type::Bits { .. } if plan.rules.packing.is_none() => {
            Dtype::Integer
        }
        of if of.is_number() => Dtype::Decimal,
        _ => Dtype::Text,
    };
    Gathered {
        name: format!("{}{}", plan.variable.path, leaf.suffix),
        of: match plan.variable.shape.last() {
            Some(length) if plan.rules.texts => Type::Text {
                length: *length as usize,
            },
            _ => leaf.of.clone(),
        },
        total: Accumulator::new(dtype, plan.flags.is_some()),
        out_of_range: 0,
        good_out_of_range: 0,
        places: Vec::new(),
        unreadable: Vec::new(),
        leaf: Rc::new(leaf),
        kept: Kept::default(),
    }
}

/// The type of the elements of a sequence; any other type itself.
fn inner(of: &Type) -> &Type {
    match of {
        Type::Sequence { base, .. } => base,
        of => of,
    }
}

/// A block that was read.
#[derive(Clone, Copy)]
struct Context<'a> {
    file: &'a ArrayFile,
    plan: &'a Plan<'a>,
    block: &'a Block,
    bytes: &'a [u8],
    flags: Option<&'a FlagKeys>,
    /// Whether only the used lengths of rows are needed, and no statistics.
    only_measure: bool,
}

impl Context<'_> {
    fn flag(&self, at: usize) -> Option<&[u8]> {
        self.flags.and_then(|flags| flags.get(at))
    }
}

impl Gathered {
    fn block(
        &mut self,
        context: &Context<'_>,
        mut padding: Option<&mut Padding<'_>>,
        mut review: Option<&mut ReviewBuilder>,
    ) {
        let Context {
            file, plan, bytes, ..
        } = *context;
        let leaf = Rc::clone(&self.leaf);
        let (of, rules) = (&leaf.of, &plan.rules);
        let size = of.size().unwrap_or(1);
        let layout = Layout {
            offset: leaf.offset,
            stride: plan.variable.of.size().unwrap_or(1),
            repeat: leaf.repeat(),
        };
        if self.count_small(context, padding.as_deref_mut(), layout) {
            return;
        }
        let value = |at: usize| layout.value(bytes, size, at);
        let mut reals = REALS.take();
        reals.clear();
        match (of, decode(of, bytes, layout, &mut reals)) {
            (_, Some(Numbers::Real)) => {
                let is_absent = |at: usize| reals[at].is_nan() || rules.is_missing(reals[at]);
                self.kept = KEPT.take();
                self.cells(context, padding, reals.len(), is_absent, |this, range| {
                    this.reals(&reals, range, context);
                });
                self.kept.add_to(&mut self.total, context.flags);
                KEPT.set(std::mem::take(&mut self.kept));
            }
            (_, Some(Numbers::Wide(values))) => {
                let is_absent = |at: usize| rules.fill_integer(values[at]).is_some();
                self.cells(context, padding, values.len(), is_absent, |this, range| {
                    this.integers(&values, range, context);
                });
            }
            (Type::Char, None) if rules.texts => {
                let length = plan.variable.shape.last().map_or(1, |length| *length as usize);
                let text = |at: usize| &bytes[at * length..(at + 1) * length];
                let is_absent = |at: usize| is_blank(text(at), rules);
                self.cells(
                    context,
                    padding,
                    bytes.len() / length.max(1),
                    is_absent,
                    |this, range| {
                        range.for_each(|at| this.text(text(at), rules, context.flag(at), 1));
                    },
                );
            }
            (Type::Char | Type::Text { .. }, None) => {
                let is_absent = |at: usize| is_blank(value(at), rules);
                self.cells(context, padding, layout.len(bytes), is_absent, |this, range| {
                    range.for_each(|at| this.text(value(at), rules, context.flag(at), 1));
                });
            }
            (Type::String { .. }, None) => {
                let is_absent = |at: usize| {
                    let text = file.resolve(value(at), 1);
                    text.is_ok_and(|text| is_blank(&text, rules))
                };
                self.cells(context, padding, layout.len(bytes), is_absent, |this, range| {
                    for at in range {
                        match file.resolve(value(at), 1) {
                            Ok(text) => this.text(&text, rules, context.flag(at), 1),
                            Err(problem) => this.lost(&problem, context, at, review.as_deref_mut()),
                        }
                    }
                });
            }
            (Type::Sequence { base, .. }, None) => {
                let has_some = |_| false;
                self.cells(context, padding, layout.len(bytes), has_some, |this, range| {
                    for at in range {
                        match file.resolve(value(at), base.size().unwrap_or(1)) {
                            Ok(values) => this.sequence(base, &values, context),
                            Err(problem) => this.lost(&problem, context, at, review.as_deref_mut()),
                        }
                    }
                });
            }
            // References, opaque bytes and arrays of compounds: only whether they are null, and how many differ.
            (_, None) => {
                let is_null = |at: usize| value(at).iter().all(|byte| *byte == 0);
                self.cells(context, padding, layout.len(bytes), is_null, |this, range| {
                    for at in range {
                        match is_null(at) {
                            true => this.total.push_missing(b"null", None),
                            false => this.total.push_text(value(at), None),
                        }
                    }
                });
            }
        }
        keep(&REALS, reals);
    }

    /// Passes the cells of a block, `len` in number, to `observed`, except padding.
    fn cells(
        &mut self,
        context: &Context<'_>,
        padding: Option<&mut Padding<'_>>,
        len: usize,
        is_absent: impl Fn(usize) -> bool,
        mut observed: impl FnMut(&mut Self, Range<usize>),
    ) {
        let Some(padding) = padding else {
            observed(self, 0..len);
            return;
        };
        let shared = padding.rows.shape().len();
        let count = &context.block.count;
        let rank = context.plan.rank();
        let inner = count[shared..rank].iter().product::<u64>() as usize * self.leaf.repeat();
        let cells = count[..shared].iter().product::<u64>() as usize;
        if cells.checked_mul(inner) != Some(len) {
            debug_assert!(false, "a block of another length than its shape");
            observed(self, 0..len);
            return;
        }
        padding.split(context.block, inner, is_absent, |cells| match cells {
            _ if context.only_measure => {}
            Cells::Observed(range) => observed(self, range),
            Cells::Padding(count) => self.total.push_padding(count),
        });
    }

    /// Counts cells whose bytes are missing or damaged.
    fn add_unreadable(&mut self, cells: u64, plan: &Plan<'_>) {
        let length = plan.variable.shape.last().copied().filter(|_| plan.rules.texts);
        let values = cells / length.unwrap_or(1).max(1) * self.leaf.repeat() as u64;
        self.total.push_missing_many(b"unreadable", None, values);
    }

    /// Length of each dimension: those of the variable without the length of texts, followed by those within an
    /// element. Sequences are counted one after the other.
    pub(crate) fn shape(&self, plan: &Plan<'_>) -> Vec<u64> {
        if matches!(self.leaf.of, Type::Sequence { .. }) {
            return vec![self.total.total()];
        }
        let outer = &plan.variable.shape[..plan.rank()];
        outer.iter().chain(&self.leaf.dims).copied().collect()
    }

    fn lost(
        &mut self,
        problem: &Problem,
        context: &Context<'_>,
        at: usize,
        review: Option<&mut ReviewBuilder>,
    ) {
        self.total.push_invalid(None);
        let Some(review) = review else { return };
        let message = || format!("{}: {problem}", self.name);
        review.found(&codes::STRING_DAMAGED, Some(&self.name), message, || {
            let index = context.block.index((at / self.leaf.repeat().max(1)) as u64);
            Some(Place::array(&context.plan.variable.path, index))
        });
    }

    /// Adds a text that `cells` cells have.
    fn text(&mut self, bytes: &[u8], rules: &Rules, flag: Option<&[u8]>, cells: u64) {
        match trimmed(bytes) {
            _ if rules.is_fill_text(bytes) => self.total.push_missing_many(b"_FillValue", flag, cells),
            [] => self.total.push_missing_many(b"blank", flag, cells),
            text => self.total.push_text_many(text, flag, cells),
        }
    }

    fn sequence(&mut self, base: &Type, bytes: &[u8], context: &Context<'_>) {
        let layout = Layout {
            offset: 0,
            stride: base.size().unwrap_or(1),
            repeat: 1,
        };
        // Flags belong to whole sequences, not to their values.
        let context = Context {
            flags: None,
            ..*context
        };
        let mut reals = Vec::new();
        match decode(base, bytes, layout, &mut reals) {
            Some(Numbers::Real) => {
                self.reals(&reals, 0..reals.len(), &context);
                self.kept.add_to(&mut self.total, None);
            }
            Some(Numbers::Wide(values)) => self.integers(&values, 0..values.len(), &context),
            None => self.total.push_text(bytes, None),
        }
    }

    fn reals(&mut self, values: &[f64], range: Range<usize>, context: &Context<'_>) {
        let (rules, flags) = (&context.plan.rules, context.flags);
        let values = &values[..range.end];
        let mut at = range.start;
        while let Some(value) = values.get(at).copied() {
            if let Some(declared_by) = rules.fill(value) {
                // Fill values come in runs.
                let run = leading(&values[at..], |other| other.to_bits() == value.to_bits());
                let run = flags.map_or(run, |flags| flags.run(at, run));
                let flag = flags.and_then(|flags| flags.get(at));
                self.total
                    .push_missing_many(declared_by.as_bytes(), flag, run as u64);
                at += run;
                continue;
            }
            let free = MOST_KEPT - self.kept.values.len();
            let observed = &values[at..values.len().min(at + free)];
            let observed = &observed[..rules.before_fill(observed)];
            if rules.has_valid_range() {
                for (offset, value) in observed.iter().enumerate() {
                    if !rules.is_valid(*value) && value.is_finite() {
                        self.out_of_range(context, at + offset);
                    }
                }
            }
            match rules.packing {
                None => self.kept.values.extend_from_slice(observed),
                Some(_) => {
                    let unpacked = observed.iter().map(|value| rules.unpack(*value));
                    self.kept.values.extend(unpacked);
                }
            }
            if let Some(flags) = flags {
                flags.codes(at..at + observed.len(), &mut self.kept.codes);
            }
            if self.kept.values.len() >= MOST_KEPT {
                self.kept.add_to(&mut self.total, flags);
            }
            at += observed.len();
        }
    }

    /// Counts how often each integer of one or two bytes, or each character, occurs in a block, and adds the counts; returns
    /// whether the block has such values, without flags.
    fn count_small(
        &mut self,
        context: &Context<'_>,
        padding: Option<&mut Padding<'_>>,
        layout: Layout,
    ) -> bool {
        let (rules, bytes) = (&context.plan.rules, context.bytes);
        let (size, number): (usize, fn(u16) -> Option<f64>) = match self.leaf.of {
            Type::Char if !rules.texts => (1, |_| None),
            Type::Integer { size: 1, signed, .. } if signed => (1, |code| Some(f64::from(code as i8))),
            Type::Integer { size: 1, .. } => (1, |code| Some(f64::from(code))),
            Type::Integer { size: 2, signed, .. } if signed => (2, |code| Some(f64::from(code as i16))),
            Type::Integer { size: 2, .. } => (2, |code| Some(f64::from(code))),
            _ => return false,
        };
        // A table of all values takes longer than a few values.
        let different = 1 << (8 * size);
        let is_worth_it = bytes.len() >= different;
        let needs_places = rules.has_valid_range() && padding.is_some();
        if !is_worth_it || !layout.is_dense(size) || context.flags.is_some() || needs_places {
            return false;
        }
        let is_big = matches!(
            self.leaf.of,
            Type::Integer {
                order: Order::Big,
                ..
            }
        );
        let code_of = |raw: [u8; 2]| match is_big {
            true => u16::from_be_bytes(raw),
            false => u16::from_le_bytes(raw),
        };
        let code = |at: usize| match size {
            1 => u16::from(bytes[at]),
            _ => code_of([bytes[2 * at], bytes[2 * at + 1]]),
        };
        let is_missing = |code: u16| match number(code) {
            Some(number) => rules.is_missing(number),
            None => is_blank(&[code as u8], rules),
        };
        let known: [bool; 256] = std::array::from_fn(|byte| is_missing(byte as u16));
        let is_absent = |at: usize| match size {
            1 => known[usize::from(bytes[at])],
            _ => is_missing(code(at)),
        };
        let mut counts = vec![0u64; different];
        self.cells(context, padding, bytes.len() / size, is_absent, |_, range| {
            if size == 1 {
                for byte in &bytes[range] {
                    counts[usize::from(*byte)] += 1;
                }
            } else {
                let (pairs, _) = bytes[2 * range.start..2 * range.end].as_chunks();
                for raw in pairs {
                    counts[usize::from(code_of(*raw))] += 1;
                }
            }
        });
        let mut is_any_out_of_range = false;
        for (code, count) in (0..=u16::MAX).zip(counts).filter(|(_, count)| *count > 0) {
            let Some(stored) = number(code) else {
                self.text(&[code as u8], rules, None, count);
                continue;
            };
            if let Some(declared_by) = rules.fill(stored) {
                self.total.push_missing_many(declared_by.as_bytes(), None, count);
                continue;
            }
            is_any_out_of_range |= !rules.is_valid(stored);
            self.total.push_number_many(rules.unpack(stored), count);
        }
        if is_any_out_of_range {
            let is_outside =
                |stored: &f64| !rules.is_missing(*stored) && !rules.is_valid(*stored) && stored.is_finite();
            for at in 0..bytes.len() / size {
                if number(code(at)).as_ref().is_some_and(is_outside) {
                    self.out_of_range(context, at);
                }
            }
        }
        true
    }

    fn integers(&mut self, values: &[i128], range: Range<usize>, context: &Context<'_>) {
        let rules = &context.plan.rules;
        for at in range {
            let (value, flag) = (values[at], context.flag(at));
            if let Some(declared_by) = rules.fill_integer(value) {
                self.total.push_missing(declared_by.as_bytes(), flag);
                continue;
            }
            if !rules.is_valid(value as f64) {
                self.out_of_range(context, at);
            }
            match rules.packing {
                Some(_) => self.total.push_number(rules.unpack(value as f64), flag),
                None => self.total.push_integer(value, flag),
            }
        }
    }

    fn out_of_range(&mut self, context: &Context<'_>, at: usize) {
        let class = context
            .flags
            .map_or(FlagClass::NotAssessed, |flags| flags.class(at));
        if class.is_left_out() {
            return;
        }
        self.out_of_range += 1;
        self.good_out_of_range += u64::from(class == FlagClass::Good);
        if self.places.len() < PLACES {
            let index = (at / self.leaf.repeat().max(1)) as u64;
            self.places.push(context.block.index(index));
        }
    }
}

fn is_blank(text: &[u8], rules: &Rules) -> bool {
    trimmed(text).is_empty() || rules.is_fill_text(text)
}

/// Whether the last dimension of a variable of characters may be the length of texts.
pub fn may_be_texts(variable: &Variable) -> bool {
    matches!(variable.of, Type::Char)
        && variable
            .shape
            .last()
            .is_some_and(|length| *length > 0 && *length <= LONGEST)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use array_file::{Limits, View};

    use super::*;
    use crate::rules::Fill;

    const BYTE: u8 = 1;
    const CHAR: u8 = 2;
    const SHORT: u8 = 3;

    /// A classic file with one variable `v` along one dimension `x`.
    fn classic(of: u8, length: u32, values: &[u8]) -> ArrayFile {
        let mut file = b"CDF\x01\0\0\0\0\0\0\0\x0A\0\0\0\x01\0\0\0\x01x\0\0\0".to_vec();
        file.extend(length.to_be_bytes());
        file.extend(
            b"\0\0\0\0\0\0\0\0\0\0\0\x0B\0\0\0\x01\0\0\0\x01v\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        );
        file.push(of);
        file.extend((values.len() as u32).next_multiple_of(4).to_be_bytes());
        let begin = file.len() as u32 + 4;
        file.extend(begin.to_be_bytes());
        file.extend(values);
        file.resize(file.len().next_multiple_of(4), 0);
        ArrayFile::open(Arc::new(file), View::NetCdf, &Limits::default()).unwrap()
    }

    fn gathered(file: &ArrayFile, rules: &Rules) -> Gathered {
        let plan = Plan {
            variable: &file.root.variables[0],
            rules: rules.clone(),
            flags: None,
        };
        gather(file, &plan, None, None).unwrap().remove(0)
    }

    #[test]
    fn counted_integers_have_the_statistics_of_single_ones() {
        let fill = |value: i16| Fill {
            declared_by: "_FillValue",
            value: f64::from(value),
            integer: Some(i128::from(value)),
        };
        let rules = [
            Rules::default(),
            Rules {
                fills: vec![fill(7)],
                packing: Some((0.1, 20.0)),
                ..Rules::default()
            },
            Rules {
                fills: vec![fill(-3), fill(100)],
                valid: (Some(-50.0), Some(99.0)),
                ..Rules::default()
            },
        ];
        let length = 40_000u32;
        for rules in &rules {
            for of in [BYTE, SHORT] {
                let stored = (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 16) as i16);
                let stored: Vec<i16> = stored
                    .map(|value| if of == BYTE { i16::from(value as i8) } else { value })
                    .collect();
                let bytes: Vec<u8> = match of {
                    BYTE => stored.iter().map(|value| *value as u8).collect(),
                    _ => stored.iter().flat_map(|value| value.to_be_bytes()).collect(),
                };
                let dtype = if rules.packing.is_some() {
                    Dtype::Decimal
                } else {
                    Dtype::Integer
                };
                let mut single = Accumulator::new(dtype, false);
                let mut outside = Vec::new();
                for (at, value) in stored.iter().enumerate() {
                    let value = f64::from(*value);
                    match rules.fill(value) {
                        Some(declared_by) => single.push_missing(declared_by.as_bytes(), None),
                        None => single.push_number(rules.unpack(value), None),
                    }
                    if !rules.is_missing(value) && !rules.is_valid(value) {
                        outside.push(vec![at as u64]);
                    }
                }
                let gathered = gathered(&classic(of, length, &bytes), rules);
                assert_eq!(gathered.total.summary(), single.summary());
                assert_eq!(gathered.out_of_range, outside.len() as u64);
                outside.truncate(PLACES);
                assert_eq!(gathered.places, outside);
            }
        }
    }

    #[test]
    fn characters_are_counted_as_texts() {
        let gathered = gathered(&classic(CHAR, 900, &b"1 41\0 BA1".repeat(100)), &Rules::default());
        let summary = gathered.total.summary();
        assert_eq!((summary.total, summary.count), (900, 600));
        assert_eq!(summary.missing["blank"], 300);
        assert_eq!(
            (summary.first.as_deref(), summary.last.as_deref()),
            (Some("1"), Some("B"))
        );
        assert_eq!((summary.distinct, summary.frequent[0].count), (4, 300));
    }
}
