//! One variable, block by block, into its statistics.

use std::rc::Rc;

use array_file::{ArrayFile, Block, Problem, ProblemKind, Type, Variable};
use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{Place, ReviewBuilder};

use crate::codes;
use crate::decode::{Lie, Numbers, decode};
use crate::flags::FlagKeys;
use crate::leaves::{Leaf, leaves};
use crate::rules::Rules;
use crate::texts::{LONGEST, trimmed};

/// Most fields of a compound that are told apart.
const MOST_LEAVES: usize = 1000;
/// Halvings of blocks that cannot be read as a whole, for one variable.
const SPLITS: u32 = 64;

/// How a variable is to be read.
pub struct Plan<'a> {
    /// The variable.
    pub variable: &'a Variable,
    /// What its values mean.
    pub rules: Rules,
    /// The variable of its flags: of the same shape, of texts without their length.
    pub flags: Option<&'a Variable>,
}

impl Plan<'_> {
    /// Dimensions of the values: one less where the last is the length of texts.
    pub fn rank(&self) -> usize {
        self.variable.shape.len() - usize::from(self.rules.texts)
    }
}

/// What was gathered of one variable, or of one field of it.
pub struct Gathered {
    /// Its name: the variable's path, and the field's.
    pub name: String,
    /// Type of the values.
    pub of: Type,
    /// The statistics.
    pub total: Accumulator,
    /// Valid values outside the valid range, and the indices of the first few.
    pub out_of_range: u64,
    /// Index per dimension of the first values out of range.
    pub places: Vec<Vec<u64>>,
    leaf: Rc<Leaf>,
}

/// Places kept of values out of range; a finding keeps as many.
const PLACES: usize = 10;

/// Reads the variable. What cannot be read is reported and not counted.
///
/// # Errors
/// Why nothing of the variable can be read.
pub fn gather(
    file: &ArrayFile,
    plan: &Plan<'_>,
    review: &mut ReviewBuilder,
) -> Result<Vec<Gathered>, Problem> {
    let variable = plan.variable;
    if let Some(problem) = &variable.problem {
        return Err(problem.clone());
    }
    let mut gathered: Vec<Gathered> = leaves(&variable.of, MOST_LEAVES)
        .into_iter()
        .map(|leaf| start(plan, leaf))
        .collect();
    let (mut read, mut lost, mut splits) = (false, Vec::new(), SPLITS);
    let blocks = match plan.rules.texts {
        true => variable.blocks_of_texts(),
        false => variable.blocks(),
    };
    for block in blocks {
        let mut todo = vec![block];
        while let Some(block) = todo.pop() {
            let bytes = match file.read(variable, &block.start, &block.count) {
                Ok(bytes) => bytes,
                Err(problem) => {
                    match halves(plan, &block, &problem).filter(|_| splits > 0) {
                        Some([first, second]) => {
                            splits -= 1;
                            todo.extend([second, first]);
                        }
                        None => lost.push((block, problem)),
                    }
                    continue;
                }
            };
            read = true;
            let flags = plan.flags.and_then(|flags| {
                let (start, count) = (&block.start[..plan.rank()], &block.count[..plan.rank()]);
                let bytes = file.read(flags, start, count).ok()?;
                Some(FlagKeys::new(&flags.of, &bytes))
            });
            for one in &mut gathered {
                one.block(file, plan, &block, &bytes, flags.as_ref(), review);
            }
        }
    }
    if let (false, Some((_, problem))) = (read, lost.first()) {
        return Err(problem.clone());
    }
    for (Block { start, count }, problem) in lost {
        let cells = count.iter().product();
        for one in &mut gathered {
            one.unreadable(cells, plan);
        }
        let message = || format!("{}: {problem}", variable.path);
        review.found(&codes::CUT, Some(&variable.path), message, || {
            Some(Place::array(&variable.path, start))
        });
    }
    Ok(gathered)
}

