//! Which register an argument goes to. Owns: the order and the alignment of registers, and calls that are made in
//! another way than they are declared. All of it is worked out when the program is compiled: what is left are moves.

use super::arg::{Flat, Unit, Units};
use super::{Args, Blocking, Errno, Result, Word, enter};
use crate::arch::EVEN_PAIRS;
use crate::nr::Sysno;
use crate::portable::PortableCall;
use sysline_table::portable::{Form, Piece, Portable};

/// What a wrapper calls: a number, as [`nr`](crate::nr) has them, or one of [`portable`](crate::portable)'s calls.
#[diagnostic::on_unimplemented(
    message = "the target architecture has no such system call",
    label = "not on this architecture",
    note = "put `#[cfg(target_arch = \"…\")]` above the line, with the architectures that have the call",
    note = "what does its work on others is in its manual page"
)]
pub trait Call: private::Call {}

mod private {
    use super::{Form, Portable, Sysno};

    pub trait Call: Copy {
        /// How the target makes the call, if not as it is declared.
        const ARRANGED: Option<(&'static Portable, &'static Form)>;

        /// The call that is made.
        fn sysno(self) -> Sysno;
    }
}

#[diagnostic::do_not_recommend]
impl Call for Sysno {}

impl private::Call for Sysno {
    const ARRANGED: Option<(&'static Portable, &'static Form)> = None;
    #[inline(always)]
    fn sysno(self) -> Sysno {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<const ROW: usize> Call for PortableCall<ROW, true> {}

impl<const ROW: usize> private::Call for PortableCall<ROW, true> {
    const ARRANGED: Option<(&'static Portable, &'static Form)> = {
        let row = &sysline_table::portable::portables()[ROW];
        match row.form(crate::portable::NATIVE) {
            Some(form) => Some((row, form)),
            None => None,
        }
    };
    #[inline(always)]
    fn sysno(self) -> Sysno {
        const { crate::portable::sysno(ROW) }
    }
}

/// Makes a call.
///
/// # Safety
///
/// As for [`sys`](super::sys).
#[inline(always)]
pub(super) unsafe fn make<C: Call, A: Args>(call: C, blocking: Blocking, args: A) -> Word {
    let plan = const { &Plan::of(&A::UNITS, C::ARRANGED) };
    let flat = args.flat();
    let mut words = [
        plan.sources[0].word(&flat),
        plan.sources[1].word(&flat),
        plan.sources[2].word(&flat),
        plan.sources[3].word(&flat),
        plan.sources[4].word(&flat),
        plan.sources[5].word(&flat),
    ];
    if let Some(Pages { at, low, high }) = plan.pages {
        let offset = (flat[high].number() as u64) << 32 | flat[low].number() as u64;
        match pages(offset) {
            Ok(pages) => words[at] = Word::from_number(pages),
            // As the kernel would say it.
            Err(errno) => return Word::from_number(-errno.raw() as usize),
        }
    }
    if plan.in_memory {
        let only = [
            Word::from_pointer(&words),
            Word::ZERO,
            Word::ZERO,
            Word::ZERO,
            Word::ZERO,
            Word::ZERO,
        ];
        // SAFETY: as the caller promises.
        return unsafe { enter(call.sysno(), blocking, only, 1) };
    }
    // SAFETY: as the caller promises.
    unsafe { enter(call.sysno(), blocking, words, plan.len) }
}

/// Where each register's value comes from.
struct Plan {
    sources: [Source; 6],
    len: usize,
    /// The register that is an offset in units of 4,096 bytes.
    pages: Option<Pages>,
    /// The kernel is given the address of what would be the registers.
    in_memory: bool,
}

/// The register `at` is an offset in units of 4,096 bytes, whose halves are the words `low` and `high`.
#[derive(Clone, Copy)]
struct Pages {
    at: usize,
    low: usize,
    high: usize,
}

/// `linux/ipc.h`.
const IPC_64: usize = 0x100;

/// Where a register's value comes from. The numbers are indices of words.
#[derive(Clone, Copy)]
enum Source {
    /// Left out, and zero.
    Gap,
    Word(usize),
    Number(isize),
    /// A word with bits set.
    With(usize, usize),
    /// An operation of `fcntl`, as [`Piece::Lock`] has it.
    Lock(usize),
}

impl Source {
    #[inline(always)]
    fn word(self, flat: &Flat) -> Word {
        match self {
            Source::Gap => Word::ZERO,
            Source::Word(at) => flat[at],
            Source::Number(number) => Word::from_number(number as usize),
            Source::With(at, bits) => Word::from_number(flat[at].number() | bits),
            Source::Lock(at) => {
                let op = flat[at].number();
                Word::from_number(if matches!(op, 5..=7) { op + 7 } else { op })
            }
        }
    }
}

/// An offset in units of 4,096 bytes, as `mmap2` has it; errors are those that `mmap` has for it where a register has
/// 64 bits.
#[inline]
const fn pages(offset: u64) -> Result<usize> {
    const UNIT: u64 = 4096;
    if offset % UNIT != 0 {
        Err(Errno::EINVAL)
    } else if offset / UNIT > u32::MAX as u64 {
        Err(Errno::EOVERFLOW)
    } else {
        Ok((offset / UNIT) as usize)
    }
}

impl Plan {
    const fn of(units: &Units, arranged: Option<(&Portable, &Form)>) -> Plan {
        let mut plan = Plan {
            sources: [Source::Gap; 6],
            len: 0,
            pages: None,
            in_memory: false,
        };
        let Some((call, form)) = arranged else {
            let mut at = 0;
            while at < units.len() {
                plan.push_unit(units, at);
                at += 1;
            }
            return plan;
        };
        assert!(
            units.len() <= call.params.len(),
            "the arguments are more than the call has"
        );
        let mut at = 0;
        while at < units.len() {
            let halves = matches!(units.get(at), Unit::Wide);
            assert!(
                usize::BITS == 64 || !call.params[at].wide || halves,
                "an argument has 64 bits on every architecture: give a `u64` or an `i64`"
            );
            assert!(
                call.params[at].wide || !halves,
                "an argument has the size of a register: give a `usize` or a `u32`"
            );
            at += 1;
        }
        plan.in_memory = form.in_memory;
        let mut at = 0;
        while at < form.pieces.len() {
            let piece = form.pieces[at];
            match piece {
                Piece::Number(number) => plan.push(Source::Number(number)),
                Piece::Argument(unit)
                | Piece::Low(unit)
                | Piece::High(unit)
                | Piece::Pages(unit)
                | Piece::LargeFile(unit)
                | Piece::Ipc64(unit)
                | Piece::Lock(unit) => {
                    if unit < units.len() {
                        plan.push_piece(units, piece, unit);
                    } else {
                        plan.push_left_out(piece, call.params[unit].wide);
                    }
                }
            }
            at += 1;
        }
        plan
    }

    const fn push(&mut self, source: Source) {
        assert!(self.len < 6, "the arguments take more than six registers");
        self.sources[self.len] = source;
        self.len += 1;
    }

    /// Pushes what is made of an argument that is there.
    const fn push_piece(&mut self, units: &Units, piece: Piece, unit: usize) {
        match piece {
            Piece::Argument(_) | Piece::Number(_) => self.push_unit(units, unit),
            Piece::Low(_) => self.push(Source::Word(low(units, unit))),
            Piece::High(_) => self.push(match units.get(unit) {
                Unit::Word => Source::Number(0),
                Unit::Wide => Source::Word(high(units, unit)),
            }),
            Piece::Pages(_) => {
                self.pages = Some(Pages {
                    at: self.len,
                    low: low(units, unit),
                    high: high(units, unit),
                });
                self.push(Source::Gap);
            }
            Piece::LargeFile(_) => self.push(Source::With(
                low(units, unit),
                crate::portable::NATIVE.o_largefile() as usize,
            )),
            Piece::Ipc64(_) => self.push(Source::With(low(units, unit), IPC_64)),
            Piece::Lock(_) => self.push(Source::Lock(low(units, unit))),
        }
    }

    /// Pushes the zero that stands for an argument that the line leaves out.
    const fn push_left_out(&mut self, piece: Piece, wide: bool) {
        match piece {
            Piece::Argument(_) if wide && usize::BITS == 32 => {
                self.push_pair(Source::Gap, Source::Gap)
            }
            Piece::LargeFile(_) => self.push(Source::Number(
                crate::portable::NATIVE.o_largefile() as isize
            )),
            Piece::Ipc64(_) => self.push(Source::Number(IPC_64 as isize)),
            _ => self.push(Source::Gap),
        }
    }

    /// Pushes the halves of a number, which may have to start at an even register.
    const fn push_pair(&mut self, first: Source, second: Source) {
        if EVEN_PAIRS && self.len % 2 == 1 {
            self.push(Source::Gap);
        }
        self.push(first);
        self.push(second);
    }

    const fn push_unit(&mut self, units: &Units, unit: usize) {
        let first = first_word(units, unit);
        match units.get(unit) {
            Unit::Word => self.push(Source::Word(first)),
            Unit::Wide => {
                if usize::BITS == 64 {
                    panic!("a number has no halves where a register has 64 bits");
                }
                self.push_pair(Source::Word(first), Source::Word(first + 1));
            }
        }
    }
}

/// The index of a unit's first word.
const fn first_word(units: &Units, unit: usize) -> usize {
    let (mut at, mut word) = (0, 0);
    while at < unit {
        word += match units.get(at) {
            Unit::Word => 1,
            Unit::Wide => 2,
        };
        at += 1;
    }
    word
}

/// The index of the word that has a number's low half.
const fn low(units: &Units, unit: usize) -> usize {
    let second = matches!(units.get(unit), Unit::Wide) && cfg!(target_endian = "big");
    first_word(units, unit) + second as usize
}

/// The index of the word that has a number's high half.
const fn high(units: &Units, unit: usize) -> usize {
    let second = matches!(units.get(unit), Unit::Wide) && cfg!(target_endian = "little");
    first_word(units, unit) + second as usize
}