/// The halves of a block of a file that is cut short, so that what is there is read. A damaged chunk is damaged as a whole.
fn halves(plan: &Plan<'_>, block: &Block, problem: &Problem) -> Option<[Block; 2]> {
    let whole = problem.kind != ProblemKind::Corrupt || !plan.variable.chunk.is_empty();
    let axis = block
        .count
        .iter()
        .position(|count| *count > 1)
        .filter(|_| !whole)?;
    // Texts of characters stay whole.
    if plan.rules.texts && axis + 1 == block.count.len() {
        return None;
    }
    let (mut first, mut second) = (block.clone(), block.clone());
    first.count[axis] /= 2;
    second.start[axis] += first.count[axis];
    second.count[axis] -= first.count[axis];
    Some([first, second])
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
        places: Vec::new(),
        leaf: Rc::new(leaf),
    }
}

/// What a sequence is a sequence of.
fn inner(of: &Type) -> &Type {
    match of {
        Type::Sequence { base, .. } => base,
        of => of,
    }
}

impl Gathered {
    fn block(
        &mut self,
        file: &ArrayFile,
        plan: &Plan<'_>,
        block: &Block,
        bytes: &[u8],
        flags: Option<&FlagKeys>,
        review: &mut ReviewBuilder,
    ) {
        let leaf = Rc::clone(&self.leaf);
        let of = &leaf.of;
        let lie = Lie {
            offset: leaf.offset,
            stride: plan.variable.of.size().unwrap_or(1),
            repeat: leaf.repeat(),
        };
        match (of, decode(of, bytes, lie)) {
            (_, Some(Numbers::Real(values))) => self.reals(&values, plan, block, flags),
            (_, Some(Numbers::Wide(values))) => self.integers(&values, plan, block, flags),
            (Type::Char, None) if plan.rules.texts => {
                let length = plan.variable.shape.last().map_or(1, |length| *length as usize);
                for (at, text) in bytes.chunks_exact(length.max(1)).enumerate() {
                    self.text(text, &plan.rules, flags.and_then(|flags| flags.get(at)));
                }
            }
            (Type::Sequence { base, .. }, None) => {
                for (at, reference) in lie.values(bytes, of.size().unwrap_or(1)).enumerate() {
                    match file.resolve(reference, base.size().unwrap_or(1)) {
                        Ok(values) => self.sequence(base, &values, plan, block),
                        Err(problem) => self.lost(&problem, plan, block.index(at as u64), review),
                    }
                }
            }
            (Type::String { .. }, None) => {
                for (at, reference) in lie.values(bytes, of.size().unwrap_or(1)).enumerate() {
                    match file.resolve(reference, 1) {
                        Ok(text) => self.text(&text, &plan.rules, flags.and_then(|flags| flags.get(at))),
                        Err(problem) => self.lost(&problem, plan, block.index(at as u64), review),
                    }
                }
            }
            (Type::Char | Type::Text { .. }, None) => {
                for (at, text) in lie.values(bytes, of.size().unwrap_or(1)).enumerate() {
                    self.text(text, &plan.rules, flags.and_then(|flags| flags.get(at)));
                }
            }
            // References, opaque bytes and arrays of compounds: whether they are there, and how many differ.
            (_, None) => {
                for value in lie.values(bytes, of.size().unwrap_or(1)) {
                    if value.iter().all(|byte| *byte == 0) {
                        self.total.push_missing(b"null", None);
                    } else {
                        self.total.push_text(value, None);
                    }
                }
            }
        }
    }

    /// Cells whose bytes are missing or damaged.
    fn unreadable(&mut self, cells: u64, plan: &Plan<'_>) {
        let length = plan.variable.shape.last().copied().filter(|_| plan.rules.texts);
        let values = cells / length.unwrap_or(1).max(1) * self.leaf.repeat() as u64;
        self.total.push_missing_many(b"unreadable", None, values);
    }

    /// Length per dimension: as the variable has it, without the length of texts, with those within an element; sequences
    /// are one after the other.
    pub(crate) fn shape(&self, plan: &Plan<'_>) -> Vec<u64> {
        if matches!(self.leaf.of, Type::Sequence { .. }) {
            return vec![self.total.total()];
        }
        let outer = &plan.variable.shape[..plan.rank()];
        outer.iter().chain(&self.leaf.dims).copied().collect()
    }

    fn lost(&mut self, problem: &Problem, plan: &Plan<'_>, index: Vec<u64>, review: &mut ReviewBuilder) {
        self.total.push_invalid(None);
        let message = || format!("{}: {problem}", self.name);
        review.found(&codes::STRING_DAMAGED, Some(&self.name), message, || {
            Some(Place::array(&plan.variable.path, index))
        });
    }

    fn text(&mut self, bytes: &[u8], rules: &Rules, flag: Option<&[u8]>) {
        let is_fill = rules
            .fill_char
            .is_some_and(|fill| !bytes.is_empty() && bytes.iter().all(|byte| *byte == fill));
        match trimmed(bytes) {
            _ if is_fill => self.total.push_missing(b"_FillValue", flag),
            [] => self.total.push_missing(b"blank", flag),
            text => self.total.push_text(text, flag),
        }
    }

    fn sequence(&mut self, base: &Type, bytes: &[u8], plan: &Plan<'_>, block: &Block) {
        let lie = Lie {
            offset: 0,
            stride: base.size().unwrap_or(1),
            repeat: 1,
        };
        match decode(base, bytes, lie) {
            Some(Numbers::Real(values)) => self.reals(&values, plan, block, None),
            Some(Numbers::Wide(values)) => self.integers(&values, plan, block, None),
            None => self.total.push_text(bytes, None),
        }
    }

    fn reals(&mut self, values: &[f64], plan: &Plan<'_>, block: &Block, flags: Option<&FlagKeys>) {
        let rules = &plan.rules;
        let mut at = 0;
        while let Some(value) = values.get(at).copied() {
            let flag = flags.and_then(|flags| flags.get(at));
            if let Some(said_by) = rules.fill(value) {
                // They come in runs: below the last level of each profile.
                let is_same = |other: usize| {
                    values[other].to_bits() == value.to_bits()
                        && flags.is_none_or(|flags| flags.is_same(at, other))
                };
                let run = (at..values.len()).take_while(|other| is_same(*other)).count();
                self.total.push_missing_many(said_by.as_bytes(), flag, run as u64);
                at += run;
                continue;
            }
            if !rules.is_valid(value) && value.is_finite() {
                self.out_of_range(block, at);
            }
            self.total.push_number(rules.unpack(value), flag);
            at += 1;
        }
    }

    fn integers(&mut self, values: &[i128], plan: &Plan<'_>, block: &Block, flags: Option<&FlagKeys>) {
        let rules = &plan.rules;
        for (at, value) in values.iter().copied().enumerate() {
            let flag = flags.and_then(|flags| flags.get(at));
            if let Some(said_by) = rules.fill_integer(value) {
                self.total.push_missing(said_by.as_bytes(), flag);
                continue;
            }
            if !rules.is_valid(value as f64) {
                self.out_of_range(block, at);
            }
            match rules.packing {
                Some(_) => self.total.push_number(rules.unpack(value as f64), flag),
                None => self.total.push_integer(value, flag),
            }
        }
    }

    fn out_of_range(&mut self, block: &Block, at: usize) {
        self.out_of_range += 1;
        if self.places.len() < PLACES {
            self.places.push(block.index((at / self.leaf.repeat()) as u64));
        }
    }
}

/// Whether the last dimension of a variable of characters can be the length of texts.
pub fn may_be_texts(variable: &Variable) -> bool {
    matches!(variable.of, Type::Char)
        && variable
            .shape
            .last()
            .is_some_and(|length| *length > 0 && *length <= LONGEST)
}
